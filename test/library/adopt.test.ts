/** What exists is taken over: exported, imported, and left alone until a value is supplied. */
import * as fc from "fast-check";
import { loadDesiredState } from "../../src/config/load-desired-state";
import { exportManager, importResources } from "../../src/index";
import { HOME, Rig } from "../rig/rig";
import { CONNECTIONS, foundWorld, NAGOYA_INITIAL, worldText } from "./adopted-world";

/** A soak asks for more: `WORLDS=2000 npx jest test/run/adopt`. */
const RUNS = Number(process.env.WORLDS ?? 40);
const FILES = ["managers.yaml", "found.yaml"];

test("export, import --all, plan: nothing is to be done, on any world, and what is supplied then is what is written", async () => {
  await fc.assert(
    fc.asyncProperty(foundWorld, fc.infiniteStream(fc.boolean()), async (world, supplied) => {
      const rig = await Rig.create(worldText(world));
      const before = JSON.stringify(rig.simulation.truth());
      const variables = await adopt(rig);
      expect(rig.takeWrites()).toEqual([]);
      expect(JSON.stringify(rig.simulation.truth())).toBe(before);

      const chosen = variables.filter(() => supplied.next().value);
      for (const { address, variable } of chosen)
        rig.env[variable] = address === "immhost-nagoya" ? NAGOYA_INITIAL : `new ${address}`.slice(0, 1024);
      await rig.apply({ files: FILES });
      expect(written(rig)).toEqual(chosen.map(({ address }) => address).sort());
      await expectInSync(rig);
    }),
    { numRuns: RUNS },
  );
}, 300_000);

interface Placeholder {
  readonly address: string;
  readonly variable: string;
}

/** Exports, imports and plans; returns the placeholders of the secrets and lower managers that are declared now. */
async function adopt(rig: Rig): Promise<Placeholder[]> {
  await rig.write("managers.yaml", CONNECTIONS);
  const exported = await exportManager({ files: ["managers.yaml"], manager: "tokyo" }, rig.platform());
  expect(exported).toMatchObject({ unknown: [], diagnostics: [] });
  await rig.write("found.yaml", exported.documents.map(({ text }) => [...text()].join("")).join("---\n"));
  const placeholders = await placeholdersOf(rig);
  const imported = await importResources({ files: FILES, addresses: [] }, rig.platform());
  expect(imported).toMatchObject({ left: [], refused: [], unknown: [], diagnostics: [] });
  await expectInSync(rig);
  const again = await importResources({ files: FILES, addresses: [] }, rig.platform());
  expect(again.imported).toEqual([]);
  return placeholders;
}

async function expectInSync(rig: Rig): Promise<void> {
  const { changes, operations, unknown, blocked, diagnostics } = await rig.plan({ files: FILES });
  expect({ changes, operations, unknown, blocked, diagnostics }).toEqual({
    changes: [],
    operations: [],
    unknown: [],
    blocked: [],
    diagnostics: [],
  });
}

async function placeholdersOf(rig: Rig): Promise<Placeholder[]> {
  const { desired } = await loadDesiredState({
    paths: FILES,
    cwd: HOME,
    stdin: async () => Buffer.alloc(0),
    fileSystem: rig.files,
  });
  const tokyo = desired?.managers.get("tokyo");
  if (!tokyo) throw new Error("the export is no desired state");
  const nameOf = (reference: object) => ("options" in reference ? String(reference.options) : "");
  const secrets = tokyo.agents.flatMap(({ selector, secrets: block }) =>
    selector.by === "host"
      ? [...block].map(([key, { source }]) => ({
          address: `${selector.managerHost} ${selector.host} ${key}`,
          variable: nameOf(source),
        }))
      : [],
  );
  const lower = tokyo.lowerManagers.flatMap(({ host, initialSecret }) =>
    initialSecret.from === "source" ? [{ address: host, variable: nameOf(initialSecret.source) }] : [],
  );
  const all = [...secrets, ...lower];
  expect(new Set(all.map(({ variable }) => variable)).size).toBe(all.length);
  return all;
}

/** What the managers were sent: each secret, and each lower manager. */
function written(rig: Rig): string[] {
  return rig.simulation
    .requests()
    .flatMap(({ path, body, status }) => {
      if (status !== 200) return [];
      const sent = body === "" ? {} : JSON.parse(body);
      if (path.endsWith("subManagers/createInfo")) return [sent.hostname];
      if (!path.endsWith("agents/secrets/change")) return [];
      return sent.add.secrets.map(
        ({ key }: { key: string }) => `${sent.managerhost} ${sent.agenthost} ${key}`,
      );
    })
    .sort();
}
