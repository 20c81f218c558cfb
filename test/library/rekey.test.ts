import { apply, plan, rekeyState } from "../../src/index";
import type { RekeyOptions } from "../../src/library/rekey";
import { DiagnosticError } from "../../src/model/diagnostic";
import { SecretValue } from "../../src/model/secret-value";
import { writeNewFile } from "../../src/platform/durable-file";
import { createFingerprints } from "../../src/secrets/fingerprints";
import { openState } from "../../src/state/open-state";
import { moments, runs } from "../effort";
import { beforeLock } from "../platform/before-lock";
import { MemoryFileSystem, seededRandom } from "../platform/memory-file-system";
import { HOME, type Rig } from "../rig/rig";
import { refusalOf, tokyoRig, tokyoYaml } from "../rig/tokyo";
import { client, FOLDER, run } from "../state/world";

const AGENTS = [
  { host: "web01", os: "linux" },
  { host: "batch-01", os: "windows" },
];
const DESIRED = {
  clients: [{ id: "app", deliverTo: { file: "out/app" } }],
  agents: [
    { host: "web01", secrets: { a: { env: "A" } } },
    { host: "web01", secrets: { b: { env: "B" } } },
    { match: "batch-*", os: "Win*", secrets: { c: { env: "A" } } },
    { match: "*", secrets: { d: { env: "B" } } },
  ],
};
const KEY_FILE = ".jp1im/state.key";
const keyOf = (byte: number) => Buffer.alloc(32, byte).toString("base64");

async function applied(env: Record<string, string> = {}): Promise<Rig> {
  const rig = await tokyoRig(DESIRED, { tokyo: { agents: AGENTS } });
  Object.assign(rig.env, { A: "value-a", B: "value-b" }, env);
  const { summary } = await rig.apply();
  expect(summary).toMatchObject({ failed: 0, skipped: 0 });
  return rig;
}

const rekey = (rig: Rig, options: Partial<RekeyOptions> = {}) =>
  rekeyState({ files: ["jp1im.yaml"], ...options }, rig.platform());

async function pending(rig: Rig): Promise<number> {
  const { changes, diagnostics } = await rig.plan();
  expect(diagnostics).toEqual([]);
  return changes.length;
}

async function refusal(run: Promise<unknown>): Promise<string> {
  const { code, summary } = await refusalOf(run);
  return `${code}: ${summary}`;
}

test("a key file gets a new key, every value keeps its grade, and the next plan is empty", async () => {
  const rig = await applied();
  const before = rig.read(KEY_FILE);
  expect(await rekey(rig)).toMatchObject({ already: false, kept: 5, unverified: 0, key: { in: "key-file" } });
  expect(rig.read(KEY_FILE)).not.toBe(before);
  expect(rig.read(`${KEY_FILE}.next`)).toBeUndefined();
  expect(await pending(rig)).toBe(0);
  expect(JSON.stringify(rig.events)).not.toContain("written under another key");
});

test("a part that is under no key, as an enrolment leaves it, stands in no run's way", async () => {
  const rig = await applied();
  const enrolled = await openState(
    run(rig.files, { managers: ["osaka"], keyId: undefined }, `${HOME}/.jp1im`),
  );
  enrolled.put({ ...client("app"), manager: "osaka", address: "osaka/client/app" });
  await enrolled.close();
  await rig.plan();
  expect(JSON.stringify(rig.events)).not.toContain("written under another key");
  expect(await rekey(rig)).toMatchObject({ already: false, kept: 5 });
  expect((await rekey(rig)).already).toBe(false);
});

test("files that a killed delivery wrote stay ours, and those with another content do not become ours", async () => {
  const rig = await applied();
  const stateOf = async (keyId: string) =>
    openState(run(rig.files, { managers: ["tokyo"], keyId }, `${HOME}/.jp1im`));
  const fingerprints = () => createFingerprints(new SecretValue(rig.read(KEY_FILE)?.trim() ?? ""));
  const intended = (id: string, name: string) => {
    const absolute = `${HOME}/${name}`;
    return { absolute, fingerprint: fingerprints().value(client(id).address, new SecretValue("intended")) };
  };
  await rig.write("written", "intended");
  await rig.write("other", "something else");
  const state = await stateOf(fingerprints().keyId);
  const writing = ["written", "other", "missing"].map((name) => intended("killed", name));
  state.put({ ...client("killed", "issuing"), writing });
  state.put({ ...client("lost", "issuing"), writing: [intended("lost", "missing")] });
  await state.close();
  const before = intended("killed", "written");
  await rekey(rig);
  const after = await stateOf(fingerprints().keyId);
  expect(intended("killed", "written")).not.toEqual(before);
  expect(after.record(client("killed").address)).toMatchObject({ writing: [intended("killed", "written")] });
  expect(after.record(client("lost").address)).toEqual(client("lost", "issuing"));
  await after.close();
});

