/** Where the report of a probe may not go, although no file is there yet. */

import { HOME } from "../../rig/rig";
import { refusalOf, tokyoYaml } from "../../rig/tokyo";
import { journals, probed, rigLike } from "./probed";

const CLIENTS = { clients: [{ id: "web", deliverTo: { file: "out/web.secret" } }] };

async function auditedRig() {
  const rig = await rigLike();
  await rig.write(
    "jp1im.yaml",
    JSON.stringify({ ...JSON.parse(tokyoYaml(CLIENTS)), audit: { file: "new.jsonl" } }),
  );
  rig.env.JP1IM_STATE_KEY_FILE = `${HOME}/keys/state.key`;
  return rig;
}

test.each([
  ["new.jsonl", "is the audit trail (jp1im.yaml:1:"],
  [".jp1im/probe.json", "lies in the state's folder"],
  [".jp1im/probe-tokyo.json", "lies in the state's folder"],
  ["out/web.secret", "is where tokyo/client/web is delivered (jp1im.yaml:1:"],
  ["out/../jp1im.yaml", "is a file of the desired state"],
  ["keys/state.key", "is the file that JP1IM_STATE_KEY_FILE names"],
])("%s is refused before anything is asked", async (name, why) => {
  const rig = await auditedRig();
  expect(await refusalOf(probed(rig, { report: `${HOME}/${name}` }))).toMatchObject({
    ...{ code: "probe-unwritable", summary: expect.stringContaining(why) },
    remedy: expect.stringContaining("--report"),
  });
  expect(rig.simulation.requests()).toEqual([]);
  expect(journals(rig)).toEqual([]);
});

test("a file that the next command would read as desired state is refused", async () => {
  const rig = await rigLike();
  const refused = probed(rig, { files: ["."], report: `${HOME}/probe.yaml` });
  expect(await refusalOf(refused)).toMatchObject({ summary: expect.stringContaining("as desired state") });
});

test("any other path is taken", async () => {
  const rig = await auditedRig();
  const found = await probed(rig, { report: `${HOME}/out/probe.json`, skip: ["secret-limit"] });
  expect(found.report).toBeDefined();
});
