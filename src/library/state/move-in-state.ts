import { type Addressed, isWithin, managerOf, parseAddress } from "../../model/address";
import { failure } from "../../model/diagnostic";
import { suggest } from "../../model/shell-command";
import { createFingerprints } from "../../secrets/fingerprints";
import type { Fingerprints } from "../../secrets/port";
import { keyIdsOf } from "../../state/key-ids";
import { rekeyedDuringRun } from "../../state/key-of-state";
import { isFingerprint, type KeyFingerprints, type StateRecord, type StateStore } from "../../state/port";
import { readState } from "../../state/read-state";
import type { Storage } from "../../state/storage";
import { auditedOnState } from "../audit/audited";
import type { InputOptions } from "../inputs/inputs";
import type { Platform } from "../platform";
import { notInState } from "../state";
import { throwDamage } from "./damage";
import { keptOf } from "./kept";
import { locateState } from "./locate-state";
import { type LockWait, lockOptions, withOpenState } from "./locked";
import { refuseUndeclarable } from "./refuse-undeclarable";
import { findStateKey, settleStateKey } from "./state-key";

export interface Moved {
  readonly from: string;
  readonly to: string;
}

/**
 * Renames an address in the state without a request to a manager: a manager whose key in the YAML changed, an agent
 * with another name, or a client. Throws a `DiagnosticError` and moves nothing if `from` is not in the state, if `to`
 * exists or cannot be declared, or if an issued secret waits there for its delivery.
 *
 * @example
 * const { moved } = await moveInState({ files: ["tokyo.yaml"] }, "tokio", "tokyo", createPlatform());
 */
export async function moveInState(
  options: InputOptions & LockWait,
  from: string,
  to: string,
  platform: Platform,
): Promise<{ readonly moved: readonly Moved[] }> {
  return auditedOnState(
    { ...options, command: "state mv" },
    platform,
    (own) => performMoveInState(options, from, to, own),
    ({ moved }) => ({ addresses: moved.flatMap(({ from: old, to: next }) => [old, next]) }),
  );
}

async function performMoveInState(
  options: InputOptions & LockWait,
  from: string,
  to: string,
  platform: Platform,
): Promise<{ readonly moved: readonly Moved[] }> {
  const place = await locateState(options, platform);
  const { storage } = place;
  const before = await readState({ storage, report: () => {} });
  throwDamage(before, [managerOf(from), managerOf(to)]);
  if (![...before.records()].some(({ address }) => isWithin(address, from))) throw notInState([from], before);
  const move = moveOf(from, to);
  await refuseUndeclarable(to);
  const ourKey = await findStateKey(place, platform);
  const fingerprints = createFingerprints(ourKey.key);
  const lock = lockOptions({ ...options, command: "state mv" }, platform);
  const managers = [managerOf(from), managerOf(to)];
  const keyOfPart = async () => (await keyIdsOf(storage)).byManager.get(managerOf(from));
  const keyId = await keyOfPart();
  // A new partition gets the key of the partition that its records come from.
  const settleKey = async () => {
    if ((await keyOfPart()) !== keyId) throw rekeyedDuringRun(storage);
    return keyId;
  };
  const isOurKey = keyId === fingerprints.keyId;
  const key = { settleKey, mayTakeOver: false };
  return withOpenState({ ...lock, storage, managers, rewrites: true, ...key }, async (state) => {
    throwDamage(state, managers);
    if (isOurKey) await settleStateKey(ourKey, place, platform);
    const records = [...state.records()].filter(({ address }) => isWithin(address, from));
    if (records.length === 0) throw notInState([from], state);
    if (!isOurKey) refuseFingerprints(records, state, storage, ourKey.origin === "new");
    refuseTaken(state, to);
    const kept = await keptOf([managerOf(from)], storage);
    refuseWaiting(kept.flatMap(({ address }) => (address && isWithin(address, from) ? [address] : [])));
    const moved = records.map((record) => {
      const target = move(record);
      put(state, record, target, fingerprints);
      return { from: record.address, to: target.address };
    });
    // A crash between two managers leaves the records at both, and never at none.
    if (managerOf(from) !== managerOf(to)) await state.flush([managerOf(to)]);
    for (const { address } of records) state.drop(address);
    await state.flush();
    return { moved: moved.sort((a, b) => (a.from < b.from ? -1 : 1)) };
  });
}

