/** Matches kept secrets, which no sink took, with issues in the state. */

import type { Diagnostic } from "../../model/diagnostic";
import { suggest } from "../../model/shell-command";
import { isEarlier } from "../../resources/issue-name";
import type { KeptSecret } from "../../secrets/port";
import type { IssuedRecord, StateView } from "../../state/port";
import type { Scope } from "../scope";

/** Addresses whose record waits for exactly the kept secret; a secret of an earlier issue does not count. */
export function awaitedSecrets(kept: readonly KeptSecret[], state: StateView): ReadonlySet<string> {
  return new Set(kept.flatMap((each) => (each.address && isAwaited(each, state) ? [each.address] : [])));
}

/**
 * Whether a kept secret is certainly useless: it was delivered, a later issue replaced it, or its resource is
 * deleted. If the state does not know it, as after a loss or with an older copy of the state, it may be the only
 * copy. It uses no clock: the manager's may be set back between two issues.
 */
export function isObsolete({ address, issue }: KeptSecret, state: StateView): boolean {
  const record = issuedRecord(address, state);
  if (record?.status !== "delivered" && record?.status !== "retired") return false;
  if (issue === undefined || record.issue === undefined) return false;
  return issue === record.issue || isEarlier(issue, record.issue);
}

/** Kept secrets that no apply will deliver or remove: a person must decide. */
export function strayKept(
  kept: readonly KeptSecret[],
  state: StateView,
  scope: Pick<Scope, "touches">,
): readonly Diagnostic[] {
  return kept
    .filter(({ address }) => address === undefined || scope.touches(address))
    .filter((each) => !isAwaited(each, state) && !isObsolete(each, state))
    .map((each) => strayDiagnostic(each, state));
}

function isAwaited({ address, generation, issue, opens }: KeptSecret, state: StateView): boolean {
  const record = issuedRecord(address, state);
  if (!opens || record?.status !== "issuing") return false;
  return record.issue === issue && record.generation === generation;
}

function issuedRecord(address: string | undefined, state: StateView): IssuedRecord | undefined {
  const record = address === undefined ? undefined : state.record(address);
  return record?.kind === "client" || record?.kind === "initial-secret" ? record : undefined;
}

function strayDiagnostic({ path, address, issuedAt, opens }: KeptSecret, state: StateView): Diagnostic {
  const common = { code: "secret-kept", severity: "warning", address: address || undefined } as const;
  if (address === undefined) {
    const summary = `${path} holds no kept secret that can be read`;
    return { ...common, summary, remedy: "restore it from a backup, or remove the file" };
  }
  const since = issuedAt === undefined ? "" : `, issued at ${issuedAt},`;
  const drop = `${suggest("state", "rm", "--kept", address)} removes it`;
  if (!opens) {
    const summary = `the secret of ${address}${since} is kept in ${path} under another key than the one that was given`;
    return { ...common, summary, remedy: `hand in that key and apply; or ${drop}` };
  }
  const why = issuedRecord(address, state)
    ? "comes from another issue than the state knows of"
    : "is unknown to this state";
  const summary = `a secret of ${address}${since} is kept in ${path} and ${why}: it is not delivered`;
  return { ...common, summary, remedy: `restore the state that knows it and apply; or ${drop}` };
}
