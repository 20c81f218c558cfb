/** The messages of the manager that the simulator can give, with the status they come with (`-W` ones: 200). */
export const messages = {
  "KAJY00007-E": { status: 500, text: "disk or memory is short" },
  "KAJY01000-E": { status: 403, text: "the user lacks the permission that the call needs" },
  "KAJY02039-E": { status: 500, text: "internal error" },
  "KAJY52001-E": { status: 403, text: "the user name or the password is wrong" },
  "KAJY52002-E": { status: 403, text: "the authentication server is unreachable" },
  "KAJY52003-E": { status: 403, text: "internal error of the authentication" },
  "KAJY52004-E": { status: 403, text: "the user has no permission to log in" },
  "KAJY68001-E": { status: 500, text: "the initial secret's database failed" },
  "KAJY68002-E": { status: 400, text: "a parameter of a client secret call is invalid" },
  "KAJY68004-E": { status: 400, text: "the IM client ID already exists" },
  "KAJY68007-E": { status: 500, text: "the database failed, or an IM client ID is not registered" },
  "KAJY68008-E": { status: 500, text: "the database failed while a client secret was issued" },
  "KAJY68009-E": { status: 500, text: "the database failed while client IDs were listed" },
  "KAJY68012-E": { status: 400, text: "a parameter of adding a lower manager is invalid" },
  "KAJY68013-E": { status: 400, text: "a parameter of deleting lower managers is invalid" },
  "KAJY68017-E": { status: 500, text: "adding the lower manager failed" },
  "KAJY68203-E": { status: 500, text: "a manager is unreachable" },
  "KAJY68204-W": { status: 200, text: "a lower manager is unreachable" },
  "KAJY68205-E": { status: 400, text: "no such agent under that manager, or no right on it" },
  "KAJY68207-E": { status: 500, text: "an operation of the integrated agent base failed" },
  "KAJY68209-E": { status: 400, text: "a parameter of an agent secret call is invalid" },
  "KAJY68210-W": { status: 200, text: "the agents of a lower manager could not be obtained" },
  "KAJY68211-E": { status: 500, text: "an operation of the Integrated Management Base failed" },
  "KAJY68212-E": { status: 500, text: "the agent is unreachable" },
  "KAJY68500-W": { status: 200, text: "the database of a lower manager is unreachable" },
  "KAJY68501-E": { status: 500, text: "the manager's database is unreachable" },
} as const;

export type MessageId = keyof typeof messages;
export type ErrorId = Extract<MessageId, `${string}-E`>;
export type WarningId = Extract<MessageId, `${string}-W`>;

/** Replaces an ID that the manual does not publish: clients must not draw conclusions from it. */
export const UNPUBLISHED_ID = "KAJY00000-E";

export function isMessageId(id: string): id is MessageId {
  return Object.hasOwn(messages, id);
}
