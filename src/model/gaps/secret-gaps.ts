import { assumed, different, type Gap } from "./gap";

const LISTED = "jp1im deletes only keys of the latest list, and reads the list again after a failure";
const ONCE = "jp1im names each key once";

/** What the manual leaves open about an agent's secrets. */
export const secretGaps = {
  "secret-delete-missing": {
    question: "is the deletion of a missing key refused",
    chapter: "`changeAgentSecrets` (5.18.4)",
    assumption: "yes, as `jimasecret -rm` refuses it",
    asked: "deletes a key that is not there",
    answers: {
      refused: assumed(LISTED),
      accepted: different(
        "a deletion that was lost and is repeated does no harm; jp1im reads again all the same",
      ),
    },
  },
  "secret-batch": {
    question: "is a batch of deletions atomic",
    chapter: "`changeAgentSecrets` (5.18.4)",
    assumption: "nothing: after any failure the list is read again",
    asked: "deletes a key, one that is not there, and another one in one request",
    answers: {
      stops: assumed(LISTED),
      nothing: assumed(LISTED),
      "rest-deleted": assumed(LISTED),
    },
  },
  "secret-add-beside-failure": {
    question: "is a key added when a deletion of the same request fails",
    chapter: "`changeAgentSecrets` (5.18.4)",
    assumption: "nothing: after any failure the list is read again",
    asked: "adds a key and deletes one that is not there in one request",
    answers: {
      "not-added": assumed("the next plan adds it"),
      added: assumed("the list is read again, and it is written once more, as nobody knows its value"),
    },
  },
  "secret-in-both": {
    question: "what happens to a new key that is both added and deleted",
    chapter: "`changeAgentSecrets` (5.18.4)",
    assumption: "it is added; jp1im sends none in both",
    asked: "adds and deletes one key in one request",
    answers: {
      added: assumed("jp1im sends no key in both"),
      "not-added": assumed("jp1im sends no key in both"),
      refused: assumed("jp1im sends no key in both"),
    },
  },
  "secret-add-twice": {
    question: "is a request that adds one key twice refused",
    chapter: "`changeAgentSecrets` (5.18.4)",
    assumption: "nothing: each key is named once",
    asked: "adds one key, named twice in one request",
    answers: { refused: assumed(ONCE), added: assumed(ONCE) },
  },
  "secret-delete-twice": {
    question: "what is the answer to a request that deletes one key twice",
    chapter: "`changeAgentSecrets` (5.18.4)",
    assumption: "nothing: each key is named once",
    asked: "deletes one key, named twice in one request",
    answers: { refused: assumed(ONCE), deleted: assumed(ONCE), "deleted-with-error": assumed(ONCE) },
  },
  "secret-key-case": {
    question: "are two keys that differ by case two keys",
    chapter: "`changeAgentSecrets` (5.18.4)",
    assumption: "yes: keys are compared as they are written",
    asked: "adds two keys that differ by case",
    answers: {
      distinct: assumed("keys are compared as they are written"),
      same: different(
        "declare no two keys that differ by case only: one overwrites the other, and each plan wants to add the one that is missing",
      ),
    },
  },
  "secret-order": {
    question: "in which order are keys listed",
    chapter: "`listAgentSecrets` (5.18.3)",
    assumption: "nothing: the order is not looked at",
    asked: "adds three keys, one after the other, and lists them",
    answers: {
      created: assumed("the order is not looked at"),
      "newest-first": assumed("the order is not looked at"),
      sorted: assumed("the order is not looked at"),
    },
  },
  "secret-values": {
    question: "does the list of keys hold values",
    chapter: "`listAgentSecrets` (5.18.3)",
    assumption: "no: `secret` and `obfuscated` are empty",
    asked: "adds a key and lists it",
    answers: {
      never: assumed("values cannot be read back"),
      returned: different(
        "anyone who may list the keys of an agent can read its secrets; jp1im does not look at the values",
      ),
    },
  },
  "change-answer": {
    question: "what is the answer of a change without a failure",
    chapter: "`changeAgentSecrets` (5.18.4)",
    assumption: "200 without a body, or with an empty object",
    asked: "adds a key",
    answers: {
      empty: assumed("it is read as done"),
      object: assumed("it is read as done"),
    },
  },
  "own-keys": {
    question: "are the agent's own keys in its list, as `immgr.*`",
    chapter: "3.15.10",
    assumption: "yes: `immgr.*` is never deleted, and a policy can protect others",
    asked: "lists the agent's keys",
    answers: {
      listed: assumed("they are protected whatever the policy says"),
      "not-listed": different(
        "no key begins with `immgr.`: before `prune: all`, find out which keys are the agent's own, and name them in `policy.protect`",
      ),
    },
  },
  "secret-limit": {
    question: "is the limit of 1,000 keys checked before the deletions of the same request",
    chapter: "`changeAgentSecrets` (5.18.4)",
    assumption: "yes: deletions go first, in a request of their own, where the limit would be exceeded",
    asked:
      "fills the agent up to 1,000 keys, adds one more, and then adds one and deletes one in one request",
    answers: {
      "before-deletions": assumed("jp1im sends two requests where one would exceed the limit on the way"),
      "after-deletions": assumed("jp1im sends two requests where one would do, which does no harm"),
      none: different("an agent takes more than 1,000 keys; jp1im still refuses to declare so many"),
    },
  },
} satisfies Readonly<Record<string, Gap>>;
