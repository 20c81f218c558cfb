/** The built command line: a probe that is stopped or killed, and a simulator that is started like what it found. */
import type { AskedGapId } from "../../src/model/gaps";
import { closeStages, Stage, WORLD } from "./stage";

afterEach(closeStages);

const PROBE = "probe --manager tokyo --agent web1 --auto-approve";

/** A probe that stands still once it has added keys. */
async function held(world = WORLD) {
  const stage = await Stage.open(world);
  const before = JSON.stringify(stage.simulator.truth());
  stage.simulator.faults.add({
    ...{
      path: "agents/secrets/change",
      skip: 1,
      times: 1,
      effect: { type: "latency", ms: 1, when: "after" },
    },
  });
  const child = stage.start(PROBE);
  await stage.gate.reached;
  expect(JSON.stringify(stage.simulator.truth())).not.toBe(before);
  return { stage, child, isAsBefore: () => JSON.stringify(stage.simulator.truth()) === before };
}

test("Ctrl-C removes the scratch objects, and leaves no journal", async () => {
  const { stage, child, isAsBefore } = await held();
  child.kill("SIGINT");
  await child.said(/removing the scratch objects/);
  stage.gate.open();
  expect(await child.ended).toMatchObject({ code: 130, stdout: "" });
  expect([isAsBefore(), stage.has(".jp1im/probe-tokyo.json"), stage.has("probe.json")]).toEqual([
    true,
    false,
    false,
  ]);
});

test("after a SIGKILL, --clean-up removes what was left, and the journal stays for what may still come", async () => {
  const { stage, child, isAsBefore } = await held();
  child.kill("SIGKILL");
  await child.ended;
  stage.gate.open();
  expect([isAsBefore(), stage.has(".jp1im/probe-tokyo.json")]).toEqual([false, true]);
  expect(await stage.run("probe --manager tokyo --clean-up")).toMatchObject({ code: 64 });
  expect(isAsBefore()).toBe(false);
  const { code, stdout, stderr } = await stage.run("probe --manager tokyo --clean-up --auto-approve");
  expect([code, stdout]).toEqual([3, "Removed the scratch objects of an earlier probe.\n"]);
  expect(stderr).toContain("probe-leftovers");
  expect([isAsBefore(), stage.has(".jp1im/probe-tokyo.json")]).toEqual([true, true]);
});

test("a simulator that is started with --like gives the report that it was started with", async () => {
  const behaviours = "behaviours: { sessions: one, secret-batch: nothing, secret-values: returned }\n";
  const stage = await Stage.open(WORLD + behaviours);
  await stage.must(PROBE);
  stage.write("world.yaml", WORLD);
  const simulator = stage.start("simulate world.yaml --like probe.json");
  const [, url = ""] = await simulator.said(/tokyo +(http\S+)/);
  stage.edit("jp1im.yaml", stage.url(), url);
  await stage.must(`${PROBE} --report again.json`);
  expect(stage.read("again.json")).toBe(stage.read("probe.json"));
  const probes: { id: AskedGapId; result: string }[] = JSON.parse(stage.read("again.json")).probes;
  const different = probes.filter(({ result }) => result === "different").map(({ id }) => id);
  expect(different).toEqual(["sessions", "secret-values"]);
});
