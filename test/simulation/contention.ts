/** Somebody else changes what a write is about, after the run has looked at it and just before the write takes effect. */
import { clientAddress, secretAddress } from "../../src/model/address";
import type { Chance } from "./chance";
import type { OthersEdit, Step } from "./history";
import { type Ledger, managerAt } from "./ledger";
import type { Exchange } from "./network";

const CALLS = ["secret/client/generateInfo", "secret/client/deleteInfo", "agents/secrets/change"] as const;

/** The run is alone but for that, so that its outcome is certain. */
export function withContention(step: Step, chance: Chance): Step {
  if (step.run.sleep || !chance.percent(5)) return step;
  const { second: _second, ...alone } = step;
  const run = { action: "apply", target: step.run.target } as const;
  return { ...alone, run, faults: [], meanwhile: [], contends: chance.pick(CALLS) };
}

export interface Contention {
  readonly address: string;
  readonly edit: OthersEdit;
}

/** Makes the client that is to be issued, removes the one that is to be deleted, and makes or removes a key. */
export function contentionFor({ manager, call, body }: Exchange, ledger: Ledger): Contention | undefined {
  if (call === "secret/client/generateInfo") {
    const edit = { manager, type: "create-client", id: body.clientId, secret: OTHERS } as const;
    return { address: clientAddress(manager, edit.id), edit };
  }
  if (call === "secret/client/deleteInfo") {
    const edit = { manager, type: "delete-client", id: body.clientIds[0] } as const;
    return { address: clientAddress(manager, edit.id), edit };
  }
  if (call !== "agents/secrets/change") return undefined;
  const { agenthost: host, managerhost: managerHost } = body;
  const { key } = (body.delete ?? body.add).secrets[0];
  const at = { manager: managerAt(managerHost) ?? manager, host, key };
  const edit = ledger.has(managerHost, host, key)
    ? ({ ...at, type: "remove-agent-secret" } as const)
    : ({ ...at, type: "set-agent-secret", secret: OTHERS } as const);
  return { address: secretAddress(manager, { managerHost, host }, key), edit };
}

const OTHERS = "of others";
