import type { Change } from "../../../model/change";
import type { Plan } from "../../../model/plan";
import { actionStyles, actions, reasonOf } from "../../../report/reasons";
import type { Attrs } from "../resource-type";

/**
 * A plan as attributes: the changes by address, in the words of the command line, and their counts. It includes
 * fingerprints of the values, so that Terraform refuses the plan if a value has changed by the apply.
 */
export function shownPlan({ changes, deferred, summary, mode }: Plan): Attrs {
  const now = changes.map((change) => {
    const what = `${actionStyles[change.action].word}: ${reasonOf(change, mode)}`;
    return [change.address, what + printOf(change)] as const;
  });
  const later = deferred.map((change) => {
    return [change.address, `${change.action}: after ${change.after}${printOf(change)}`] as const;
  });
  const counts = actions.map((action) => {
    const count = changes.filter((change) => change.action === action).length;
    return [actionStyles[action].word, count] as const;
  });
  return {
    changes: Object.fromEntries([...now, ...later]),
    counts: { ...Object.fromEntries(counts), deferred: deferred.length, requests: summary.requests },
  };
}

function printOf({ fingerprint }: Pick<Change, "fingerprint">): string {
  return fingerprint === undefined ? "" : ` (${fingerprint})`;
}

/** The attributes of a plan without changes. */
export function nothingToDo(): Attrs {
  const counts = actions.map((action) => [actionStyles[action].word, 0] as const);
  return { changes: {}, counts: { ...Object.fromEntries(counts), deferred: 0, requests: 0 } };
}
