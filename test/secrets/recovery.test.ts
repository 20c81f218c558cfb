import { inspect } from "node:util";
import { SecretValue } from "../../src/model/secret-value";
import { createRecovery, keptName } from "../../src/secrets/recovery";
import { seededRandom } from "../../src/simulator/seeded-random";
import { LocalStorage } from "../../src/state/local/local-storage";
import { lockLost } from "../../src/state/lock/holder";
import { MemoryFileSystem, seededRandom as randomOf } from "../platform/memory-file-system";

const key = (byte: number) => new SecretValue(Buffer.alloc(32, byte).toString("base64"));
const kept = {
  address: "tokyo/client/web",
  generation: 2,
  id: "web",
  issue: "0123456789abcdef",
  issuedAt: "2030-01-01T00:00:00Z",
  secret: new SecretValue("issued-c&nary"),
};

const FOLDER = "/state/managers/tokyo";
const placesIn = (fileSystem: MemoryFileSystem) => new LocalStorage({ folder: "/state", fileSystem });
const pathOf = (issue?: string) => `${FOLDER}/recovery/${keptName(kept.address, issue)}.json`;
const inPlace = { manager: "tokyo", name: keptName(kept.address, kept.issue) };

async function setUp(seed = 1) {
  const fileSystem = new MemoryFileSystem({ random: randomOf(seed) });
  await fileSystem.makeFolder(FOLDER, 0o700);
  const recovery = (byte = 1) =>
    createRecovery({ places: placesIn(fileSystem), stateKey: key(byte), random: seededRandom(byte) });
  return { fileSystem, recovery };
}

test("a kept secret comes back whole, under the same key, until it is dropped", async () => {
  const { recovery } = await setUp();
  expect(await recovery().list()).toEqual([]);
  const path = await recovery().keep(kept);
  const { address, generation, issue, issuedAt } = kept;
  expect(await recovery().list()).toEqual([
    { ...inPlace, path, address, generation, issue, issuedAt, opens: true },
  ]);
  const taken = await recovery().take(kept.address, kept.issue);
  expect({ ...taken, secret: taken?.secret.reveal() }).toEqual({ ...kept, secret: "issued-c&nary" });
  await recovery().drop(inPlace);
  expect(await recovery().list()).toEqual([]);
  expect(await recovery().take(kept.address, kept.issue)).toBeUndefined();
});

test("a secret is that of one issue: another one's is neither replaced nor taken for it", async () => {
  const { fileSystem, recovery } = await setUp();
  const first = await recovery().keep(kept);
  const second = await recovery().keep({ ...kept, issue: "another", secret: new SecretValue("next") });
  expect((await recovery().take(kept.address, "another"))?.secret.reveal()).toBe("next");
  expect((await recovery().take(kept.address, kept.issue))?.secret.reveal()).toBe("issued-c&nary");
  expect(await recovery().take(kept.address)).toBeUndefined();
  // Under the name of the other one it is still what it was sealed as.
  fileSystem.place(second, fileSystem.peek(first)?.toString() ?? "");
  expect(await recovery().take(kept.address, "another")).toBeUndefined();
});

test("a secret that was kept before issues had names is found under its old name", async () => {
  const { recovery } = await setUp();
  const { issue: _issue, ...unbound } = kept;
  expect(await recovery().keep(unbound)).toBe(pathOf());
  expect((await recovery().take(kept.address))?.secret.reveal()).toBe("issued-c&nary");
});

test("no loss of power brings a removed secret back", async () => {
  for (let seed = 0; seed < 20; seed++) {
    const { fileSystem, recovery } = await setUp(seed);
    await recovery().keep(kept);
    await recovery().drop(inPlace);
    expect(fileSystem.survivor().paths()).toEqual([]);
  }
});

