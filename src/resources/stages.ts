/**
 * Stages order the operations of one manager: what others need comes first, and deletions go in the opposite order.
 * New clients are issued before the clients that they may replace are deleted. A deletion before a reissue comes right
 * before the issue, so that the client is missing as briefly as possible.
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