type Target = Pick<StateRecord, "address" | "manager">;
type Agent = Extract<Addressed, { kind: "agent" }>;

/** Returns the move of a record. Throws `usage` if one address cannot become the other. */
function moveOf(from: string, to: string): (record: StateRecord) => Target & Partial<Pick<Agent, "agent">> {
  const [old, next] = [parseAddress(from), parseAddress(to)];
  if (old?.kind === "manager" && next?.kind === "manager" && from !== to) {
    const { manager } = next;
    return ({ address }) => ({ address: `${to}${address.slice(from.length)}`, manager });
  }
  const isSameManager = old?.manager === next?.manager && from !== to;
  if (isSameManager && old?.kind === "agent" && next?.kind === "agent") {
    const { manager, agent } = next;
    return () => ({ address: to, manager, agent });
  }
  if (isSameManager && old?.kind === "client" && next?.kind === "client") {
    const { manager } = next;
    return () => ({ address: to, manager });
  }
  throw failure({
    code: "usage",
    summary: `${from} cannot be moved to ${to}`,
    remedy:
      "move a manager to another name (tokyo edo), or an agent or a client to another address of the same manager (tokyo/client/a tokyo/client/b)",
  });
}

function put(
  state: StateStore,
  record: StateRecord,
  { address, manager, agent }: ReturnType<ReturnType<typeof moveOf>>,
  fingerprints: Fingerprints,
): void {
  if (record.kind === "agent") {
    const set = bindTo(address, record.address, state.fingerprints(record.address), fingerprints);
    state.patchAgent(address, { manager, agent: agent ?? record.agent, set, unset: [] });
  } else if (record.kind === "lower-manager") {
    // Its fingerprint is made of the value itself, and cannot be bound to another address.
    const { boundTo = record.address, ...rest } = record;
    state.put({ ...rest, address, manager, boundTo: boundTo === address ? undefined : boundTo });
  } else state.put({ ...record, address, manager });
}

function bindTo(
  to: string,
  from: string,
  entries: KeyFingerprints,
  fingerprints: Fingerprints,
): readonly (readonly [string, string | null])[] {
  const bound = fingerprints.rebound(from, to);
  return [...entries].map(([key, entry]) => [key, isFingerprint(entry) ? bound(entry) : entry]);
}

/** Refuses fingerprints under another key, which cannot be bound to another address and would be lost. */
function refuseFingerprints(
  records: readonly StateRecord[],
  state: StateStore,
  { location }: Pick<Storage, "location">,
  isNewKey: boolean,
): void {
  const known = records
    .filter(({ address }) => [...state.fingerprints(address).values()].some(isFingerprint))
    .map(({ address }) => address);
  const [first] = known.sort();
  if (first === undefined) return;
  throw failure({
    code: "state-key",
    summary: `what is known of the values at ${first}${known.length > 1 ? ` and ${known.length - 1} more` : ""} in ${location} can be moved only with the key that they were made under, and this process ${isNewKey ? "was given none" : "has another one"}`,
    remedy:
      "provide the key that the state was written under; where a rekey was interrupted, finish it with `jp1im state rekey`; if the key is lost, declare what is to be moved under its former name, run `jp1im apply --new-state`, and move it then",
    address: first,
  });
}

/** Refuses a target that exists. For a manager, any record under its name counts. */
function refuseTaken(state: StateStore, to: string): void {
  const taken = [...state.records()].find(({ address }) => isWithin(address, to));
  if (taken === undefined) return;
  throw failure({
    code: "usage",
    summary: `the state holds ${taken.address} already`,
    remedy: `choose another address, or forget what is there with ${suggest("state", "rm", to)}`,
  });
}

/** Refuses kept secrets, which are sealed with their addresses. */
function refuseWaiting(addresses: string[]): void {
  if (addresses.length === 0) return;
  throw failure({
    code: "usage",
    summary: `issued secrets wait for their delivery: ${addresses.sort().join(", ")}`,
    remedy: "fix their sinks and let `jp1im apply` deliver them, then move",
  });
}
