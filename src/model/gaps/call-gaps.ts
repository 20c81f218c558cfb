import { assumed, different, type Gap } from "./gap";

const HALVED = "a batch that is answered 413 is halved; a larger limit only saves requests";

/** What the manual leaves open about requests, logins and lists. */
export const callGaps = {
  "body-limit": {
    question: "how long may the body of a request be",
    chapter: "5.2",
    assumption: "no limit is published: a batch that is answered 413 is halved",
    asked: "lists the agent's keys with 64 KiB, 256 KiB, 1 MiB and 4 MiB of spaces in the body",
    answers: {
      "under-64-kib": assumed(HALVED),
      "64-kib": assumed(HALVED),
      "256-kib": assumed(HALVED),
      "1-mib": assumed(HALVED),
      "4-mib": assumed("no batch of jp1im is longer, so none is halved"),
    },
  },
  "wrong-method": {
    question: "which status does the wrong method on a path get",
    chapter: "5.2.5",
    assumption: "404 and 405 both mean that there is no such operation",
    asked: "sends GET to a path that takes POST only",
    answers: {
      "405": assumed("it means the same as 404"),
      "404": assumed("it means the same as 405"),
    },
  },
  "unknown-key": {
    question: "is a body with an unknown key refused",
    chapter: "5.2",
    assumption: "nothing: jp1im sends no unknown key",
    asked: "lists the agent's keys with one more key in the body",
    answers: {
      refused: assumed("nothing: jp1im sends no unknown key"),
      ignored: assumed("nothing: jp1im sends no unknown key"),
    },
  },
  "request-login": {
    question: "may a JP1 user be sent with each request",
    chapter: "5.2.8",
    assumption: "no, unless `jp1.imdd.authBasic=true` is set in `imdd.properties`: a session is the default",
    asked: "lists the lower managers once with the declared user and password in the request",
    answers: {
      refused: assumed("`session: false` does not work here"),
      accepted: different("`session: false` works here as well; the default, a session, needs no change"),
    },
  },
  sessions: {
    question: "may a user have several sessions at once",
    chapter: "`login` (5.4.1)",
    assumption: "yes: runs at the same time do not end each other's sessions",
    asked: "logs in a second time, and uses the first session again",
    answers: {
      many: assumed("runs at the same time do not disturb each other"),
      one: different(
        "each login ends the former session: runs at the same time log each other out and slow each other down; give `watch` a JP1 user of its own",
      ),
      refused: different(
        "a second login is refused while the first session is open: runs at the same time fail; give each a JP1 user of its own",
      ),
    },
  },
  "agent-host-case": {
    question: "is an agent found if its host is spelled in the other case",
    chapter: "`listAgentSecrets` (5.18.3)",
    assumption:
      "nothing: a host is sent as the manager lists it, and a declared one that differs is reported",
    asked: "lists the agent's keys with the case of `agenthost` swapped",
    answers: {
      refused: assumed("hosts have to be declared as the manager lists them, which jp1im checks"),
      accepted: assumed("jp1im still asks for the spelling of the list"),
    },
  },
  "manager-host-case": {
    question: "is a manager found if its host is spelled in the other case",
    chapter: "`listAgentSecrets` (5.18.3)",
    assumption:
      "nothing: a host is sent as the manager lists it, and a declared one that differs is reported",
    asked: "lists the agent's keys with the case of `managerhost` swapped",
    answers: {
      refused: assumed("hosts have to be declared as the manager lists them, which jp1im checks"),
      accepted: assumed("jp1im still asks for the spelling of the list"),
    },
  },
  "body-brackets": {
    question: "is a body in `[ ]` accepted as well",
    chapter: "`listAgentSecrets` (5.18.3)",
    assumption: "the text shows `[ ]`, the examples `{ }`: jp1im sends `{ }`",
    asked: "lists the agent's keys with the body in `[ ]`",
    answers: {
      refused: assumed("`{ }` is what the manager takes, and what jp1im sends"),
      accepted: assumed("`{ }` is taken too, and is what jp1im sends"),
    },
  },
  "os-case": {
    question: "how is the operating system of an agent spelled",
    chapter: "7.2.5",
    assumption: "`windows` or `linux`, compared without regard to case",
    asked: "reads the agent in the list of agents",
    answers: {
      lower: assumed("a selector matches it in any case"),
      capitalised: assumed("a selector matches it in any case"),
    },
  },
  "addon-field": {
    question: "how is the field `enabled` of an add-on spelled",
    chapter: "`listAgents` (5.18.1)",
    assumption: "`enabled`, and once in the manual with a space behind it: both are read",
    asked: "reads the agent's add-ons in the list of agents",
    answers: {
      enabled: assumed("both spellings are read"),
      "enabled-and-space": assumed("both spellings are read"),
    },
  },
  warnings: {
    question: "which shape do the warnings of a 200 have",
    chapter: "5.2.6",
    assumption: "one entry for each message ID, in which the hosts are joined by a comma",
    asked: "reads the warnings of the list of agents, where there are any",
    answers: {
      joined: assumed("any number of entries is read"),
      "one-for-each-host": assumed("any number of entries is read"),
    },
  },
  "lower-manager-delete-missing": {
    question: "what is the answer to the deletion of a missing lower manager",
    chapter: "`deleteLowerManagers` (5.19.3)",
    assumption: "nothing: only hosts of the latest list are deleted, and the list is read again",
    asked: "deletes a lower manager under a name that nothing has",
    answers: {
      refused: assumed("jp1im deletes only what it has just seen"),
      accepted: assumed("jp1im deletes only what it has just seen"),
      warned: assumed("jp1im deletes only what it has just seen"),
    },
  },
} satisfies Readonly<Record<string, Gap>>;
