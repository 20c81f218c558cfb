import { connectManager } from "../../src/api/connect";
import { applyPlan } from "../../src/engine/apply/apply-plan";
import type { ApplyContext } from "../../src/engine/context";
import { makePlan } from "../../src/engine/plan/make-plan";
import { secretAddress } from "../../src/model/address";
import { type DesiredManager, type DesiredState, defaultPolicy } from "../../src/model/desired-state";
import { SecretValue } from "../../src/model/secret-value";
import { systemClock } from "../../src/platform/clock";
import { systemRandom } from "../../src/platform/random";
import { createFingerprints } from "../../src/secrets/fingerprints";
import { parseWorld } from "../../src/simulator/parse-world";
import { Simulation } from "../../src/simulator/simulation";
import { MemoryState } from "../rig/memory-state";
import { simulatedTransport } from "../rig/rig";

const agent = { host: "web01", managerHost: "immhost01" };
const position = { file: "resource", line: 1, column: 1 };
const address = secretAddress("tokyo", agent, "smtp.password");

/** One resource as a caller has it who keeps desired and prior himself, as a Terraform provider does. */
function contextFor(simulation: Simulation, value: string | undefined, state: MemoryState): ApplyContext {
  const literal = { type: "literal", value: new SecretValue(value ?? "") } as const;
  const manager: DesiredManager = {
    name: "tokyo",
    url: "http://tokyo.test",
    host: "immhost01",
    auth: {
      method: "session",
      user: "jp1admin",
      password: { type: "literal", value: new SecretValue("pw") },
    },
    clients: [],
    lowerManagers: [],
    agents:
      value === undefined
        ? []
        : [
            {
              selector: { by: "host", ...agent },
              secrets: new Map([["smtp.password", { source: literal, position }]]),
              position,
            },
          ],
    policy: defaultPolicy,
    position,
  };
  const desired: DesiredState = { managers: new Map([["tokyo", manager]]), inputs: [] };
  const credentials = { method: "session", user: "jp1admin", password: new SecretValue("pw") } as const;
  return {
    desired,
    state,
    stateLocation: "",
    kept: [],
    random: systemRandom,
    recovery: {
      list: async () => [],
      keep: async () => "",
      take: async () => undefined,
      drop: async () => {},
      dropDrafts: async () => {},
    },
    connect: async () =>
      connectManager(
        { name: "tokyo", url: manager.url, credentials },
        { transport: simulatedTransport(simulation, manager) },
      ),
    secrets: {
      resolve: async (reference) =>
        "value" in reference ? reference.value : Promise.reject(new Error("no source")),
    },
    fingerprints: createFingerprints(new SecretValue(Buffer.alloc(32, 1).toString("base64"))),
    delivery: {
      prove: async () => {},
      deliver: async () => {},
      describe: () => "",
      describePlace: () => "",
      places: async () => [],
      isThere: async () => true,
      drafts: () => [],
      removeDrafts: async () => {},
    },
    clock: systemClock,
    version: "0.0.0",
    parallelism: 1,
    report: () => {},
    signal: new AbortController().signal,
  };
}

const request = { mode: "apply", managers: [], targets: [address], refresh: true, secrets: true } as const;

test("one resource is observed, planned and applied alone, with everything handed in", async () => {
  const simulation = new Simulation(
    parseWorld(
      `apiVersion: jp1im-simulator/v1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: pw, permission: JP1_Console_Admin } }
    agents: [{ host: web01, secrets: { other: theirs } }]
`,
      "world.yaml",
    ),
  );
  const prior = new MemoryState("caller");
  const step = async (value: string | undefined) => {
    const context = contextFor(simulation, value, prior);
    const planned = await makePlan(context, request);
    await applyPlan(context, planned);
    return planned.plan.changes.map(({ action, reason }) => `${action} ${reason}`);
  };
  const secrets = () => simulation.truth().managers.tokyo?.agents?.[0]?.secrets;

  expect(await step("first")).toEqual(["create missing"]);
  expect(secrets()).toMatchObject({ "smtp.password": "first", other: "theirs" });
  expect(await step("first")).toEqual([]);
  expect(await step("second")).toEqual(["update changed"]);
  expect(await step(undefined)).toEqual(["delete undeclared"]);
  expect(secrets()).not.toHaveProperty("smtp.password");
  expect(secrets()).toHaveProperty("other", "theirs");
  expect([...prior.records()]).toEqual([]);
});
