import { readFileSync } from "node:fs";
import { join } from "node:path";
import { applySavedPlan } from "../../src/index";
import { HOME, Rig } from "../rig/rig";

const world = readFileSync(join(__dirname, "../scenarios/world.yaml"), "utf8");
const desired = (policy: string) => `apiVersion: jp1im/v1
managers:
  tokyo:
    url: http://tokyo.test:20703
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
    agents: [{ host: web01, secrets: { a: { env: VALUE } } }]
    policy: { ${policy} }
`;

test("a file that is edited after its check and before it is parsed makes a saved plan stale", async () => {
  const rig = await Rig.create(world);
  rig.env.VALUE = "some-value";
  await rig.write("jp1im.yaml", desired("prune: owned"));
  const saved = await rig.plan({ save: true });
  const file = `${HOME}/jp1im.yaml`;
  let reads = 0;
  rig.files.onCall = ({ name, path }) => {
    if (name === "readFile" && path === file && ++reads === 2) rig.files.place(file, desired("prune: all"));
    return undefined;
  };
  const refusal = { code: "plan-stale", summary: expect.stringContaining("jp1im.yaml was edited") };
  await expect(applySavedPlan(saved, {}, rig.platform())).rejects.toMatchObject({ diagnostics: [refusal] });
  expect(rig.takeWrites()).toEqual([]);
});
