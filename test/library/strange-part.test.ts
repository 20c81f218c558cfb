/** A part of the state in the place of another manager's, and a log that is damaged under a run. */
import { listState, removeFromState } from "../../src/index";
import type { Diagnostic } from "../../src/model/diagnostic";
import { HOME, type Rig } from "../rig/rig";
import { refusalsOf, tokyoRig, tokyoYaml } from "../rig/tokyo";

const LOG = ".jp1im/managers/tokyo/state.log";
const AGENTS = Array.from({ length: 30 }, (_, index) => ({ host: `web${index}` }));
const AGENT_SECRETS = [{ match: "web*", secrets: { a: { env: "V" } } }];

async function applied(): Promise<Rig> {
  const rig = await tokyoRig(
    {
      clients: [{ id: "app", deliverTo: { file: "out/app" } }],
      agents: AGENT_SECRETS,
    },
    { tokyo: { agents: AGENTS } },
  );
  rig.env.V = "some-value-1";
  await rig.apply();
  rig.takeWrites();
  return rig;
}

test("a copy of a part beside it is not used, and a list of the state names it", async () => {
  const rig = await applied();
  await rig.files.makeFolder(`${HOME}/.jp1im/managers/tokyo.bak`);
  await rig.write(".jp1im/managers/tokyo.bak/state.log", rig.read(LOG) ?? "");
  await removeFromState({ files: ["jp1im.yaml"] }, ["tokyo/client/app"], rig.platform());
  const reported: Diagnostic[] = [];
  const report = (event: { readonly type: string; readonly diagnostic?: Diagnostic }) => {
    if (event.diagnostic?.severity === "error") reported.push(event.diagnostic);
  };
  const { records } = await listState({ files: ["jp1im.yaml"] }, { ...rig.platform(), report });
  expect(records.filter(({ kind }) => kind === "manager")).toHaveLength(1);
  expect(reported).toMatchObject([
    {
      code: "state-corrupted",
      summary: expect.stringContaining("holds the state of tokyo, not of tokyo.bak"),
    },
  ]);
  // By the copy it is still ours, and would be deleted.
  await rig.write("jp1im.yaml", tokyoYaml({ agents: AGENT_SECRETS }));
  expect((await rig.plan()).changes).toEqual([]);
});

test("a part under another name than its manager's is refused", async () => {
  const rig = await applied();
  await rig.files.makeFolder(`${HOME}/.jp1im/managers/tokyo.old`);
  await rig.files.rename(`${HOME}/${LOG}`, `${HOME}/.jp1im/managers/tokyo.old/state.log`);
  expect(await refusalsOf(rig.plan())).toMatchObject([
    { code: "state-corrupted", remedy: expect.stringContaining("give it that name again") },
  ]);
});

test("where what the state holds is damaged under an apply, the outcome says that nothing was sent", async () => {
  const rig = await applied();
  rig.env.V = "some-value-2";
  const open = rig.files.openToRead.bind(rig.files);
  let isCut = false;
  rig.files.openToRead = async (path) => {
    const file = await open(path);
    return (
      file && { ...file, close: () => file.close(), read: (into, at) => (isCut ? 0 : file.read(into, at)) }
    );
  };
  const approve = async () => {
    isCut = true;
    return true;
  };
  const outcome = await rig.apply({ approve });
  expect(outcome).toMatchObject({ summary: { failed: AGENTS.length, requests: 0 } });
  expect(outcome?.diagnostics[0]).toMatchObject({ code: "state-corrupted" });
  expect(rig.takeWrites()).toEqual([]);
});
