import type { Random } from "../platform/random";
import type { StateView } from "../state/port";

/**
 * Names an issue before it is requested: unique by its random part, and ordered among all writes of the manager's
 * state.
 */
export function issueName(
  state: Pick<StateView, "lineage" | "serial">,
  manager: string,
  random: Random,
): string {
  return `${state.lineage}.${state.serial(manager)}.${random.bytes(16).toString("hex")}`;
}

/**
 * Whether one issue came before another. Issues of different states have no order, nor do names of earlier versions.
 */
export function isEarlier(one: string, other: string): boolean {
  const [first, second] = [orderOf(one), orderOf(other)];
  return first?.lineage !== undefined && first.lineage === second?.lineage && first.serial < second.serial;
}

function orderOf(name: string): { readonly lineage: string; readonly serial: number } | undefined {
  const [, lineage, serial] = /^(.+)\.(\d+)\.[0-9a-f]+$/.exec(name) ?? [];
  return lineage === undefined ? undefined : { lineage, serial: Number(serial) };
}