test("the digests go over as well, those of selectors by system included", async () => {
  const rig = await applied();
  const digests = () =>
    [...(rig.read(".jp1im/managers/tokyo/state.log") ?? "").matchAll(/"digest":"([^"]+)"/g)].length;
  await rekey(rig);
  // One line for each agent in a file that was just made.
  expect(digests()).toBe(2);
});

test("a value that is no longer the one last written becomes unverified, and no other does", async () => {
  const rig = await applied();
  rig.env.B = "rotated";
  expect(await rekey(rig)).toMatchObject({ kept: 2, unverified: 3 });
  const { changes } = await rig.plan();
  expect(changes.map(({ address, reason }) => `${address} ${reason}`)).toEqual([
    "tokyo/agent/immhost01/batch-01/secret/d unverified",
    "tokyo/agent/immhost01/web01/secret/b unverified",
    "tokyo/agent/immhost01/web01/secret/d unverified",
  ]);
});

test("without secrets no source is read, and every value becomes unverified", async () => {
  const rig = await applied();
  delete rig.env.A;
  expect(await refusal(rekey(rig))).toMatch(/^source-unresolved/);
  expect(await rekey(rig, { secrets: false })).toMatchObject({ kept: 0, unverified: 5 });
});

test("a key of the environment gives way to another, to be handed in from then on", async () => {
  const rig = await applied({ JP1IM_STATE_KEY: keyOf(1) });
  expect(await refusal(rekey(rig))).toContain("usage: the state's key comes from JP1IM_STATE_KEY");
  rig.env.JP1IM_NEW_STATE_KEY = keyOf(2);
  expect(await rekey(rig)).toMatchObject({ kept: 5, key: { in: "environment" } });
  // Again, as after an answer that was lost: by now the state is under the new key.
  expect(await rekey(rig)).toMatchObject({ already: true });
  rig.env.JP1IM_STATE_KEY = keyOf(2);
  expect(await pending(rig)).toBe(0);
});

test("a new key file is made where there is none, and used where there is one", async () => {
  const rig = await applied({ JP1IM_STATE_KEY: keyOf(1) });
  expect(await rekey(rig, { newKeyFile: "keys/tokyo.key" })).toMatchObject({ kept: 5 });
  const made = rig.read("keys/tokyo.key");
  expect(await rekey(rig, { newKeyFile: "keys/tokyo.key" })).toMatchObject({ already: true });
  expect(rig.read("keys/tokyo.key")).toBe(made);
  delete rig.env.JP1IM_STATE_KEY;
  rig.env.JP1IM_STATE_KEY_FILE = "keys/tokyo.key";
  expect(await pending(rig)).toBe(0);
});

test("the key file is one file, however its path is spelled", async () => {
  const rig = await applied({ JP1IM_STATE_KEY: keyOf(1) });
  rig.files.place(`${HOME}/keys/tokyo.key`, keyOf(1), { mode: 0o600 });
  rig.files.place(`${HOME}/by-link.key`, "", { type: "symlink", target: `${HOME}/keys/tokyo.key` });
  delete rig.env.JP1IM_STATE_KEY;
  rig.env.JP1IM_STATE_KEY_FILE = "by-link.key";
  expect(await refusal(rekey(rig, { newKeyFile: "./keys/../keys/tokyo.key" }))).toContain(
    "is the present key file",
  );
  await rekey(rig);
  rig.env.JP1IM_STATE_KEY_FILE = `${HOME}/keys/tokyo.key`;
  expect(await pending(rig)).toBe(0);
  expect(rig.read("keys/tokyo.key")?.trim()).not.toBe(keyOf(1));
});

test("a key file that a variable names and that is not there is refused where the state is under a key", async () => {
  const rig = await applied();
  rig.env.JP1IM_STATE_KEY_FILE = "not/here.key";
  expect(await refusal(rig.plan())).toContain("which does not exist");
  expect(await refusal(rig.apply())).toContain("which does not exist");
  expect(rig.read("not/here.key")).toBeUndefined();
});

test("the wrong key, no key and no state are refused, and leave the state as it was", async () => {
  const rig = await applied();
  const log = rig.read(".jp1im/managers/tokyo/state.log");
  rig.env.JP1IM_STATE_KEY = keyOf(7);
  rig.env.JP1IM_NEW_STATE_KEY = keyOf(8);
  expect(await refusal(rekey(rig))).toContain("under another key than the one that was given");
  delete rig.env.JP1IM_STATE_KEY;
  await rig.remove(KEY_FILE);
  expect(await refusal(rekey(rig))).toContain("is not in");
  expect(rig.read(".jp1im/managers/tokyo/state.log")).toBe(log);
  expect(await refusal(rekey(rig, { state: "elsewhere" }))).toMatch(/^nothing-matched/);
});

