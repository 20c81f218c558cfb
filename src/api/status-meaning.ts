/** What an HTTP status means (5.2), for answers whose message says no more. */
import { visible } from "../model/visible";
import type { Pass } from "./authentication";
import type { Call } from "./call";
import type { ManagerErrorDetails } from "./manager-error";
import type { Subject } from "./subject";
import type { TransportReply } from "./transport";

export interface StatusMeaning {
  readonly code: ManagerErrorDetails["code"];
  readonly meaning: string;
  readonly remedy: string;
}

export function meaningOfStatus(reply: TransportReply, subject: Subject): StatusMeaning {
  const { status } = reply;
  if (status === 401)
    return { code: "manager-denied", ...withLogin(notAuthenticated[subject.method], subject) };
  if (status === 403)
    return { code: "manager-denied", meaning: "not permitted", remedy: permissionFor(subject) };
  const known = statuses[status === 405 ? 404 : status];
  if (known) return known;
  if (status >= 500) {
    return {
      code: "manager-failed",
      meaning: "the manager failed",
      remedy: "read the manager's integrated trace log around this time",
    };
  }
  if (status >= 400) {
    return {
      code: "manager-rejected",
      meaning: "the request was refused",
      remedy: `check the manager's \`url\` (${subject.origin})`,
    };
  }
  if (status >= 300) {
    return {
      code: "manager-malformed",
      meaning: `a redirect to ${originOf(reply, subject)}, which is not followed`,
      remedy: "set `url` to the manager's own address",
    };
  }
  return {
    code: "manager-malformed",
    meaning: "a status that the manager's API does not use",
    remedy: `check that ${subject.origin} is a JP1/IM - Manager`,
  };
}

/** A 401 has no message of its own, so its likeliest cause follows from what was sent. */
const notAuthenticated: Readonly<Record<Pass["method"], Omit<StatusMeaning, "code">>> = {
  none: {
    meaning: "the user and password are not accepted",
    remedy: "check `auth`: the user, and the source of its password",
  },
  user: {
    meaning:
      "the manager does not accept this user and password with each request, as `session: false` sends them",
    remedy:
      "remove `session: false` from the manager's `auth`, or set jp1.imdd.authBasic=true in the manager's imdd.properties; where that is set, check the user, and the source of its password",
  },
  session: {
    meaning: "the manager does not accept the session that it has just opened",
    remedy:
      "check that nothing between removes the cookie or the `Authorization` header, and that one manager answers at `url`",
  },
  "initial-secret": {
    meaning: "the manager does not accept this initial secret",
    remedy: "use the manager's current initial secret: each issue replaces the former one",
  },
};

/** The table's text, with this manager's user and the place where `auth` is declared. */
function withLogin(
  { meaning, remedy }: Omit<StatusMeaning, "code">,
  { login = {} }: Subject,
): Omit<StatusMeaning, "code"> {
  const { user, declaredAt } = login;
  const named = user === undefined ? meaning : meaning.replace("user and", () => `user ${visible(user)} and`);
  const place = declaredAt === undefined ? "" : `; \`auth\` is at ${declaredAt}`;
  return { meaning: named, remedy: `${remedy}${place}` };
}

/** Names no more than the call needs: a user may be meant to reach only some of the agents. */
function permissionFor({ call }: Subject): string {
  if (call.resourceGroup === undefined) return "check `auth`, and that the JP1 user may log in to JP1/IM";
  return `give the JP1 user the permission level JP1_Console_Admin on ${groups[call.resourceGroup]}`;
}

const groups: Readonly<Record<NonNullable<Call<unknown>["resourceGroup"]>, string>> = {
  "*": "the JP1 resource group *",
  agent: "the agent's own JP1 resource group; the group * is not needed for it",
  any: "the JP1 resource group of the agents that it is to see",
};

/** The manual says 404 for an operation that the manager lacks; a server may answer 405. */
const statuses: Readonly<Record<number, StatusMeaning>> = {
  400: { code: "manager-rejected", meaning: "invalid request", remedy: "check the names and values it sent" },
  404: {
    code: "manager-rejected",
    meaning: "no such resource, or no such operation on it",
    remedy: "check the manager's `url`, and that its version offers this call",
  },
  413: { code: "manager-rejected", meaning: "the request is too large", remedy: "send less in one request" },
  429: { code: "manager-failed", meaning: "too many requests", remedy: "lower `--parallelism`" },
  503: {
    code: "manager-failed",
    meaning: "the service is busy or not up yet",
    remedy: "wait until the manager is up, or lower `--parallelism`",
  },
};

function originOf(reply: TransportReply, { show }: Subject): string {
  const { location } = reply.headers;
  if (typeof location !== "string") return "nowhere";
  if (!URL.canParse(location)) return "another path";
  const { protocol, host } = new URL(location);
  return show(`${protocol}//${host}`);
}
