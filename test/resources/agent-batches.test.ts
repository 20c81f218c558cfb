/** The requests that are planned for one agent, against every other way to send them. */
import * as fc from "fast-check";
import { Limits } from "../../src/model/limits";
import type { ChangeAgentSecrets, Operation } from "../../src/model/operation";
import type { AgentSecretsInputs } from "../../src/resources/agent-secrets/agent-inputs";
import { planAgentSecrets } from "../../src/resources/agent-secrets/plan";
import { createPruner } from "../../src/resources/prune";

/** One agent: keys of others, ours that stay, ours that change, ours to delete, and keys to create. */
const agents = fc.record({
  others: fc.integer({ min: Limits.secretsPerAgent - 14, max: Limits.secretsPerAgent }),
  same: fc.integer({ min: 0, max: 3 }),
  changed: fc.integer({ min: 0, max: 3 }),
  removed: fc.integer({ min: 0, max: 4 }),
  created: fc.integer({ min: 0, max: 4 }),
});
type Agent = typeof agents extends fc.Arbitrary<infer T> ? T : never;

test("sends as few requests as any way could, and never passes the limit on the way", () => {
  fc.assert(
    fc.property(agents, (agent) => {
      const registered = agent.others + agent.same + agent.changed + agent.removed;
      fc.pre(registered <= Limits.secretsPerAgent);
      const unit = planAgentSecrets(inputsOf(agent));
      const fewest = fewestRequests(registered, agent);
      if (fewest === undefined) {
        expect(unit.blocked).toMatchObject([{ code: "agent-full" }]);
        expect(unit.operations).toEqual([]);
        return;
      }
      expect(unit.blocked).toEqual([]);
      expect(unit.operations).toHaveLength(fewest);
      expect(carryOut(keysBefore(agent), unit.operations)).toEqual(keysAfter(agent));
      expect(unit.changes).toHaveLength(agent.changed + agent.removed + agent.created);
    }),
    { numRuns: 2000 },
  );
});

test("puts deletions into a request of their own only where they have to go first", () => {
  fc.assert(
    fc.property(agents, (agent) => {
      const { operations } = planAgentSecrets(inputsOf(agent));
      const [first, second] = operations.map((operation) => (isChange(operation) ? operation : undefined));
      if (!second) return;
      expect(first?.add).toEqual([]);
      expect(second.delete).toEqual([]);
      expect(keysBefore(agent).size + agent.created).toBeGreaterThan(Limits.secretsPerAgent);
    }),
    { numRuns: 500 },
  );
});

/** Plays the requests by the strictest reading: the limit is checked before the deletions of the same request. */
function carryOut(keys: Set<string>, operations: readonly Operation[]): Set<string> {
  for (const operation of operations) {
    if (!isChange(operation)) throw new Error(`unexpected ${operation.type}`);
    const { add, delete: remove, precondition } = operation;
    expect(precondition.registered).toBe(keys.size);
    expect(precondition.overwrites).toEqual(add.filter((key) => keys.has(key)));
    expect(keys.size + add.filter((key) => !keys.has(key)).length).toBeLessThanOrEqual(
      Limits.secretsPerAgent,
    );
    expect(remove.filter((key) => !keys.has(key))).toEqual([]);
    expect([add, remove]).toEqual([[...add].sort(), [...remove].sort()]);
    expect(add.length + remove.length).toBeGreaterThan(0);
    for (const key of remove) keys.delete(key);
    for (const key of add) keys.add(key);
  }
  return keys;
}

/** Breadth first over every sequence of requests; `undefined` when none leads there. */
function fewestRequests(registered: number, { changed, removed, created }: Agent): number | undefined {
  let open = [{ count: registered, writes: changed, deletes: removed, creates: created }];
  const seen = new Set<string>();
  for (let requests = 0; open.length > 0; requests++) {
    if (open.some(({ writes, deletes, creates }) => writes + deletes + creates === 0)) return requests;
    open = open.flatMap(({ count, writes, deletes, creates }) => {
      const next: typeof open = [];
      for (let w = 0; w <= writes; w++) {
        for (let d = 0; d <= deletes; d++) {
          for (let c = 0; c <= creates && count + c <= Limits.secretsPerAgent; c++) {
            const after = {
              count: count + c - d,
              writes: writes - w,
              deletes: deletes - d,
              creates: creates - c,
            };
            const name = JSON.stringify(after);
            if (w + d + c === 0 || seen.has(name)) continue;
            seen.add(name);
            next.push(after);
          }
        }
      }
      return next;
    });
  }
  return undefined;
}

function isChange(operation: Operation): operation is Operation & ChangeAgentSecrets {
  return operation.type === "change-agent-secrets";
}

function keys(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}`);
}

function keysBefore({ others, same, changed, removed }: Agent): Set<string> {
  return new Set([
    ...keys("other", others),
    ...keys("same", same),
    ...keys("changed", changed),
    ...keys("removed", removed),
  ]);
}

function keysAfter({ others, same, changed, created }: Agent): Set<string> {
  return new Set([
    ...keys("other", others),
    ...keys("same", same),
    ...keys("changed", changed),
    ...keys("created", created),
  ]);
}

function inputsOf(agent: Agent): AgentSecretsInputs {
  const { same, changed, removed, created } = agent;
  const ours = [...keys("same", same), ...keys("changed", changed), ...keys("removed", removed)];
  return {
    manager: "tokyo",
    address: "tokyo/agent/immhost01/web01",
    agent: { host: "web01", managerHost: "immhost01" },
    desired: {
      keys: new Set([...keys("created", created), ...keys("changed", changed), ...keys("same", same)]),
      fingerprint: (key) => (key.startsWith("changed") ? `new ${key}` : key),
    },
    observed: [...keysBefore(agent)],
    prior: { count: ours.length, fingerprints: () => new Map(ours.map((key) => [key, key])) },
    unverified: "write",
    pruner: createPruner({ prune: "owned", protect: [] }, () => false),
  };
}
