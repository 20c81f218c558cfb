import type { Operation } from "../model/operation";
import { visible } from "../model/visible";
import type { Paint } from "./paint";
import { countOf, grouped } from "./wording";

/** The requests of a plan, by method and path, in the order of their stages: one line per manager and stage. */
export function requestLines(operations: readonly Operation[], paint: Paint): string[] {
  const rows = new Map<string, Row>();
  for (const operation of operations) {
    const key = JSON.stringify([operation.stage, operation.manager, operation.type]);
    const row = rows.get(key) ?? { ...operation, requests: 0, first: 0, second: 0 };
    const [first, second] = countsOf(operation);
    row.requests += 1;
    row.first += first;
    row.second += second;
    rows.set(key, row);
  }
  const sorted = [...rows.values()].sort((a, b) => a.stage - b.stage || compare(a.manager, b.manager));
  const managers = sorted.map(({ manager }) => visible(manager));
  const managerWidth = Math.max(0, ...managers.map((name) => name.length));
  const countWidth = Math.max(0, ...sorted.map(({ requests }) => grouped(requests).length));
  return sorted.map((row, index) => {
    const manager = (managers[index] ?? "").padEnd(managerWidth);
    const count = grouped(row.requests).padStart(countWidth);
    return `  ${manager}  ${count} × ${paths[row.type].padEnd(PATH_WIDTH)}  ${paint("quiet", contents(row))}`;
  });
}

interface Row {
  readonly type: Operation["type"];
  readonly stage: number;
  readonly manager: string;
  requests: number;
  /** What the requests carry, added up; its meaning depends on the type. */
  first: number;
  second: number;
}

const paths: Readonly<Record<Operation["type"], string>> = {
  "issue-initial-secret": "POST secret/generateInfo",
  "put-lower-manager": "POST subManagers/createInfo",
  "change-agent-secrets": "POST agents/secrets/change",
  "delete-clients": "POST secret/client/deleteInfo",
  "issue-client": "POST secret/client/generateInfo",
  "delete-lower-managers": "POST subManagers/deleteInfo",
};

const PATH_WIDTH = Math.max(...Object.values(paths).map((path) => path.length));

function countsOf(operation: Operation): readonly [number, number] {
  switch (operation.type) {
    case "change-agent-secrets":
      return [operation.add.length, operation.delete.length];
    case "delete-clients":
      return [operation.ids.length, 0];
    case "delete-lower-managers":
      return [operation.hosts.length, 0];
    case "put-lower-manager":
      return operation.registered ? [0, 1] : [1, 0];
    case "issue-initial-secret":
      return operation.deliver ? [1, 0] : [0, 1];
    case "issue-client":
      return [1, 0];
  }
}

function contents({ type, first, second }: Row): string {
  switch (type) {
    case "change-agent-secrets":
      return joined("secret", first, "written", second, "deleted");
    case "delete-clients":
      return `${countOf(first, "client")} deleted`;
    case "delete-lower-managers":
      return `${countOf(first, "lower manager")} deleted`;
    case "put-lower-manager":
      return joined("lower manager", first, "added", second, "updated");
    case "issue-initial-secret":
      return first > 0 ? "initial secret issued and delivered" : "initial secret issued for a lower manager";
    case "issue-client":
      return `${countOf(first, "client")} issued`;
  }
}

/** `2 secrets written, 1 deleted`; the noun stands with the first part only. */
function joined(noun: string, first: number, firstWord: string, second: number, secondWord: string): string {
  if (first === 0) return `${countOf(second, noun)} ${secondWord}`;
  const rest = second > 0 ? `, ${grouped(second)} ${secondWord}` : "";
  return `${countOf(first, noun)} ${firstWord}${rest}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