test("secrets that wait for their delivery are delivered first", async () => {
  const rig = await applied();
  const [app] = DESIRED.clients;
  await rig.write("jp1im.yaml", tokyoYaml({ ...DESIRED, clients: [{ ...app, generation: 2 }] }));
  rig.files.onCall = ({ name, path }) =>
    ["rename", "link"].includes(name) && path.endsWith("/app") ? "ENOSPC" : undefined;
  expect((await rig.apply()).summary.failed).toBe(1);
  rig.files.onCall = () => undefined;
  expect(await refusalOf(rekey(rig))).toMatchObject({
    summary: expect.stringContaining("encrypted to the present key: tokyo/client/app"),
    remedy: expect.stringContaining("`jp1im state rm --kept tokyo/client/app`"),
  });
  await rig.apply();
  expect(await rekey(rig)).toMatchObject({ kept: 5 });
});

test("neither key is ever written to the state, to an event or to a result", async () => {
  const rig = await applied({ JP1IM_STATE_KEY: keyOf(1) });
  rig.env.JP1IM_NEW_STATE_KEY = keyOf(2);
  const told = JSON.stringify([await rekey(rig), rig.events, rig.read(".jp1im/managers/tokyo/state.log")]);
  expect(told).not.toContain(keyOf(1));
  expect(told).not.toContain(keyOf(2));
});

test("a crash at any file-system call leaves a key that fits the state: nothing becomes unverified", async () => {
  const rig = await applied();
  const options = { files: ["jp1im.yaml"] };
  const events: unknown[] = [];
  // Each time the same state on a device of its own, where the former process is gone.
  const on = (fileSystem: MemoryFileSystem) => {
    const report = (event: unknown) => events.push(event);
    return { ...rig.platform(), fileSystem, report, isProcessAlive: () => false };
  };
  const device = (seed: number) => new MemoryFileSystem({ random: seededRandom(seed) }, rig.files);
  const quiet = device(0);
  let stopped = 0;
  await rekeyState(options, on(quiet));
  expect(quiet.calls).toBeGreaterThan(20);
  for (const at of moments(quiet.calls)) {
    for (let seed = 0; seed < runs(2); seed++) {
      const files = device(seed * 1000 + at);
      files.onCall = ({ number }) => (number === at ? "crash" : undefined);
      await rekeyState(options, on(files)).catch(() => undefined);
      expect([at, files.crashed]).toEqual([at, true]);
      const survivor = files.survivor();
      expect([at, seed, (await plan(options, on(survivor))).changes]).toEqual([at, seed, []]);
      // The next run that writes finishes what was interrupted, or says what does.
      const ended = await apply(options, on(survivor)).catch((error: DiagnosticError) => error);
      if (ended instanceof DiagnosticError) {
        expect(ended.diagnostics).toMatchObject([
          { code: "state-key", remedy: expect.stringMatching(/^finish it/) },
        ]);
        expect(await rekeyState(options, on(survivor))).toMatchObject({ already: false, unverified: 0 });
        expect((await plan(options, on(survivor))).changes).toEqual([]);
        stopped++;
      }
      expect([at, seed, isUnderKeyFile(survivor)]).toEqual([at, seed, true]);
    }
  }
  expect(stopped).toBeGreaterThan(0);
  expect(JSON.stringify(events)).not.toContain("written under another key");
});

test("a run that waited for the lock while the state was rekeyed stops, and writes nothing under the old key", async () => {
  const rig = await applied();
  const platform = rig.platform();
  const options = { files: ["jp1im.yaml"] };
  // Long after the apply read the key.
  const fileSystem = beforeLock(rig.files, () => rekeyState(options, rig.platform()));
  rig.env.A = "rotated";
  expect(await refusal(apply(options, { ...platform, fileSystem }))).toContain("was given another key while");
  expect(isUnderKeyFile(rig.files)).toBe(true);
});

test("so does one that was given the old key, and whoever has the new one goes on", async () => {
  const rig = await applied({ JP1IM_STATE_KEY: keyOf(1) });
  const options = { files: ["jp1im.yaml"] };
  const next = { ...rig.env, JP1IM_NEW_STATE_KEY: keyOf(2) };
  const fileSystem = beforeLock(rig.files, () => rekeyState(options, { ...rig.platform(), env: next }));
  rig.env.A = "rotated";
  const waiting = { ...rig.platform(), fileSystem };
  const late = apply({ ...options, lockTimeoutMs: 1000 }, waiting);
  expect(await refusal(late)).toContain("was given another key while");
  const env = { ...rig.env, JP1IM_STATE_KEY: keyOf(2) };
  expect((await apply(options, { ...rig.platform(), env }))?.summary).toMatchObject({
    applied: 2,
    failed: 0,
  });
});

