import { changesBeside } from "../../model/agent-spans";
import type { Change } from "../../model/change";
import { issuesOf } from "../../model/declared";
import type { DesiredClient, DesiredInitialSecret, DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { isGenerationOf } from "../../resources/client/generations";
import type { PriorState } from "../prior-state";

/**
 * Warns of each secret that the plan reissues because its generation was lowered, which is seldom meant as a
 * rotation.
 */
export function loweredGenerations(
  managers: readonly DesiredManager[],
  priorOf: (manager: string) => PriorState,
  changes: readonly Change[],
): Diagnostic[] {
  const issued = new Set(
    [...changesBeside(changes)].flatMap(({ address, action }) =>
      action === "create" || action === "replace" ? [address] : [],
    ),
  );
  return managers.flatMap((manager) =>
    issuesOf(manager)
      .filter(({ address }) => issued.has(address))
      .flatMap(({ address, declared }) =>
        loweredGeneration(address, declared, latestOf(declared, priorOf(manager.name))),
      ),
  );
}

/** The highest generation that the state knows, also of a client with a template. */
function latestOf(declared: DesiredClient | DesiredInitialSecret, prior: PriorState): number {
  if (!("id" in declared)) return prior.named["initial-secret"].get("initial-secret")?.generation ?? 0;
  const own = [...prior.named.client].filter(
    ([id, record]) => id === declared.id || isGenerationOf(declared, id, record),
  );
  return Math.max(0, ...own.map(([, { generation }]) => generation));
}

function loweredGeneration(
  address: string,
  declared: DesiredClient | DesiredInitialSecret,
  latest: number,
): Diagnostic[] {
  const { generation, position } = declared;
  if (generation >= latest) return [];
  const end =
    "template" in declared && declared.template !== undefined
      ? "in place of the present one"
      : "and the present one stops working";
  return [
    {
      code: "generation-lowered",
      severity: "warning",
      summary: `the generation of ${address} is lowered from ${latest} to ${generation}: its secret is issued again, ${end}`,
      remedy: `to keep the present secret, write \`generation: ${latest}\`; to rotate it, \`generation: ${latest + 1}\``,
      address,
      position,
    },
  ];
}