test("what a killed run had begun to keep is removed by the next", async () => {
  const { fileSystem, recovery } = await setUp();
  fileSystem.onCall = ({ name }) => (name === "rename" ? "crash" : undefined);
  await expect(recovery().keep(kept)).rejects.toThrow();
  const survivor = fileSystem.survivor();
  const after = createRecovery({
    ...{ places: placesIn(survivor), stateKey: key(1), random: seededRandom(1) },
  });
  await after.dropDrafts("tokyo");
  expect(survivor.paths().filter((path) => path.endsWith(".new"))).toEqual([]);
});

test("a file that is there under its name is whole, wherever the one that wrote it was killed", async () => {
  for (let nth = 1; ; nth++) {
    const { fileSystem, recovery } = await setUp();
    const meant = fileSystem.calls + nth;
    fileSystem.onCall = ({ number }) => (number === meant ? "crash" : undefined);
    const isKept = await recovery()
      .keep(kept)
      .then(() => true)
      .catch(() => false);
    if (isKept && !fileSystem.crashed) return;
    const survivor = fileSystem.survivor();
    const after = createRecovery({
      ...{ places: placesIn(survivor), stateKey: key(1), random: seededRandom(1) },
    });
    const isThere = survivor.peek(pathOf(kept.issue)) !== undefined;
    expect([nth, (await after.take(kept.address, kept.issue))?.id]).toEqual([
      nth,
      isThere ? "web" : undefined,
    ]);
  }
});

test("the file shows no secret, is the owner's alone, and is nothing under another key or once it was changed", async () => {
  const { fileSystem, recovery } = await setUp();
  const path = await recovery().keep(kept);
  const text = fileSystem.peek(path)?.toString() ?? "";
  expect(text).toContain(kept.address);
  for (const form of ["issued-c&nary", Buffer.from("issued-c&nary").toString("base64"), "issued-c%26nary"]) {
    expect(text).not.toContain(form);
  }
  expect((await fileSystem.stat(path)).mode).toBe(0o600);
  expect(await recovery(2).list()).toMatchObject([{ path, address: kept.address, opens: false }]);
  expect(await recovery(2).take(kept.address, kept.issue)).toBeUndefined();
  fileSystem.place(path, text.replace('"generation":2', '"generation":3'), { mode: 0o600 });
  expect(await recovery().take(kept.address, kept.issue)).toBeUndefined();
});

test("a secret that cannot be kept is told without it", async () => {
  const { fileSystem, recovery } = await setUp();
  fileSystem.onCall = ({ name }) => (name === "write" ? "ENOSPC" : undefined);
  const failure = await recovery()
    .keep(kept)
    .catch((error: unknown) => error);
  expect(String(failure)).toMatch(/could not be kept .* no space/);
  expect(inspect(failure, { depth: 9 })).not.toContain("c&nary");
});

test("a secret that is not kept because the lock is lost says so, and promises no next run", async () => {
  const places = {
    managers: async () => ["tokyo"],
    kept: () => ({
      ...new LocalStorage({ folder: "/state", fileSystem: new MemoryFileSystem() }).kept("tokyo"),
      write: () => Promise.reject(lockLost("the state of tokyo", undefined)),
    }),
  };
  const lost = createRecovery({ places, stateKey: key(1), random: seededRandom(1) }).keep(kept);
  await expect(lost).rejects.toMatchObject({
    diagnostics: [
      {
        code: "lock-lost",
        summary: expect.stringMatching(/could not be kept .*: the lock of the state of tokyo was removed/),
        remedy: expect.not.stringContaining("issues it again"),
      },
    ],
  });
});

test("a folder that cannot be read or written is a diagnostic", async () => {
  const { fileSystem, recovery } = await setUp();
  await recovery().keep(kept);
  fileSystem.onCall = () => "EIO";
  const unreadable = { diagnostics: [{ code: "state-unreadable", severity: "error" }] };
  await expect(recovery().list()).rejects.toMatchObject(unreadable);
  await expect(recovery().take(kept.address, kept.issue)).rejects.toMatchObject(unreadable);
  await expect(recovery().drop(inPlace)).rejects.toMatchObject({
    diagnostics: [{ code: "state-unwritable" }],
  });
});
