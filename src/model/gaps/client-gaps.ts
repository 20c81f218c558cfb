import { assumed, different, type Gap } from "./gap";

const LISTED = "jp1im deletes only clients of the latest list, and reads the list again after a failure";
const ONCE = "jp1im names each client once";

/** What the manual leaves open about IM clients. */
export const clientGaps = {
  "client-secret-field": {
    question: "which field holds an issued client secret",
    chapter: "`issueClientSecret` (5.4.5)",
    assumption: "`clientSecret`, or `secret` as the Overview prints it; exactly one of them",
    asked: "issues a client",
    answers: {
      clientSecret: assumed("either field is read"),
      secret: assumed("either field is read"),
      both: different(
        "jp1im refuses the answer, as it cannot tell which is right: clients cannot be managed here",
      ),
    },
  },
  "client-issue-again": {
    question: "is issuing a client refused if its ID exists",
    chapter: "`issueClientSecret` (5.4.5)",
    assumption: "yes, with KAJY68004-E: a client is deleted before it is issued again",
    asked: "issues the same client twice",
    answers: {
      refused: assumed("a client that someone else made is never replaced"),
      reissued: different(
        "a client that someone else makes between jp1im's list and its request would get a new secret; let nobody issue clients during an apply",
      ),
    },
  },
  "client-id-case": {
    question: "are two client IDs that differ by case two clients",
    chapter: "3.7.2",
    assumption: "yes: IDs are compared as they are written",
    asked: "issues two clients whose IDs differ by case",
    answers: {
      distinct: assumed("IDs are compared as they are written"),
      same: different("declare no two clients, and no client beside a listed one, that differ by case only"),
    },
  },
  "client-delete-missing": {
    question: "is the deletion of a missing client refused",
    chapter: "`deleteClients` (5.4.4)",
    assumption: "yes, with KAJY68007-E",
    asked: "deletes a client that is not there",
    answers: {
      refused: assumed(LISTED),
      accepted: different(
        "a deletion that was lost and is repeated does no harm; jp1im reads again all the same",
      ),
    },
  },
  "client-delete-batch": {
    question: "what happens to the other clients of a deletion if one is missing",
    chapter: "`deleteClients` (5.4.4)",
    assumption: "nothing is certain: the list is read again",
    asked: "deletes a client, one that is not there, and another one in one request",
    answers: {
      stops: assumed(LISTED),
      nothing: assumed(LISTED),
      "rest-deleted": assumed(LISTED),
    },
  },
  "client-delete-twice": {
    question: "what is the answer to a deletion that names one client twice",
    chapter: "`deleteClients` (5.4.4)",
    assumption: "nothing: each client is named once",
    asked: "deletes one client, named twice in one request",
    answers: {
      refused: assumed(ONCE),
      deleted: assumed(ONCE),
      "deleted-with-error": assumed(ONCE),
    },
  },
  "client-order": {
    question: "in which order are clients listed",
    chapter: "`listClients` (5.4.6)",
    assumption: "nothing: the order is not looked at",
    asked: "issues three clients and lists them",
    answers: {
      created: assumed("the order is not looked at"),
      "newest-first": assumed("the order is not looked at"),
      sorted: assumed("the order is not looked at"),
    },
  },
  "integrated-client": {
    question: "which clients of integrated managers may be deleted",
    chapter: "`deleteClients` (5.4.4)",
    assumption:
      "those with `MANAGER_INTEGRATED_`, as 3.7.2 spells it, and with `MANAGER__INTEGRATED_`, as `deleteClients` (5.4.4) does",
    asked: "deletes a client with each prefix that is not there",
    answers: {
      both: assumed("`rebuild --replaces` can remove either"),
      "one-underscore": assumed("this is the spelling of 3.7.2, which `rebuild --replaces` removes"),
      "two-underscores": different("`rebuild --replaces` cannot remove MANAGER_INTEGRATED_HOST here"),
      neither: different("`rebuild --replaces` cannot remove the predecessor's client; remove it by hand"),
    },
  },
} satisfies Readonly<Record<string, Gap>>;
