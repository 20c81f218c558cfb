/** What a run costs when much of the fleet is down: the number of waits is bounded, whatever the number of agents. */
import { TransportError } from "../../src/api/transport";
import { exitCodeOfOutcome, exitCodeOfPlan } from "../../src/cli/exit-code-of";
import { apply, plan } from "../../src/index";
import { Rig } from "../rig/rig";
import { SlowRig, WAIT } from "../rig/slow-rig";
import { tokyoRig, tokyoWorld, tokyoYaml } from "../rig/tokyo";

const MINUTE = 60_000;
const PARALLELISM = 10;

const numbered = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => `${name}${String(index).padStart(4, "0")}`);

interface Fleet {
  readonly down: readonly string[];
  readonly up: readonly string[];
}

/** Agents below one lower manager, some of them down, and one agent of the integrated manager itself. */
async function fleet({ down, up }: Fleet, state = "up"): Promise<Rig> {
  const secrets = { a: { env: "V" } };
  const below = [...down, ...up].map((host) => ({ host, managerHost: "immhost-osaka", secrets }));
  const agentOf = (host: string) => ({ host, os: "linux" });
  const rig = await tokyoRig(
    { agents: [...below, { host: "web01", secrets }] },
    {
      tokyo: { lowerManagers: ["immhost-osaka"], agents: [agentOf("web01")] },
      osaka: {
        state,
        agents: [...down.map((host) => ({ ...agentOf(host), state: "down" })), ...up.map(agentOf)],
      },
    },
  );
  rig.env.V = "some-value";
  return rig;
}

const names = (text: string, hosts: readonly string[]) => hosts.some((host) => text.includes(`"${host}"`));

test("a lower manager that is down costs a few waits, and not one for each of its thousand agents", async () => {
  const up = numbered(1000, "db");
  const slow = new SlowRig(await fleet({ down: [], up }, "down"), ({ body = "" }) =>
    names(body, up) ? WAIT : 0,
  );
  const outcome = await apply({ files: ["jp1im.yaml"], parallelism: PARALLELISM }, slow.platform());
  expect(slow.sent).toBeLessThan(3 + 2 * PARALLELISM);
  expect(slow.elapsed).toBeLessThan(2 * MINUTE);
  expect(outcome?.plan.summary).toMatchObject({ unknown: 1000, create: 1 });
  expect(outcome?.plan.unknown.at(-1)).toMatchObject({
    code: "manager-failed",
    detail: expect.stringMatching(
      /^not asked, as the last 3 requests for what is below immhost-osaka ended so: .*KAJY68203-E/,
    ),
  });
  expect(outcome?.summary).toMatchObject({ applied: 1, failed: 0 });
  expect(outcome && exitCodeOfOutcome(outcome)).toBe(3);
});

test("a lower manager that keeps the integrated one waiting does not take the others with it", async () => {
  const up = numbered(1000, "db");
  const timeout = new TransportError("timeout", true, "the answer did not begin in time");
  const slow = new SlowRig(await fleet({ down: [], up }), ({ body = "" }) => (names(body, up) ? timeout : 0));
  const made = await plan({ files: ["jp1im.yaml"], parallelism: PARALLELISM }, slow.platform());
  expect(made.summary).toMatchObject({ unknown: 1000, create: 1 });
  expect(slow.sent).toBeLessThan(2 + 2 * 2 * PARALLELISM);
  expect(slow.elapsed).toBeLessThan(3 * MINUTE);
});

test("a thousand agents that are each down cost some minutes, and what was not asked is unknown", async () => {
  const down = numbered(1000, "db");
  const slow = new SlowRig(await fleet({ down, up: [] }), ({ body = "" }) => (names(body, down) ? WAIT : 0));
  const made = await plan({ files: ["jp1im.yaml"], parallelism: PARALLELISM }, slow.platform());
  expect(slow.elapsed).toBeLessThanOrEqual(6 * MINUTE);
  expect(slow.sent).toBeLessThanOrEqual(1 + (5 * MINUTE * PARALLELISM) / WAIT + PARALLELISM);
  expect(slow.most.get("tokyo")).toBe(PARALLELISM);
  expect(made.summary).toMatchObject({ unknown: 1000, create: 1, delete: 0 });
  expect(made.unknown.at(-1)?.detail).toMatch(/^not asked, as this run has waited 5 minutes .*KAJY68212-E/);
  expect(exitCodeOfPlan(made, true)).toBe(3);
});

test("agents that are down and told at once are all asked, and those that are up as well", async () => {
  const [down, up] = [numbered(1000, "db"), numbered(100, "xy")];
  const slow = new SlowRig(await fleet({ down, up }), () => 20);
  const made = await plan({ files: ["jp1im.yaml"], parallelism: PARALLELISM }, slow.platform());
  expect(slow.sent).toBe(1101);
  expect(made.summary).toMatchObject({ unknown: 1000, create: 101 });
});

test("a few agents that are down slowly do not keep the others of their host from being asked", async () => {
  const [down, up] = [numbered(50, "db"), numbered(500, "xy")];
  const slow = new SlowRig(await fleet({ down, up }), ({ body = "" }) => (names(body, down) ? WAIT : 20));
  const made = await plan({ files: ["jp1im.yaml"], parallelism: PARALLELISM }, slow.platform());
  expect(made.summary).toMatchObject({ unknown: 50, create: 501 });
});

test("a thousand lower managers that are down cost what a few do, whether asked for or issued on", async () => {
  const hosts = numbered(1000, "lower");
  const half = hosts.length / 2;
  const rig = await Rig.create(tokyoWorld({ tokyo: { subordinates: hosts, agents: [{ host: "web01" }] } }));
  rig.env.V = "some-value";
  const auth = { user: "jp1admin", password: { env: "PASSWORD" } };
  const issuers = hosts.slice(half).map((host) => [host, { url: `http://${host}.test:20703`, host, auth }]);
  const { managers, ...document } = JSON.parse(
    tokyoYaml({
      lowerManagers: hosts.map((host, index) => ({
        host,
        initialSecret: index < half ? { env: "V" } : { issueOn: host },
      })),
      agents: [{ host: "web01", secrets: { a: { env: "V" } } }],
    }),
  );
  const desired = { ...document, managers: { ...managers, ...Object.fromEntries(issuers) } };
  await rig.write("jp1im.yaml", JSON.stringify(desired));
  const refused = new TransportError(
    "unreachable",
    false,
    "no connection could be opened in time",
    "UND_ERR_CONNECT_TIMEOUT",
  );
  const slow = new SlowRig(rig, ({ path }, { name }) => {
    if (name !== "tokyo") return refused;
    return path.endsWith("createInfo") ? WAIT : 0;
  });
  const outcome = await apply({ files: ["jp1im.yaml"], parallelism: PARALLELISM }, slow.platform());
  expect(slow.elapsed).toBeLessThan(9 * MINUTE);
  expect(outcome?.summary).toMatchObject({ applied: 1, failed: 500, skipped: 500 });
  expect(outcome && exitCodeOfOutcome(outcome)).toBe(3);
}, 60_000);
