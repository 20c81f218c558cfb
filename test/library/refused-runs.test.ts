/** A run that is refused, or that ends before it writes anything, leaves nothing where a state could be. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { apply, applySavedPlan, importResources, listState, type Plan } from "../../src/index";
import { HOME, Rig } from "../rig/rig";

const world = readFileSync(join(__dirname, "../scenarios/world.yaml"), "utf8");
const desired = `apiVersion: jp1im/v1
managers:
  tokyo:
    url: http://tokyo.test:20703
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
    clients: [{ id: fluentd-web, deliverTo: { file: out/fluentd-web } }]
    agents: [{ host: web01, secrets: { a: { env: VALUE } } }]
`;
const WRONG = "wrong";

/** Something declared is there already, and a state that knows of it is at the default place. */
async function applied(): Promise<Rig> {
  const rig = await Rig.create(world);
  rig.env.VALUE = "some-value";
  await rig.write("jp1im.yaml", desired);
  await rig.apply();
  return rig;
}

function stateFiles(rig: Rig): string[] {
  return rig.files.paths().filter((path) => path.startsWith(`${HOME}/${WRONG}/`));
}

async function savedElsewhere(rig: Rig): Promise<Plan> {
  const plan = await rig.plan({ state: WRONG, newState: true });
  return { ...plan, state: { ...plan.state, serials: { tokyo: 7 } } };
}

const refused: Record<string, (rig: Rig) => Promise<unknown>> = {
  "an apply with a wrong --state": (rig) => rig.apply({ state: WRONG }),
  "a plan to be saved, with a wrong --state": (rig) => rig.plan({ state: WRONG, save: true }),
  "a saved plan that is stale": async (rig) => {
    const plan = await savedElsewhere(rig);
    await applySavedPlan(plan, { state: WRONG }, rig.platform());
  },
  "an apply that is cancelled at the login": (rig) => {
    const platform = rig.platform();
    rig.cancel();
    return apply({ files: ["jp1im.yaml"], state: WRONG, newState: true }, platform);
  },
  "an apply that nobody approves": (rig) =>
    rig.apply({ state: WRONG, newState: true, approve: async () => false }),
  "a misspelt --rotate": (rig) =>
    rig.apply({ state: WRONG, newState: true, rotate: ["tokyo/client/fluentd-wbe"] }),
  "a destroy with a wrong --state": (rig) => rig.apply({ state: WRONG, mode: "destroy" }),
  "an import of what is not there": async (rig) => {
    rig.simulation.edit({ manager: "tokyo", type: "delete-client", id: "fluentd-web" });
    const addresses = ["tokyo/client/fluentd-web"];
    await importResources({ files: ["jp1im.yaml"], state: WRONG, addresses }, rig.platform());
  },
};

test.each(Object.entries(refused))("%s writes neither a key nor anything else", async (_, run) => {
  const rig = await applied();
  await run(rig).catch(() => undefined);
  expect(stateFiles(rig)).toEqual([]);
  expect([...rig.files.foldersAndModes()].map(([path]) => path)).not.toContain(`${HOME}/${WRONG}`);
  await expect(listState({ files: ["jp1im.yaml"], state: WRONG }, rig.platform())).rejects.toMatchObject({
    diagnostics: [
      { code: "state-unreadable", summary: expect.stringContaining(`no state at ${HOME}/wrong`) },
    ],
  });
});

test("a destroy with a wrong --state says that there is no state, instead of that there is nothing to destroy", async () => {
  const rig = await applied();
  await expect(rig.apply({ state: WRONG, mode: "destroy" })).rejects.toMatchObject({
    diagnostics: [{ code: "state-unreadable", summary: expect.stringContaining(`${HOME}/${WRONG}`) }],
  });
});

test("a destroy at the default place needs no state: it may run twice", async () => {
  const rig = await applied();
  await rig.apply({ mode: "destroy" });
  expect((await rig.apply({ mode: "destroy" })).changes).toEqual([]);
});

test("of two refused first runs at once, the second takes the lock in the folder that the first removed", async () => {
  const rig = await applied();
  const options = {
    ...{ files: ["jp1im.yaml"], state: WRONG, newState: true, lockTimeoutMs: 60_000 },
    approve: async () => false,
  };
  const outcomes = await Promise.all([apply(options, rig.platform()), apply(options, rig.platform())]);
  expect(outcomes).toEqual([undefined, undefined]);
  expect([...rig.files.foldersAndModes()].map(([path]) => path)).not.toContain(`${HOME}/${WRONG}`);
});

test("the key is there, durably, before the first entry of the state", async () => {
  const rig = await applied();
  rig.files.onCall = ({ name, path }) =>
    name === "rename" && path.includes("state.log.new") ? "crash" : undefined;
  await rig.apply({ state: WRONG, newState: true }).catch(() => undefined);
  rig.files = rig.files.survivor();
  expect(rig.read(`${WRONG}/state.key`)).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
});

test("a plan that is saved makes the key that its fingerprints are under", async () => {
  const rig = await applied();
  const plan = await rig.plan({ state: WRONG, newState: true, save: true });
  expect(rig.read(`${WRONG}/state.key`)).toBeDefined();
  const outcome = await applySavedPlan(plan, { state: WRONG }, rig.platform());
  expect(outcome?.summary.failed).toBe(0);
});

test("of two first runs at once, the second works under the key that the first made", async () => {
  const rig = await applied();
  const options = { files: ["jp1im.yaml"], state: WRONG, newState: true, lockTimeoutMs: 60_000 };
  const outcomes = await Promise.all([apply(options, rig.platform()), apply(options, rig.platform())]);
  expect(outcomes.map((outcome) => outcome?.summary.failed)).toEqual([0, 0]);
  expect((await rig.plan({ state: WRONG })).changes).toEqual([]);
});

test("a plan is not saved where a part of its desired state comes from standard input", async () => {
  const rig = await Rig.create(world);
  for (const files of [["-"], ["jp1im.yaml", "-"]])
    await expect(rig.plan({ files, save: true })).rejects.toMatchObject({
      diagnostics: [{ code: "usage", summary: expect.stringContaining("cannot be saved") }],
    });
});
