import type { Gap } from "./gap";

/** Gaps that a probe does not try, with what trying would cost. */
export const untriedGaps = {
  "initial-secret-again": {
    question: "does a second issue of the initial secret stop the first at once",
    chapter: "`issueInitialSecret` (5.4.3)",
    assumption: "yes: each issue replaces the former one",
    untried: "it would stop the manager's present initial secret",
    answers: {},
  },
  "lower-manager-batch": {
    question: "what happens to the other lower managers of a deletion if one is missing",
    chapter: "`deleteLowerManagers` (5.19.3)",
    assumption: "nothing is certain: the list is read again",
    untried: "it would need lower managers that may be deleted",
    answers: {},
  },
  "lower-manager-case": {
    question: "are two lower managers whose hosts differ by case two hosts",
    chapter: "`addLowerManager` (5.19.2)",
    assumption: "nothing: hosts are sent as they are listed",
    untried: "it would add a lower manager",
    answers: {},
  },
  "agent-delete": {
    question: "what does the deletion of an agent leave behind",
    chapter: "`deleteAgents` (5.18.2)",
    assumption: "nothing: jp1im deletes no agent",
    untried: "it would need an agent that may be deleted",
    answers: {},
  },
  "empty-list": {
    question: "what does an empty list in a deletion mean",
    chapter: "`deleteClients` (5.4.4)",
    assumption: "nothing: jp1im sends none",
    untried: "a manager might read it as everything",
    answers: {},
  },
  "own-key-change": {
    question: "does changing a key of the agent's own cut it off",
    chapter: "3.15.10",
    assumption: "yes: `immgr.*` is never touched",
    untried: "it would cut the agent off",
    answers: {},
  },
  "late-write": {
    question: "is a request carried out if its answer does not come in time",
    chapter: "5.2",
    assumption: "perhaps: every write is read again before it is repeated",
    untried: "it cannot be brought about from here",
    answers: {},
  },
  "session-age": {
    question: "does a session end by itself",
    chapter: "`login` (5.4.1)",
    assumption: "perhaps: after a 401 a run logs in again, once for each request",
    untried: "it would have to wait for hours",
    answers: {},
  },
  "user-lock": {
    question: "after how many wrong passwords is a user locked",
    chapter: "`login` (5.4.1)",
    assumption: "after a few: a login that was refused is not repeated",
    untried: "it would lock the user",
    answers: {},
  },
} satisfies Readonly<Record<string, Gap>>;
