import { inspect } from "node:util";
import { SecretValue } from "../../src/model/secret-value";
import { createRecovery, recoveryFile } from "../../src/secrets/recovery";
import { seededRandom } from "../../src/simulator/seeded-random";
import { MemoryFileSystem } from "../platform/memory-file-system";

const key = (byte: number) => new SecretValue(Buffer.alloc(32, byte).toString("base64"));
const kept = {
  address: "tokyo/client/web",
  generation: 2,
  id: "web",
  issuedAt: "2030-01-01T00:00:00Z",
  secret: new SecretValue("issued-c&nary"),
};

async function setUp() {
  const fileSystem = new MemoryFileSystem();
  await fileSystem.makeFolder("/state");
  const recovery = (byte = 1) =>
    createRecovery({ folder: "/state", stateKey: key(byte), fileSystem, random: seededRandom(byte) });
  return { fileSystem, recovery };
}

test("a kept secret comes back whole, under the same key, until it is dropped", async () => {
  const { recovery } = await setUp();
  expect(await recovery().addresses()).toEqual(new Set());
  await recovery().keep(kept);
  expect(await recovery().addresses()).toEqual(new Set([kept.address]));
  const taken = await recovery().take(kept.address);
  expect({ ...taken, secret: taken?.secret.reveal() }).toEqual({ ...kept, secret: "issued-c&nary" });
  await recovery().drop(kept.address);
  expect(await recovery().addresses()).toEqual(new Set());
  expect(await recovery().take(kept.address)).toBeUndefined();
});

test("a later secret of the same resource takes the place of the former", async () => {
  const { recovery } = await setUp();
  await recovery().keep(kept);
  await recovery().keep({ ...kept, generation: 3, secret: new SecretValue("next") });
  const taken = await recovery().take(kept.address);
  expect([taken?.generation, taken?.secret.reveal()]).toEqual([3, "next"]);
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
      ...{ folder: "/state", stateKey: key(1), fileSystem: survivor, random: seededRandom(1) },
    });
    const isThere = survivor.peek(recoveryFile("/state", kept.address)) !== undefined;
    expect([nth, (await after.take(kept.address))?.id]).toEqual([nth, isThere ? "web" : undefined]);
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
  expect(await recovery(2).addresses()).toEqual(new Set());
  expect(await recovery(2).take(kept.address)).toBeUndefined();
  fileSystem.place(path, text.replace('"generation":2', '"generation":3'), { mode: 0o600 });
  expect(await recovery().take(kept.address)).toBeUndefined();
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

test("a folder that cannot be read or written is a finding", async () => {
  const { fileSystem, recovery } = await setUp();
  await recovery().keep(kept);
  fileSystem.onCall = () => "EIO";
  const unreadable = { diagnostics: [{ code: "state-unreadable", severity: "error" }] };
  await expect(recovery().addresses()).rejects.toMatchObject(unreadable);
  await expect(recovery().take(kept.address)).rejects.toMatchObject(unreadable);
  await expect(recovery().drop(kept.address)).rejects.toMatchObject({
    diagnostics: [{ code: "state-unwritable" }],
  });
});
