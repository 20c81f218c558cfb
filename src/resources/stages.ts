/**
 * Stages order the operations of one manager: what others need comes first, deletions go the other way round. New clients
 * are issued before any client is deleted that one of them may replace. A deletion that makes room for a re-issue stands
 * right before the issue, so that the client is absent for as short a time as possible.
 */
export const Stage = {
  issueInitialSecret: 10,
  putLowerManager: 20,
  deleteClients: 30,
  changeAgentSecrets: 40,
  issueNewClient: 50,
  deleteClientsBetweenIssues: 60,
  issueReplacedClient: 65,
  deleteLowerManagers: 70,
} as const;
