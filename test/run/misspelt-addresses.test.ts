/** Whoever misspells an address is told which one was most likely meant, by every command that takes one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Diagnostic,
  DiagnosticError,
  importResources,
  removeFromState,
  showState,
} from "../../src/index";
import { Rig } from "../rig/rig";

const world = readFileSync(join(__dirname, "../scenarios/world.yaml"), "utf8");
const desired = `apiVersion: jp1im/v1
managers:
  tokyo:
    url: http://tokyo.test:20703
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
    clients: [{ id: fluentd-web, deliverTo: { file: out/fluentd-web } }]
`;
const options = { files: ["jp1im.yaml"] };
const WRONG = "tokyo/client/fluentd-wbe";

type Ways = Record<string, (rig: Rig) => Promise<unknown>>;
const ways: Ways = {
  "plan --target": (rig) => rig.plan({ targets: [WRONG] }),
  "apply --target": (rig) => rig.apply({ targets: [WRONG] }),
  "apply --rotate": (rig) => rig.apply({ rotate: [WRONG] }),
  import: async (rig) => {
    const { diagnostics } = await importResources({ ...options, addresses: [WRONG] }, rig.around());
    throw new DiagnosticError(diagnostics);
  },
  "state show": (rig) => showState(options, WRONG, rig.around()),
  "state rm": (rig) => removeFromState(options, [WRONG], rig.around()),
};

test.each(Object.entries(ways))("%s", async (_, run) => {
  const rig = await Rig.create(world);
  await rig.write("jp1im.yaml", desired);
  await rig.apply();
  rig.takeWrites();
  const found: Diagnostic[] = await run(rig).then(
    () => [],
    ({ diagnostics }: DiagnosticError) => [...diagnostics],
  );
  expect(found).toEqual([
    expect.objectContaining({
      severity: "error",
      remedy: expect.stringContaining("did you mean tokyo/client/fluentd-web?"),
    }),
  ]);
  expect(rig.takeWrites()).toEqual([]);
});
