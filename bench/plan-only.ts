/** Planning alone: agents × keys already in sync, with no network, no files and no fingerprint to look up. */
import { createHash } from "node:crypto";
import { planAgentSecrets } from "../src/resources/agent-secrets/plan";
import { createPruner } from "../src/resources/prune";

const [agents = 10_000, keys = 100] = process.argv.slice(2).map(Number);
const names = Array.from({ length: keys }, (_, index) => `secret-${index}`);
const desired = {
  keys: new Set(names),
  digest: "d",
  fingerprint: (key: string) => createHash("sha256").update(key).digest("hex"),
};
const prior = { count: keys, digest: "d", fingerprints: () => new Map<string, string | null>() };
const pruner = createPruner({ prune: "owned", protect: [] }, () => false);
const start = process.hrtime.bigint();
let unchanged = 0;
for (let number = 0; number < agents; number++) {
  const agent = { host: `agent${number}`, managerHost: "immhost01" };
  const inputs = {
    manager: "tokyo",
    agent,
    desired,
    observed: names,
    prior,
    unverified: "write",
    pruner,
  } as const;
  unchanged += planAgentSecrets(inputs).unchanged;
}
const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
process.stdout.write(JSON.stringify({ unchanged, milliseconds }));
