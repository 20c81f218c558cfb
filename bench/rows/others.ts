/** What people would use instead. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Fleet, ROOT, variableOf } from "../fleet";
import { measure } from "../measure";
import { type Bench, inTurns, type Row } from "../row";
import { agentHosts, keyNames } from "../server/fast-manager";
import { type Line, type Print, type Timed, timeTable } from "../table";

export const othersRow: Row = {
  name: "others",
  summary: "beside a plain script (bench/plain-script.mjs), and curl and jq in a loop",
  measure: measureOthers,
};

const SCRIPT = join(ROOT, "bench", "plain-script.mjs");
const CURL_SAMPLE = 100;

async function measureOthers(bench: Bench): Promise<void> {
  await bench.withFleet({}, async (fleet) => {
    const script = plainScript(fleet);
    const journal = join(fleet.folder, "journal");
    const [scriptFirst = [], journalFirst = [], first = []] = await inTurns(
      bench.rounds,
      () => fleet.startOver().then(() => script("--write")),
      () => fleet.startOver().then(() => script("--write", journal)),
      () => fleet.startOver().then(() => fleet.cli(["apply", "--auto-approve"])),
    );
    const [scriptCheck = [], plans = []] = await inTurns(
      bench.rounds,
      () => script("--check"),
      () => fleet.cli(["plan", "--detailed-exitcode"]),
    );
    const [scriptAgain = [], journalAgain = [], applies = []] = await inTurns(
      bench.rounds,
      () => script("--rewrite"),
      () => script("--rewrite", journal),
      () => {
        fleet.change(keyNames(1));
        return fleet.cli(["apply", "--auto-approve"]);
      },
    );
    const beside = (...lines: Line[]) => timeTable(bench.print, "beside others", lines, "script");
    beside(
      { what: "plain script, in sync, compares keys alone", runs: scriptCheck, floor: scriptCheck },
      { what: "**plan, everything in sync**", runs: plans, floor: scriptCheck },
    );
    beside(
      { what: "script, every key", runs: scriptFirst, floor: scriptFirst },
      { what: "with a durable journal", runs: journalFirst, floor: scriptFirst },
      { what: "**first apply, every key**", runs: first, floor: scriptFirst },
    );
    beside(
      { what: "script, every key again", runs: scriptAgain, floor: scriptAgain },
      { what: "with a durable journal", runs: journalAgain, floor: scriptAgain },
      { what: "**apply, one changed key**", runs: applies, floor: scriptAgain },
    );
    const curl = await curlLine(fleet, scriptCheck, bench.print);
    if (curl !== undefined) beside(curl);
  });
}

function plainScript(fleet: Fleet) {
  const desired = join(fleet.folder, "desired.json");
  const secrets = Object.fromEntries(keyNames(fleet.keys).map((name) => [name, variableOf(name)]));
  const agents = [{ match: "^agent", secrets }];
  writeFileSync(
    desired,
    JSON.stringify({ url: fleet.server.url, user: "jp1admin", owned: "^secret-", agents }),
  );
  const env = { MANAGER_PASSWORD: fleet.env.BENCH_PASSWORD ?? "" };
  return (mode: string, ...journal: readonly string[]) =>
    fleet.run([SCRIPT, desired, mode, ...journal], { env });
}

/** One `curl | jq` for each agent, of which a sample tells the rest. */
async function curlLine(fleet: Fleet, floor: readonly Timed[], print: Print): Promise<Line | undefined> {
  if (spawnSync("sh", ["-c", "command -v curl && command -v jq"]).status !== 0) {
    print("(no curl or no jq on this machine: their loop is not measured)\n");
    return undefined;
  }
  const hosts = agentHosts(fleet.agents).slice(0, CURL_SAMPLE);
  const loop = `for host in ${hosts.join(" ")}; do
    curl -sS -H "Authorization: Bearer $(printf 'jp1admin:%s' "$BENCH_PASSWORD" | base64)" -H 'Content-Type: application/json' \
      -d '{"agenthost":"'$host'","managerhost":"immhost01"}' ${fleet.server.url}/im/api/v1/agents/secrets | jq -r '.secrets | length'
  done`;
  const measured = await measure({ command: ["sh", "-c", loop], env: fleet.environment() });
  const answers = measured.stdout.split("\n").filter((line) => Number(line) >= fleet.keys).length;
  if (answers !== hosts.length)
    throw new Error(`the curl loop got ${answers} full answers of ${hosts.length}`);
  const factor = fleet.agents / hosts.length;
  const { seconds, cpuSeconds } = measured;
  const run = { seconds: seconds * factor, cpuSeconds: cpuSeconds * factor, requests: fleet.agents };
  return { what: `curl and jq in a loop (from ${hosts.length} agents)`, runs: [run], floor };
}
