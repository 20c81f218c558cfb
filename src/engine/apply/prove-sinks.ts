import { clientAddress, initialSecretAddress } from "../../model/address";
import type { DesiredClient, DesiredInitialSecret } from "../../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import type { Operation } from "../../model/plan";
import type { Applying } from "./applying";
import { placesOf } from "./issued-records";

/** Every sink that an issued secret will go to is proven writable before anything is issued; all faults are told. */
export async function proveSinks(applying: Applying): Promise<void> {
  const { context, planned } = applying;
  const findings: Diagnostic[] = [];
  for (const operation of planned.plan.operations) {
    const issue = issueOf(applying, operation);
    if (!issue) continue;
    const { address, declared } = issue;
    try {
      await context.delivery.prove(declared.deliverTo, placesOf(context.state.record(address)));
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      const place = { address, position: declared.position };
      findings.push(...error.diagnostics.map((each) => ({ ...place, ...each })));
    }
  }
  if (findings.length > 0) throw new DiagnosticError(findings);
}

interface Issue {
  readonly address: string;
  readonly declared: DesiredClient | DesiredInitialSecret;
}

function issueOf(applying: Applying, operation: Operation): Issue | undefined {
  const { manager } = operation;
  const { clients, initialSecret } = applying.units(manager).desired;
  if (operation.type === "issue-client") {
    const declared = clients.find(({ id }) => id === operation.client_id);
    return declared && { address: clientAddress(manager, operation.client_id), declared };
  }
  if (operation.type !== "issue-initial-secret" || !operation.deliver || !initialSecret) return undefined;
  return { address: initialSecretAddress(manager), declared: initialSecret };
}
