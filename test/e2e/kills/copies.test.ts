/**
 * `state push` and `state migrate` of the built command line, killed before their calls that change the disk. As in `kills.test.ts`, each
 * run of the tests takes a third of the points.
 */
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { mustHere, runHere } from "../here";
import { closeStages, Stage } from "../stage";

jest.setTimeout(600_000);
afterEach(closeStages);

const PRELOAD = `--require ${join(__dirname, "die-at.cjs")}`;
const TURN = process.env.JP1IM_TURN ?? "0";
const NAMES = ["nagoya", "osaka", "tokyo"];

const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 3
managers:
${NAMES.map((name) => `  ${name}: { host: immhost-${name}, users: { jp1admin: { password: tokyo-pass } } }`).join("\n")}
`;
const DESIRED = `
apiVersion: jp1im/v1
managers:
${NAMES.map(
  (name) => `  ${name}:
    url: ${name.toUpperCase()}_URL
    host: immhost-${name}
    auth: { user: jp1admin, password: { env: TOKYO_PASSWORD } }
    clients: [{ id: app, generation: 1, deliverTo: { file: out/${name} } }]`,
).join("\n")}
`;

interface Scene {
  readonly command: string;
  /** Of the copy's three managers. */
  readonly before: "older parts" | "nothing";
}

/** The state is in `copy.json` and in `moved`, and in its place is an older one or none. */
async function open({ before }: Scene): Promise<Stage> {
  const stage = await Stage.open(WORLD, DESIRED);
  await mustHere(stage, "apply --auto-approve");
  const older = (await mustHere(stage, "state pull")).stdout;
  stage.edit("jp1im.yaml", /generation: 1/g, "generation: 2");
  await mustHere(stage, "apply --auto-approve");
  stage.write("copy.json", (await mustHere(stage, "state pull")).stdout);
  renameSync(stage.path(".jp1im/managers"), stage.path("managers"));
  rmSync(stage.path(".jp1im/lineage"));
  await mustHere(stage, "state push --state moved copy.json");
  if (before === "nothing") return stage;
  stage.write("older.json", older);
  await mustHere(stage, "state push older.json");
  return stage;
}

test.each<Scene>([
  { command: "state push copy.json", before: "older parts" },
  { command: "state migrate moved", before: "nothing" },
])(
  "$command, killed at any of its calls to the disk over $before, stops every run until it has finished",
  async (scene) => {
    const whole = await open(scene);
    await whole.must(scene.command, { env: { NODE_OPTIONS: PRELOAD, DISK_CALLS: whole.path("calls") } });
    const calls = whole.read("calls").split("\n");
    const ends: string[] = [];
    for (const [index, call] of calls.entries()) {
      if (TURN !== "all" && index % 3 !== Number(TURN) % 3) continue;
      const stage = await open(scene);
      const { signal } = await stage.run(scene.command, {
        env: { NODE_OPTIONS: PRELOAD, DIE_AT: `${index + 1}` },
      });
      expect(signal).toBe("SIGKILL");
      const { stdout, stderr, code } = await runHere(stage, "plan --detailed-exitcode");
      const refused = (stdout + stderr).includes("state-unfinished");
      const parts = NAMES.map(
        (name) =>
          stage.has(`.jp1im/managers/${name}/state.log`) &&
          stage.read(`.jp1im/managers/${name}/state.log`).includes('"generation":2'),
      );
      // Half of it without a word is what must never be.
      if (!refused) expect([call, new Set(parts).size]).toEqual([call, 1]);
      ends.push(refused ? "refused" : code === 0 ? "whole" : "as before");
      if (refused) expect(await runHere(stage, "apply --auto-approve")).toMatchObject({ code: 1 });
      expect(await runHere(stage, scene.command)).toMatchObject({ code: 0 });
      expect(await runHere(stage, "plan --detailed-exitcode")).toMatchObject({ code: 0 });
      await stage.close();
    }
    console.info(`${scene.command}: ${ends.join(", ")}; JP1IM_TURN=${TURN}`);
    expect(ends).toContain("refused");
  },
);
