import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { documentOf } from "./document";
import { mustHere, runHere } from "./here";
import { closeStages, Stage } from "./stage";

const EXAMPLE = join(__dirname, "../../examples/disaster-recovery");
const example = (name: string) => readFileSync(join(EXAMPLE, name), "utf8");

afterEach(closeStages);

/** The example's fleet, applied, on ports that are free. */
async function fleet(): Promise<Stage> {
  const desired = example("jp1im.yaml")
    .replace("http://127.0.0.1:20703", "TOKYO_URL")
    .replace("http://127.0.0.1:20704", "OSAKA_URL")
    .replace("http://127.0.0.1:20705", "NAGOYA_URL");
  const stage = await Stage.open(example("world.yaml").replace(/^ *port:.*\n/gm, ""), desired);
  for (const [, name = "", value = ""] of example("README.md").matchAll(/([A-Z]+_PASSWORD)=(\S+)/g)) {
    stage.env[name] = value;
  }
  await mustHere(stage, "apply --auto-approve");
  return stage;
}

function lose(stage: Stage): void {
  stage.simulator.edit({ manager: "tokyo", type: "set-manager-state", state: "down" });
  stage.edit("jp1im.yaml", stage.url("tokyo"), stage.url("kyoto"));
  stage.edit("jp1im.yaml", "host: immhost01", "host: immhost99");
}

const REBUILD = "rebuild --manager tokyo --replaces immhost01";

test("the example is rehearsed before and after the loss, rebuilt, and equal to what was lost", async () => {
  const stage = await fleet();
  const before = stage.writes().length;
  const rehearsed = await runHere(stage, "rebuild --manager tokyo --check --output json");
  expect(documentOf(rehearsed)).toMatchObject({
    exit_code: 0,
    rehearsal: { rehearsed: "before-the-loss", expected: { writes: 37 } },
  });
  lose(stage);
  expect((await runHere(stage, `${REBUILD} --check`)).code).toBe(0);
  expect(stage.writes()).toHaveLength(before);

  expect((await runHere(stage, REBUILD)).code).toBe(64);
  const rebuilt = await runHere(stage, `${REBUILD} --auto-approve`);
  expect(rebuilt).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Rebuilt: tokyo on immhost99, in the place of immhost01."),
  });
  expect(rebuilt.stdout).toContain("tokyo/client/fluentd-web  → file out/fluentd-web.secret");
  expect((await runHere(stage, "drift")).code).toBe(0);
  expect(stage.read("out/fluentd-web.secret")).toBe(
    stage.simulator.truth().managers.kyoto?.clients?.["fluentd-web"],
  );

  const again = documentOf(await runHere(stage, `${REBUILD} --auto-approve --output json`));
  expect(again).toMatchObject({ exit_code: 0, rebuild: { resumed: true, finished: true } });
});

test("without the state the files of the sinks are overwritten when that is said, and not before", async () => {
  const stage = await fleet();
  lose(stage);
  rmSync(stage.path(".jp1im"), { recursive: true });
  const refused = await runHere(stage, `${REBUILD} --auto-approve`);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("--overwrite-sinks") });
  const rebuilt = await runHere(stage, `${REBUILD} --auto-approve --overwrite-sinks --output json`);
  const { exit_code, plan, outcome } = documentOf(rebuilt);
  expect(exit_code).toBe(0);
  // Agents of lower managers come in a second round, and the document tells both.
  expect(plan?.changes.map(({ address }) => address)).toEqual(outcome?.changes.map(({ address }) => address));
  expect((await runHere(stage, "drift")).code).toBe(0);
});

test("killed in the middle of it, a rebuild goes on when it is started again", async () => {
  const stage = await fleet();
  lose(stage);
  stage.simulator.faults.add({
    path: "secret/client/generateInfo",
    times: 1,
    effect: { type: "latency", ms: 1, when: "after" },
  });
  const child = stage.start(`${REBUILD} --auto-approve`);
  await stage.gate.reached;
  child.kill("SIGKILL");
  await child.ended;
  stage.gate.open();
  const planned = await runHere(stage, "plan");
  expect(planned.stderr).toContain("[rebuild-unfinished]");
  expect((await runHere(stage, `${REBUILD} --auto-approve`)).code).toBe(0);
  expect((await runHere(stage, "drift")).code).toBe(0);
});
