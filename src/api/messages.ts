/** What a KAJY message of the manager means and what to do about it. */
export interface MessageMeaning {
  readonly meaning: string;
  /** Absent where it depends on the call. */
  readonly remedy?: string;
  /** The same read may well succeed a moment later. */
  readonly passing?: true;
}

/** The meaning of a message ID; `undefined` for one that the manual's chapters on these calls do not give. */
export function meaningOf(messageId: string): MessageMeaning | undefined {
  return Object.hasOwn(messages, messageId) ? messages[messageId] : undefined;
}

const DATABASE = "check on the manager that its database runs (jimdbstatus), then run again";
const DATABASE_OF_LOWER = "check that the lower manager's database runs, then run again";

export const messages: Readonly<Record<string, MessageMeaning>> = {
  "KAJY00007-E": {
    meaning: "disk or memory is short",
    remedy: "free disk space and memory on the manager and on the agent, then run again",
    passing: true,
  },
  "KAJY01000-E": {
    meaning: "the user lacks the permission that the call needs",
  },
  "KAJY02039-E": {
    meaning: "internal error",
    remedy: "read the manager's integrated trace log around this time",
  },
  "KAJY52001-E": {
    meaning: "the user name or the password is wrong",
    remedy: "correct the manager's `auth`; repeated failures may lock the JP1 user",
  },
  "KAJY52002-E": {
    meaning: "the authentication server is unreachable",
    remedy: "check that JP1/Base's authentication server runs and that the manager reaches it",
    passing: true,
  },
  "KAJY52003-E": {
    meaning: "internal error of the authentication",
    remedy: "read the integrated trace logs of the manager and of JP1/Base around this time",
    passing: true,
  },
  "KAJY52004-E": {
    meaning: "the user has no permission to log in",
    remedy: "give the JP1 user a permission level that lets it log in to JP1/IM",
  },
  "KAJY68001-E": {
    meaning: "the initial secret's database failed",
    remedy: DATABASE,
  },
  "KAJY68002-E": {
    meaning: "a parameter of a client secret call is invalid",
    remedy:
      "use IDs of 1-280 characters of ASCII 0x20-0x7e without a colon that do not begin AGENT_ or MANAGER_",
  },
  "KAJY68004-E": {
    meaning: "the IM client ID already exists",
    remedy: "import the client, or declare another ID",
  },
  "KAJY68007-E": {
    meaning: "the database failed, or an IM client ID is not registered",
    remedy: `plan again: a client may have been deleted meanwhile; otherwise ${DATABASE}`,
  },
  "KAJY68008-E": {
    meaning: "the database failed while a client secret was issued",
    remedy: DATABASE,
  },
  "KAJY68009-E": {
    meaning: "the database failed while client IDs were listed",
    remedy: DATABASE,
    passing: true,
  },
  "KAJY68012-E": {
    meaning: "a parameter of adding a lower manager is invalid",
    remedy:
      "use the host name as IM Configuration Management has it, and that manager's current initial secret",
  },
  "KAJY68013-E": {
    meaning: "a parameter of deleting lower managers is invalid",
    remedy: "use the host names as `subManagers` lists them",
  },
  "KAJY68017-E": {
    meaning: "adding the lower manager failed",
    remedy:
      "register the host as subordinate in IM Configuration Management first, and check that the initial secret is its current one",
  },
  "KAJY68203-E": {
    meaning: "a manager is unreachable",
    remedy: "check that the lower manager runs and that this manager reaches it, then run again",
  },
  "KAJY68204-W": {
    meaning: "a lower manager is unreachable",
    remedy: "check that the lower manager runs and that this manager reaches it, then run again",
  },
  "KAJY68205-E": {
    meaning: "no such agent under that manager, or no right on it",
    remedy:
      "check `host` and `managerHost` against `jp1im get agents`, and that the JP1 user has JP1_Console_Admin on the agent's own JP1 resource group",
  },
  "KAJY68207-E": {
    meaning: "an operation of the integrated agent base failed",
    remedy: "read the log of the agent's base on the agent host",
  },
  "KAJY68209-E": {
    meaning: "a parameter of an agent secret call is invalid",
    remedy: "use keys and values of 1-1024 characters of ASCII 0x20-0x7e, at most 1,000 per agent",
  },
  "KAJY68210-W": {
    meaning: "the agents of a lower manager could not be obtained",
    remedy: "check the lower manager's log, then run again",
  },
  "KAJY68211-E": {
    meaning: "an operation of the Integrated Management Base failed",
    remedy: "read the log of the Integrated Management Base on the agent's manager",
  },
  "KAJY68212-E": {
    meaning: "the agent is unreachable",
    remedy: "check that the agent's services run and that its manager reaches it, then run again",
  },
  "KAJY68500-W": {
    meaning: "the database of a lower manager is unreachable",
    remedy: DATABASE_OF_LOWER,
  },
  "KAJY68501-E": {
    meaning: "the manager's database is unreachable",
    remedy: DATABASE,
    passing: true,
  },
};
