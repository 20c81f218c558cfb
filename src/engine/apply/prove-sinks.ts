import { clientAddress, initialSecretAddress, parseAddress } from "../../model/address";
import type { DesiredClient, DesiredInitialSecret } from "../../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import type { Change, Operation } from "../../model/plan";
import type { Applying } from "./applying";
import { placesOf } from "./issued-records";

/** Whether a change is the delivery of a secret that an earlier run issued and could not deliver. */
export function isDelivery({ kind, action }: Change): boolean {
  return action === "update" && (kind === "client" || kind === "initial-secret");
}

/** Every sink that a secret will go to is proven writable before anything is issued; all faults are told. */
export async function proveSinks(applying: Applying): Promise<void> {
  const { plan } = applying.planned;
  const deliveries = plan.changes.filter(isDelivery).map(({ address }) => address);
  const findings: Diagnostic[] = [];
  for (const address of [...plan.operations.flatMap(issuedBy), ...deliveries]) {
    const declared = declaredAt(applying, address);
    if (!declared) continue;
    try {
      const earlier = placesOf(applying.state.record(address));
      await applying.context.delivery.prove(declared.deliverTo, earlier);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      const place = { address, position: declared.position };
      findings.push(...error.diagnostics.map((each) => ({ ...place, ...each })));
    }
  }
  if (findings.length > 0) throw new DiagnosticError(findings);
}

/** The client or initial secret that is declared at an address. */
export function declaredAt(
  applying: Applying,
  address: string,
): DesiredClient | DesiredInitialSecret | undefined {
  const addressed = parseAddress(address);
  if (!addressed) return undefined;
  const { clients, initialSecret } = applying.units(addressed.manager).desired;
  if (addressed.kind === "client") return clients.find(({ id }) => id === addressed.id);
  return addressed.kind === "initial-secret" ? initialSecret : undefined;
}

/** What is issued in order to be delivered. */
function issuedBy(operation: Operation): string[] {
  if (operation.type === "issue-client") return [clientAddress(operation.manager, operation.client_id)];
  return operation.type === "issue-initial-secret" && operation.deliver
    ? [initialSecretAddress(operation.manager)]
    : [];
}
