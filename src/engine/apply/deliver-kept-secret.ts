import type { Change } from "../../model/change";
import { deliver } from "../../resources/deliver-issued";
import { draftsOf, newToken, supersedeOthers } from "../../resources/issued-records";
import type { IssuedRecord } from "../../state/port";
import { isObsolete } from "../values/kept-secrets";
import type { ApplyRun } from "./apply-run";
import { declaredAt } from "./prove-sinks";

/**
 * Delivers a secret that an earlier run kept. It sends nothing to the manager: the secret is already issued and
 * valid.
 */
export async function deliverKeptSecret(applying: ApplyRun, { address }: Change): Promise<void> {
  const { state, delivery, recovery, random } = applying.context;
  const record = state.record(address);
  const declared = declaredAt(applying.planned, address);
  try {
    if (!declared || (record?.kind !== "client" && record?.kind !== "initial-secret")) {
      throw new Error(`${address} was planned to be delivered, and is not in the state`);
    }
    const kept = await recovery.take(address, record.issue);
    if (!kept) throw new Error(`${address} was planned to be delivered, and is not kept`);
    const token = newToken(random);
    const drafts = [...draftsOf(record), ...delivery.drafts(declared.deliverTo, token)];
    const present = { ...record, drafts };
    state.put(present);
    await state.flush([record.manager]);
    const { id, secret, issuedAt } = kept;
    let recorded: IssuedRecord;
    try {
      recorded = await deliver(applying, { record: present, declared, id, secret, issuedAt, token });
    } catch (error) {
      applying.note(address, { effect: "kept" });
      throw error;
    }
    const { supersededAt: _supersededAt, ...delivered } = recorded;
    if ("id" in declared) supersedeOthers(state, record.manager, declared, applying.clock.now());
    state.put(delivered);
    await state.flush([record.manager]);
    applying.succeed(address, delivery.describe(declared.deliverTo));
  } catch (error) {
    applying.fail([address], error);
  }
}

/**
 * Drops kept secrets that were delivered, replaced or deleted meanwhile, but only after the state has recorded that
 * durably: a secret that the state does not know may be the only copy of a valid one.
 */
export async function dropObsoleteSecrets(applying: ApplyRun): Promise<void> {
  const { context } = applying;
  const { kept, recovery, state } = context;
  const isGone = (address: string | undefined) => address !== undefined && applying.hasRemoved(address);
  for (const each of kept) {
    if (!state.mayWrite(each.manager)) continue;
    if (isObsolete(each, state) || isGone(each.address)) await recovery.drop(each);
  }
  for (const manager of context.desired.managers.keys())
    if (state.mayWrite(manager)) await recovery.dropDrafts(manager);
}
