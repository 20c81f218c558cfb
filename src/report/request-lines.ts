import { allKinds, type KindNames, type RequestNames } from "../model/kind-names";
import type { Operation } from "../model/operation";
import { visible } from "../model/visible";
import { columnsOf, padded } from "./columns";
import type { Paint } from "./paint";
import { countOf, grouped } from "./wording";

/** The requests of a plan, by method and path, in the order of their stages: one line per manager and stage. */
export function requestLines(operations: readonly Operation[], paint: Paint): string[] {
  const rows = new Map<string, Row>();
  for (const operation of operations) {
    const key = JSON.stringify([operation.stage, operation.manager, operation.type]);
    const names = namesOf(operation);
    const { stage, manager } = operation;
    const row = rows.get(key) ?? { stage, manager, names, requests: 0, counts: names.does.map(() => 0) };
    row.requests += 1;
    for (const [index, count] of names.counts(operation).entries())
      row.counts[index] = (row.counts[index] ?? 0) + count;
    rows.set(key, row);
  }
  const sorted = [...rows.values()].sort((a, b) => a.stage - b.stage || compare(a.manager, b.manager));
  const managers = sorted.map(({ manager }) => visible(manager));
  const managerWidth = Math.max(0, ...managers.map(columnsOf));
  const countWidth = Math.max(0, ...sorted.map(({ requests }) => grouped(requests).length));
  return sorted.map((row, index) => {
    const manager = padded(managers[index] ?? "", managerWidth);
    const count = grouped(row.requests).padStart(countWidth);
    return `  ${manager}  ${count} × ${row.names.call.padEnd(CALL_WIDTH)}  ${paint("quiet", contents(row))}`;
  });
}

interface Row {
  readonly stage: number;
  readonly manager: string;
  readonly names: Names;
  requests: number;
  /** The total number of resources for each word of `names.does`. */
  readonly counts: number[];
}

type Names = RequestNames & Required<Pick<RequestNames, "one">> & Pick<KindNames, "isList">;

const namesByType = new Map<string, Names>(
  allKinds.flatMap(({ requests, one, isList }) =>
    Object.entries(requests).map(([type, names]) => [type, { one, isList, ...names }] as const),
  ),
);

const CALL_WIDTH = Math.max(...[...namesByType.values()].map(({ call }) => call.length));

function namesOf({ type }: Operation): Names {
  const names = namesByType.get(type);
  if (!names) throw new Error(`no kind of resource has the request ${type}`);
  return names;
}

/** `2 secrets written, 1 deleted`: only the first part has the noun. */
function contents({ names, counts }: Row): string {
  const parts = names.does.flatMap((word, index) => {
    const count = counts[index] ?? 0;
    return count > 0 ? [{ word, count }] : [];
  });
  return parts
    .map(({ word, count }, index) => {
      if (index > 0) return `${grouped(count)} ${word}`;
      return `${names.isList ? countOf(count, names.one) : names.one} ${word}`;
    })
    .join(", ");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