function isUnderKeyFile(files: MemoryFileSystem): boolean {
  const key = files.peek(`${HOME}/${KEY_FILE}`)?.toString().trim() ?? "";
  const header = files.peek(`${HOME}/.jp1im/managers/tokyo/state.log`)?.toString().split("\n")[0] ?? "";
  return header.includes(`"keyId":"${createFingerprints(new SecretValue(key)).keyId}"`);
}

/** The log of osaka's part, as a run makes it that has begun the part of the state of that identity. */
async function begunPart(identity: string): Promise<string> {
  const fileSystem = new MemoryFileSystem();
  await fileSystem.makeFolder(FOLDER, 0o700);
  await writeNewFile(fileSystem, `${FOLDER}/lineage`, identity);
  const keyId = identity.trim().split(" ")[1] ?? "";
  const state = await openState(run(fileSystem, { managers: ["osaka"], keyId }));
  state.put({ ...client("edge"), address: "osaka/client/edge", manager: "osaka" });
  await state.close();
  return fileSystem.peek(`${FOLDER}/managers/osaka/state.log`)?.toString("utf8") ?? "";
}

test("the old key stays while another run has begun a manager's part under it", async () => {
  const rig = await applied();
  const before = rig.read(KEY_FILE);
  const log = await begunPart(rig.read(".jp1im/lineage") ?? "");
  const platform = rig.platform();
  const fileSystem = new Proxy(platform.fileSystem, {
    get: (target, name) => {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== "function") return found;
      return async (...args: unknown[]) => {
        if (name === "rename" && String(args[1]).endsWith("tokyo/state.log")) {
          await rig.files.makeFolder(`${HOME}/.jp1im/managers/osaka`, 0o700);
          await rig.write(".jp1im/managers/osaka/state.log", log);
        }
        return found.apply(target, args);
      };
    },
  });
  const rekeying = rekeyState({ files: ["jp1im.yaml"] }, { ...platform, fileSystem });
  expect(await refusal(rekeying)).toContain("state-locked: another run has begun the state of osaka");
  expect(rig.read(KEY_FILE)).toBe(before);
  expect(await rekey(rig)).toMatchObject({ already: false });
  expect(rig.read(KEY_FILE)).not.toBe(before);
  expect(JSON.stringify((await rig.plan()).diagnostics)).not.toContain("another key");
});

test("a key file that cannot be replaced is an error that says where the new key is, and the next run finishes", async () => {
  const rig = await applied();
  const before = rig.read(KEY_FILE);
  rig.files.onCall = ({ name, path }) =>
    name === "rename" && path.endsWith(KEY_FILE) ? "EACCES" : undefined;
  expect(await refusal(rekey(rig))).toMatch(/^state-key: the state is under its new key, .*state\.key\.next/);
  expect(rig.read(KEY_FILE)).toBe(before);
  rig.files.onCall = () => undefined;
  expect(await pending(rig)).toBe(0);
  expect(await rekey(rig)).toMatchObject({ already: true });
  expect(rig.read(KEY_FILE)).not.toBe(before);
  expect(await pending(rig)).toBe(0);
});

test("a second rekey that waited behind the one that it wanted to finish finds it done", async () => {
  const rig = await applied();
  // The state is under its new key, and that is still in the file beside the key file.
  rig.files.onCall = ({ name, path }) => (name === "rename" && path.endsWith(KEY_FILE) ? "crash" : undefined);
  await rekey(rig).catch(() => undefined);
  rig.files = rig.files.survivor();
  const options = { files: ["jp1im.yaml"] };
  const platform = { ...rig.platform(), isProcessAlive: () => false };
  const fileSystem = beforeLock(rig.files, () => rekeyState(options, platform));
  expect(await rekeyState(options, { ...platform, fileSystem })).toMatchObject({ already: true });
  expect(rig.read(`${KEY_FILE}.next`)).toBeUndefined();
  expect(await pending(rig)).toBe(0);
});

test("a new key that is no key is not asked to be the one that the state is under", async () => {
  const rig = await applied();
  rig.env.JP1IM_NEW_STATE_KEY = "short";
  const text = await rekey(rig).catch((error) => error.diagnostics[0]);
  expect(text).toMatchObject({
    summary: "JP1IM_NEW_STATE_KEY does not hold 32 bytes in base64",
    remedy: "a new one is made by: openssl rand -base64 32",
  });
});
