import { isRefused } from "../../api/manager-error";
import type { IssuedSecret } from "../../api/port";
import { initialSecretAddress } from "../../model/address";
import { INITIAL_SECRET_ID } from "../../model/limits";
import type { IssueInitialSecret, Operation } from "../../model/operation";
import type { IssuedRecord } from "../../state/port";
import type { KindApplyContext } from "../apply-context";
import { deliver, keepUndelivered } from "../deliver-issued";
import { issue } from "../issue";
import { issuingRecord, retire } from "../issued-records";

/**
 * Issues a manager's initial secret, and delivers it to its sinks. The lower managers that wait for it get it even if
 * the delivery failed.
 */
export async function applyIssueInitialSecret(
  applying: KindApplyContext,
  operation: Operation & IssueInitialSecret,
): Promise<void> {
  const { manager } = operation;
  const address = initialSecretAddress(manager);
  const declared = operation.deliver ? applying.units(manager).desired.initialSecret : undefined;
  const { delivery, state } = applying.context;
  let issued: IssuedSecret | undefined;
  try {
    const before = state.record(address);
    const record = {
      kind: "initial-secret",
      address,
      manager,
      generation: declared?.generation ?? 1,
    } as const;
    const intent = declared && issuingRecord(record, declared, applying.context);
    if (intent || before) {
      if (intent) state.put(intent);
      // An undeclared one is forgotten in the state, durably, before the secret in its sink stops working.
      await state.flush([manager]);
    }
    issued = await issueInitialSecret(applying, manager, address, () => {
      // The secret that was delivered before stays valid.
      if (before?.kind === "initial-secret") state.put(before);
      else if (intent) retire(state, address);
    });
    if (declared && intent) {
      const { secret, lastUpdateTime: issuedAt } = issued;
      const id = INITIAL_SECRET_ID;
      const { generation, issue: token } = intent;
      let delivered: IssuedRecord;
      try {
        const parts = { record: intent, declared, id, secret, issuedAt, token };
        delivered = await deliver(applying, parts);
      } catch (error) {
        await keepUndelivered(applying, { address, generation, id, issue: token, issuedAt, secret });
        throw error;
      }
      state.put(delivered);
      await state.flush([manager]);
      applying.succeed(address, delivery.describe(declared.deliverTo));
    }
  } catch (error) {
    applying.fail([address], error);
  }
  applying.initialSecrets.settle(manager, issued?.secret);
}

/** There is nothing to read again: the next issue replaces a secret whose answer was lost. */
async function issueInitialSecret(
  applying: KindApplyContext,
  manager: string,
  address: string,
  refused: () => void,
): Promise<IssuedSecret> {
  const port = await applying.port(manager);
  return issue({
    // If it is to be delivered, the intent was recorded before.
    intend: async () => undefined,
    send: async () => {
      const issued = await applying.write(() => port.issueInitialSecret());
      applying.note(address, { effect: "issued" });
      return issued;
    },
    failed: async (error, attempt) => {
      if (attempt === 1 && isRefused(error)) refused();
      if (!(await applying.mayTryAgain(error, attempt, address))) throw error;
    },
  });
}
