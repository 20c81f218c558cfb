import { clientAddress, initialSecretAddress } from "../../model/address";
import type { Change } from "../../model/change";
import type { DesiredClient, DesiredInitialSecret, DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { isGenerationOf } from "../../resources/client-generations";
import type { PriorState } from "../prior-state";

/** Warns of each secret that the plan issues anew because its generation was lowered, which is seldom meant as a rotation. */
export function loweredGenerations(
  managers: readonly DesiredManager[],
  priorOf: (manager: string) => PriorState,
  changes: readonly Change[],
): Diagnostic[] {
  const issued = new Set(
    changes.flatMap(({ address, action }) => (action === "create" || action === "replace" ? [address] : [])),
  );
  return managers.flatMap(({ name, initialSecret, clients }) => {
    const { initialSecret: record, clients: records } = priorOf(name);
    const found = clients
      .filter(({ id }) => issued.has(clientAddress(name, id)))
      .flatMap((client) => lowered(clientAddress(name, client.id), client, latestOf(client, records)));
    const address = initialSecretAddress(name);
    if (!initialSecret || !issued.has(address)) return found;
    return [...lowered(address, initialSecret, record?.generation ?? 0), ...found];
  });
}

/** The highest generation that the state knows of a client, also of one with a template. */
function latestOf(client: DesiredClient, records: PriorState["clients"]): number {
  const own = [...records].filter(([id, record]) => id === client.id || isGenerationOf(client, id, record));
  return Math.max(0, ...own.map(([, { generation }]) => generation));
}

function lowered(
  address: string,
  declared: DesiredClient | DesiredInitialSecret,
  latest: number,
): Diagnostic[] {
  const { generation, position } = declared;
  if (generation >= latest) return [];
  const end = "template" in declared ? "in place of the present one" : "and the present one stops working";
  return [
    {
      code: "generation-lowered",
      severity: "warning",
      summary: `the generation of ${address} is lowered from ${latest} to ${generation}: its secret is issued anew, ${end}`,
      remedy: `to keep the present secret, write \`generation: ${latest}\`; to rotate it, \`generation: ${latest + 1}\``,
      address,
      position,
    },
  ];
}
