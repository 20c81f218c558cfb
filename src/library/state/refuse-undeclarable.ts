import { parseAddress } from "../../model/address";
import { DiagnosticError } from "../../model/diagnostic";

/**
 * Throws `usage` for an address that no desired state can declare, for example a manager name with a blank, because
 * its records could never be applied. It validates a document that declares the address.
 */
export async function refuseUndeclarable(address: string): Promise<void> {
  const document = declaring(address);
  if (document === undefined) return;
  const { checkTexts } = await import("../../config/check-texts.js");
  const text = JSON.stringify(document);
  const { diagnostics } = checkTexts([{ file: address, folder: "/", text }]);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return;
  throw new DiagnosticError(
    errors.map(({ summary, remedy }) => ({
      code: "usage",
      severity: "error",
      summary: `${JSON.stringify(address)} cannot be declared: ${summary}`,
      remedy,
    })),
  );
}

function declaring(address: string): object | undefined {
  const addressed = parseAddress(address);
  if (addressed === undefined) return undefined;
  const value = { env: "VALUE" };
  const manager = { url: "https://manager.example", auth: { user: "user", password: value } };
  const of = (more: object) => ({
    apiVersion: "jp1im/v1",
    managers: { [addressed.manager]: { ...manager, ...more } },
  });
  switch (addressed.kind) {
    case "client":
      return of({ clients: [{ id: addressed.id, deliverTo: { file: "/secret" } }] });
    case "agent":
      return of({ agents: [{ ...addressed.agent, secrets: { key: value } }] });
    default:
      return of({});
  }
}
