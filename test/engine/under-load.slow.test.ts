/** One manager that is busy or hangs is its own affair: the others are asked as if it were not there. */
import { TransportError } from "../../src/api/transport";
import { exitCodeOfPlan } from "../../src/cli/exit-code-of";
import { plan } from "../../src/index";
import { Rig } from "../rig/rig";
import { SlowRig } from "../rig/slow-rig";

const MANAGERS = ["tokyo", "osaka", "nagoya"];
const AGENTS = 200;
const PARALLELISM = 8;
const USERS = "users: { jp1admin: { password: jp1-pass, permission: JP1_Console_Admin } }";

/** Three managers side by side, each with agents of its own. */
async function threeManagers(): Promise<Rig> {
  const hosts = Array.from({ length: AGENTS }, (_, index) => `web${index}`);
  const rig = await Rig.create(
    `apiVersion: jp1im-simulator/v1\nseed: 1\nmanagers:\n${MANAGERS.map(
      (name) => `  ${name}:
    host: host-${name}
    ${USERS}
    agents:
${hosts.map((host) => `      - { host: ${host}, os: linux }`).join("\n")}`,
    ).join("\n")}\n`,
  );
  rig.env.V = "some-value";
  await rig.write(
    "jp1im.yaml",
    `apiVersion: jp1im/v1\nmanagers:\n${MANAGERS.map(
      (name) => `  ${name}:
    url: http://${name}.test:20703
    host: host-${name}
    auth: { user: jp1admin, password: { env: PASSWORD } }
    agents: [{ match: "*", secrets: { a: { env: V } } }]`,
    ).join("\n")}\n`,
  );
  return rig;
}

/** The login and each list take 20 ms, so that a manager of its own is done after this. */
const UNDISTURBED = 20 * Math.ceil(AGENTS / PARALLELISM) + 40;

test("the requests in flight on each manager are as many as are allowed, and no more", async () => {
  const slow = new SlowRig(await threeManagers(), () => 20);
  await plan({ files: ["jp1im.yaml"], parallelism: PARALLELISM }, slow.platform());
  expect(Object.fromEntries(slow.most)).toEqual({
    tokyo: PARALLELISM,
    osaka: PARALLELISM,
    nagoya: PARALLELISM,
  });
  for (const name of MANAGERS) expect(slow.ended.get(name)).toBeLessThanOrEqual(UNDISTURBED);
});

test.each([429, 503])(
  "a manager that answers %d now and then slows its own queue, and no other one's",
  async (status) => {
    const rig = await threeManagers();
    for (let skip = 10; skip < AGENTS; skip += 40) {
      rig.simulation.faults.add({
        manager: "tokyo",
        path: "agents/secrets",
        skip,
        times: 2,
        effect: { type: "status", status, retryAfter: "30" },
      });
    }
    const slow = new SlowRig(rig, () => 20);
    const made = await plan({ files: ["jp1im.yaml"], parallelism: PARALLELISM }, slow.platform());
    expect(made.summary).toMatchObject({ create: 3 * AGENTS, unknown: 0 });
    expect(slow.ended.get("tokyo")).toBeGreaterThan(3 * 30_000);
    for (const name of ["osaka", "nagoya"]) expect(slow.ended.get(name)).toBeLessThanOrEqual(UNDISTURBED);
  },
);

test("a manager that is always busy is waited for two minutes at most, and is unknown then", async () => {
  const rig = await threeManagers();
  rig.simulation.faults.add({
    manager: "tokyo",
    path: "agents/secrets",
    effect: { type: "status", status: 503, retryAfter: "86400" },
  });
  const slow = new SlowRig(rig, () => 20);
  const made = await plan({ files: ["jp1im.yaml"], parallelism: PARALLELISM }, slow.platform());
  expect(made.summary).toMatchObject({ create: 2 * AGENTS, unknown: AGENTS, delete: 0 });
  expect(slow.elapsed).toBeLessThan(2.1 * 60_000);
  for (const name of ["osaka", "nagoya"]) expect(slow.ended.get(name)).toBeLessThanOrEqual(UNDISTURBED);
});

test("a manager that hangs costs the time-outs of one request, and the others are known at once", async () => {
  const timeout = new TransportError("timeout", true, "the answer did not begin in time");
  const slow = new SlowRig(await threeManagers(), (_request, { name }) => (name === "tokyo" ? timeout : 20));
  const made = await plan({ files: ["jp1im.yaml"], parallelism: PARALLELISM }, slow.platform());
  expect(made.summary).toMatchObject({ create: 2 * AGENTS, unknown: 1 });
  expect(exitCodeOfPlan(made, true)).toBe(3);
  expect(slow.elapsed).toBeLessThan(2.1 * 60_000);
  for (const name of ["osaka", "nagoya"]) expect(slow.ended.get(name)).toBeLessThanOrEqual(UNDISTURBED);
});

test("a manager that stops to answer halfway costs the time-outs of a few requests, not of every agent", async () => {
  const timeout = new TransportError("timeout", true, "the answer did not begin in time");
  let asked = 0;
  const slow = new SlowRig(await threeManagers(), (_request, { name }) =>
    name === "tokyo" && ++asked > 50 ? timeout : 20,
  );
  const made = await plan({ files: ["jp1im.yaml"], parallelism: PARALLELISM }, slow.platform());
  expect(made.summary.create + made.summary.unknown).toBe(3 * AGENTS);
  expect(made.summary.unknown).toBeGreaterThan(AGENTS / 2);
  expect(slow.elapsed).toBeLessThan(2.1 * 60_000);
  for (const name of ["osaka", "nagoya"]) expect(slow.ended.get(name)).toBeLessThanOrEqual(UNDISTURBED);
});
