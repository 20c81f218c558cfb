import { lowerManagerAddress } from "../../src/model/address";
import { DiagnosticError } from "../../src/model/diagnostic";
import { openState } from "../../src/state/open-state";
import { IMPORTED } from "../../src/state/port";
import { readState } from "../../src/state/read-state";
import { MemoryFileSystem } from "../platform/memory-file-system";
import { client, FOLDER, LOCK, LOG, patch, reopen, run, told, webAgent } from "./world";

async function failureOf(promise: Promise<unknown>): Promise<DiagnosticError> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(DiagnosticError);
  return error;
}

const tokyoOsaka = {
  kind: "lower-manager",
  address: lowerManagerAddress("tokyo", "osaka"),
  manager: "tokyo",
  host: "osaka",
  fingerprint: "fp-osaka",
} as const;

describe("the local state", () => {
  test("tells at once what was written, and the same after it is opened again", async () => {
    const fileSystem = new MemoryFileSystem();
    const state = await openState(run(fileSystem));
    state.put(client("web"));
    state.put(tokyoOsaka);
    state.patchAgent(
      ...patch("web01", [
        ["a", "1"],
        ["b", null],
        ["__proto__", "3"],
      ]),
    );
    state.patchAgent(...patch("web01", [["a", "2"]], ["b"]));
    state.put(client("gone"));
    state.drop(client("gone").address);
    expect(state.record(webAgent("web01").address)).toMatchObject({ count: 2, digest: "digest-of-web01" });
    expect([...state.fingerprints(webAgent("web01").address)]).toEqual([
      ["a", "2"],
      ["__proto__", "3"],
    ]);
    expect(state.record(client("gone").address)).toBeUndefined();
    const before = told(state);
    await state.close();
    const { state: again, warnings } = await reopen(fileSystem);
    expect(told(again)).toBe(before);
    expect(again.serial("tokyo")).toBe(6);
    expect(again.lineage).toBe(state.lineage);
    expect(warnings).toEqual([]);
    await again.close();
  });

  test("keeps what was imported as that, opened again and under another key", async () => {
    const fileSystem = new MemoryFileSystem();
    const state = await openState(run(fileSystem));
    state.put(client("theirs", "imported"));
    state.put({ ...tokyoOsaka, fingerprint: IMPORTED });
    state.patchAgent(
      ...patch("web01", [
        ["a", IMPORTED],
        ["b", "1"],
      ]),
    );
    await state.close();
    for (const keyId of ["key-1", "key-2"]) {
      const { state: again } = await reopen(fileSystem, { keyId });
      expect(again.record(client("theirs").address)).toEqual(client("theirs", "imported"));
      expect(again.record(tokyoOsaka.address)).toEqual({ ...tokyoOsaka, fingerprint: IMPORTED });
      const written = keyId === "key-1" ? "1" : null;
      expect([...again.fingerprints(webAgent("web01").address)]).toEqual([
        ["a", IMPORTED],
        ["b", written],
      ]);
      await again.close();
    }
  });

  test("has no lineage and no file until something is written", async () => {
    const fileSystem = new MemoryFileSystem();
    const state = await openState(run(fileSystem));
    expect(state.lineage).toBe("");
    expect((await fileSystem.stat(FOLDER)).mode).toBe(0o700);
    await state.close();
    expect(fileSystem.paths()).toEqual([]);
    await expect(fileSystem.stat(FOLDER)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("leaves a folder alone that was there before, empty or not", async () => {
    const fileSystem = new MemoryFileSystem();
    await fileSystem.makeFolder(FOLDER, 0o700);
    await (await openState(run(fileSystem))).close();
    expect((await fileSystem.stat(FOLDER)).type).toBe("folder");
  });

  test("keeps itself from Git, and lets the caller make its key before it has a name", async () => {
    const fileSystem = new MemoryFileSystem();
    const before: string[][] = [];
    const beforeFirstWrite = async () => void before.push(fileSystem.paths());
    const state = await openState(run(fileSystem, { beforeFirstWrite }));
    for (const id of ["a", "b"]) {
      state.put(client(id));
      await state.flush();
    }
    await state.close();
    expect(before).toEqual([[LOCK]]);
    expect(fileSystem.peek(`${FOLDER}/.gitignore`)?.toString()).toBe("*\n");
  });

  test("a patch replaces the digest, and an absent one clears it", async () => {
    const state = await openState(run(new MemoryFileSystem()));
    const [address, { digest: _, ...withoutDigest }] = patch("web01", [["a", "1"]]);
    state.patchAgent(...patch("web01", [["a", "1"]]));
    state.patchAgent(address, withoutDigest);
    expect(state.record(address)).not.toHaveProperty("digest");
    await state.close();
  });

  test("an agent that was dropped starts again", async () => {
    const state = await openState(run(new MemoryFileSystem()));
    state.patchAgent(...patch("web01", [["a", "1"]]));
    state.drop(webAgent("web01").address);
    state.patchAgent(...patch("web01", [["b", "2"]]));
    expect([...state.fingerprints(webAgent("web01").address).keys()]).toEqual(["b"]);
    await state.close();
  });

  test("fingerprints survive however often one agent is patched", async () => {
    const fileSystem = new MemoryFileSystem();
    const state = await openState(run(fileSystem));
    for (let key = 0; key < 60; key++) state.patchAgent(...patch("web01", [[`k${key}`, `${key}`]]));
    expect(state.fingerprints(webAgent("web01").address).size).toBe(60);
    const before = told(state);
    await state.close();
    expect(told((await reopen(fileSystem)).state)).toBe(before);
  });

  test("flushes that come while one is under way share one write and one sync", async () => {
    const fileSystem = new MemoryFileSystem();
    const state = await openState(run(fileSystem));
    state.put(client("first"));
    await state.flush();
    const calls: string[] = [];
    fileSystem.onCall = ({ name, path }) => {
      if (path === LOG) calls.push(name);
      return undefined;
    };
    const flushes = [];
    for (let id = 0; id < 50; id++) {
      state.put(client(`web${id}`));
      flushes.push(state.flush());
      await Promise.resolve();
    }
    await Promise.all(flushes);
    expect(calls.filter((name) => name === "sync").length).toBeLessThan(10);
    expect(calls.filter((name) => name === "write").length).toBeLessThan(10);
    await state.close();
    expect([...(await reopen(fileSystem)).state.records()]).toHaveLength(51);
  });

  test("costs what changed: a small change of a large state appends a small line", async () => {
    const fileSystem = new MemoryFileSystem();
    const state = await openState(run(fileSystem));
    for (let host = 0; host < 500; host++) {
      state.patchAgent(...patch(`web${host}`, [["a".repeat(200), "b".repeat(22)]]));
    }
    await state.flush();
    const size = fileSystem.peek(LOG)?.length ?? 0;
    state.put(client("web"));
    await state.close();
    expect((fileSystem.peek(LOG)?.length ?? 0) - size).toBeLessThan(250);
  });

  test("a log that is mostly dead is rewritten, with the same content and the same serial", async () => {
    const fileSystem = new MemoryFileSystem();
    const state = await openState(run(fileSystem, { minimumWaste: 2_000 }));
    for (let round = 1; round <= 100; round++) {
      state.put(client("web", "delivered", round));
      state.patchAgent(...patch("web01", [["a", `${round}`]]));
      await state.flush();
    }
    const before = told(state);
    const serial = state.serial("tokyo");
    await state.close();
    expect(fileSystem.peek(LOG)?.length).toBeLessThan(6_000);
    expect(fileSystem.paths()).not.toContain(`${LOG}.new`);
    const { state: again } = await reopen(fileSystem);
    expect(told(again)).toBe(before);
    expect(again.serial("tokyo")).toBe(serial);
    expect(serial).toBe(200);
  });

  test("a log that is rewritten keeps what is no longer there, and the files that are ours since", async () => {
    const fileSystem = new MemoryFileSystem();
    const state = await openState(run(fileSystem, { minimumWaste: 500 }));
    const retired = {
      ...client("old", "delivered", 1),
      status: "retired",
      places: ["file out/old"],
    } as const;
    state.put(retired);
    for (let round = 1; round <= 20; round++) {
      state.put(client("web", "delivered", round));
      await state.flush();
    }
    await state.close();
    const { state: again } = await reopen(fileSystem);
    expect(again.record(retired.address)).toEqual(retired);
    expect(fileSystem.peek(LOG)?.length).toBeLessThan(2_000);
  });

  test("without space to rewrite it, a log is appended to", async () => {
    const fileSystem = new MemoryFileSystem();
    const state = await openState(run(fileSystem, { minimumWaste: 500 }));
    fileSystem.onCall = ({ path, name }) =>
      path.startsWith(`${LOG}.new`) && name === "write" ? "ENOSPC" : undefined;
    state.put(client("first"));
    await failureOf(state.flush());
    await state.close().catch(() => undefined);
    fileSystem.onCall = () => undefined;
    const { state: second } = await reopen(fileSystem, { minimumWaste: 500 });
    second.put(client("web"));
    await second.flush();
    fileSystem.onCall = ({ path, name }) =>
      path.startsWith(`${LOG}.new`) && name === "write" ? "ENOSPC" : undefined;
    for (let round = 1; round <= 20; round++) {
      second.put(client("web", "delivered", round));
      await second.flush();
    }
    const before = told(second);
    await second.close();
    expect(told((await reopen(fileSystem)).state)).toBe(before);
  });

  test.each(["write", "sync"] as const)(
    "after a failed %s nothing is written any more, whatever is asked",
    async (name) => {
      const fileSystem = new MemoryFileSystem();
      const state = await openState(run(fileSystem));
      state.put(client("web"));
      await state.flush();
      fileSystem.onCall = (call) => (call.path === LOG && call.name === name ? "EIO" : undefined);
      state.put(client("lost"));
      const failure = await failureOf(state.flush());
      expect(failure.diagnostics).toMatchObject([{ code: "state-unwritable", severity: "error" }]);
      expect(failure.message).toContain("input/output error");
      fileSystem.onCall = () => undefined;
      const writes = fileSystem.calls;
      state.put(client("later"));
      await expect(state.flush()).rejects.toBe(failure);
      expect(fileSystem.calls).toBe(writes);
      await expect(state.close()).rejects.toBe(failure);
      const { state: again } = await reopen(fileSystem);
      expect(again.record(client("web").address)).toBeDefined();
      expect(again.record(client("later").address)).toBeUndefined();
    },
  );

  test("a log whose name was not yet durable keeps what the next run appends to it", async () => {
    const fileSystem = new MemoryFileSystem({ random: () => 0 });
    const state = await openState(run(fileSystem));
    state.put(client("web"));
    fileSystem.onCall = ({ name, path }) => (name === "syncFolder" && path === FOLDER ? "EIO" : undefined);
    await failureOf(state.close());
    fileSystem.onCall = () => undefined;
    const { state: next } = await reopen(fileSystem);
    next.put(client("api"));
    await next.flush();
    const { state: again } = await reopen(fileSystem.survivor());
    expect(again.record(client("api").address)).toBeDefined();
  });

  test("callers that wait behind a failing write fail with it", async () => {
    const fileSystem = new MemoryFileSystem();
    const state = await openState(run(fileSystem));
    state.put(client("web"));
    await state.flush();
    fileSystem.onCall = ({ path, name }) => (path === LOG && name === "sync" ? "EIO" : undefined);
    state.put(client("first"));
    const first = state.flush();
    await Promise.resolve();
    await Promise.resolve();
    state.put(client("second"));
    const second = state.flush();
    const failure = await failureOf(first);
    await expect(second).rejects.toBe(failure);
    fileSystem.onCall = () => undefined;
    await state.close().catch(() => undefined);
  });

  test("a file that something else changed is not appended to", async () => {
    const fileSystem = new MemoryFileSystem();
    const first = await openState(run(fileSystem));
    first.put(client("web"));
    await first.close();
    const state = await openState(run(fileSystem));
    fileSystem.place(LOG, Buffer.concat([fileSystem.peek(LOG) ?? Buffer.alloc(0), Buffer.from("more\n")]));
    state.put(client("second"));
    expect((await failureOf(state.flush())).message).toContain("changed by something else");
  });
});

describe("a state that was written under another key", () => {
  async function written(): Promise<MemoryFileSystem> {
    const fileSystem = new MemoryFileSystem();
    const state = await openState(run(fileSystem));
    state.patchAgent(
      ...patch("web01", [
        ["a", "old-a"],
        ["b", "old-b"],
      ]),
    );
    state.put(tokyoOsaka);
    await state.close();
    return fileSystem;
  }

  test("tells what is owned, and no fingerprint and no digest", async () => {
    const fileSystem = await written();
    const options = run(fileSystem, { keyId: "key-2" });
    const view = await readState(options);
    expect(options.warnings).toMatchObject([{ code: "state-key", severity: "warning" }]);
    expect([...view.fingerprints(webAgent("web01").address)]).toEqual([
      ["a", null],
      ["b", null],
    ]);
    expect(view.record(webAgent("web01").address)).toMatchObject({ count: 2 });
    expect(view.record(webAgent("web01").address)).not.toHaveProperty("digest");
    expect(view.record(tokyoOsaka.address)).toMatchObject({ fingerprint: null });
  });

  test("keeps no fingerprint of the old key after the first write under the new one", async () => {
    const fileSystem = await written();
    const { state } = await reopen(fileSystem, { keyId: "key-2" });
    state.patchAgent(...patch("web01", [["a", "new-a"]]));
    await state.close();
    expect(fileSystem.peek(LOG)?.toString()).not.toMatch(/old-|fp-osaka|key-1/);
    const again = await readState(run(fileSystem, { keyId: "key-2" }));
    expect([...again.fingerprints(webAgent("web01").address)]).toEqual([
      ["a", "new-a"],
      ["b", null],
    ]);
    expect(again.serial("tokyo")).toBe(3);
  });

  test("stays as it is when the run under the new key writes nothing", async () => {
    const fileSystem = await written();
    const bytes = fileSystem.peek(LOG);
    await (await reopen(fileSystem, { keyId: "key-2" })).state.close();
    expect(fileSystem.peek(LOG)).toEqual(bytes);
  });
});

describe("a state folder that cannot be used", () => {
  test.each([
    ["lies under a file", (fs: MemoryFileSystem) => fs.place("/project", "text"), "is a file"],
    ["is read-only", (fs: MemoryFileSystem) => failing(fs, "EROFS"), "read-only"],
    ["is closed to us", (fs: MemoryFileSystem) => failing(fs, "EACCES"), "permission denied"],
    ["is full", (fs: MemoryFileSystem) => failing(fs, "ENOSPC"), "no space"],
  ])("that %s is told in a sentence", async (_, prepare, text) => {
    const fileSystem = new MemoryFileSystem();
    prepare(fileSystem);
    const failure = await failureOf(openState(run(fileSystem)));
    expect(failure.diagnostics).toMatchObject([{ code: "state-unwritable" }]);
    expect(failure.message).toContain(text);
    expect(failure.message).toContain(FOLDER);
  });

  test("a file in its place is refused, and the folder that was meant is named", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(LOG, "text");
    const failure = await failureOf(openState(run(fileSystem, {}, LOG)));
    expect(failure.diagnostics).toMatchObject([
      {
        code: "state-unreadable",
        summary: `the state is a folder, and ${LOG} is a file`,
        remedy: expect.stringContaining(`--state ${FOLDER}`),
      },
    ]);
  });

  test("a log that cannot be read leaves no lock behind", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.onCall = ({ path, name }) => (path === LOG && name === "readFile" ? "EACCES" : undefined);
    const failure = await failureOf(openState(run(fileSystem)));
    expect(failure.diagnostics).toMatchObject([{ code: "state-unreadable" }]);
    expect(fileSystem.paths()).toEqual([]);
  });
});

function failing(fileSystem: MemoryFileSystem, code: string): void {
  fileSystem.onCall = ({ name }) => (name === "open" || name === "makeFolder" ? code : undefined);
}
