/** A log that stays in its file: each body is read when it is needed. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { DiagnosticError } from "../../src/model/diagnostic";
import { nodeFileSystem } from "../../src/platform/file-system";
import { LocalStorage } from "../../src/state/local/local-storage";
import { Lines } from "../../src/state/log/lines";
import type { OpenLog } from "../../src/state/log/open-log";
import { OpenLogs } from "../../src/state/open-logs";
import { openState } from "../../src/state/open-state";
import { readState } from "../../src/state/read-state";
import { MemoryFileSystem } from "../platform/memory-file-system";
import { FOLDER, LOG, patch, run, told, webAgent } from "./world";

const folder = mkdtempSync(join(tmpdir(), "jp1im-open-log-"));
afterAll(() => rmSync(folder, { recursive: true }));

const log = join(folder, "managers/tokyo/state.log");
const web01 = webAgent("web01").address;

/** A state with two agents, and one key of the first written twice. */
async function write(fileSystem: MemoryFileSystem | typeof nodeFileSystem, at: string, value = "2") {
  const state = await openState(run(fileSystem, {}, at));
  state.patchAgent(...patch("web01", [...two("1")]));
  state.patchAgent(...patch("web02", [...two("3")]));
  state.patchAgent(...patch("web01", [["a", value]]));
  await state.close();
}

function two(value: string) {
  return [
    ["a", value],
    ["b", null],
  ] as const;
}

/** The state as a plan reads it. */
async function opened(fileSystem: MemoryFileSystem | typeof nodeFileSystem, at: string) {
  const storage = new LocalStorage({ folder: at, fileSystem });
  const logs = new OpenLogs(storage);
  const view = await readState({ storage, logs, keyId: "key-1", report: () => {} });
  return { view, logs };
}

function faultOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error instanceof DiagnosticError ? error.diagnostics : error;
  }
}

beforeEach(async () => {
  rmSync(join(folder, "managers"), { recursive: true, force: true });
  await write(nodeFileSystem, folder);
});

test("it tells what the whole bytes tell", async () => {
  const { view, logs } = await opened(nodeFileSystem, folder);
  const whole = await readState({ ...run(nodeFileSystem, {}, folder) });
  expect(told(view)).toBe(told(whole));
  logs.close();
  const { view: again, logs: more } = await opened(nodeFileSystem, folder);
  expect(again.fingerprints(web01, ["a"]).get("a")).toBe("2");
  more.close();
});

test("its file system may keep no replaced files: then it is read whole", async () => {
  const fileSystem = new MemoryFileSystem();
  await write(fileSystem, FOLDER);
  fileSystem.openToRead = async () => undefined;
  const { view, logs } = await opened(fileSystem, FOLDER);
  expect([...view.fingerprints(web01)]).toEqual([
    ["a", "2"],
    ["b", null],
  ]);
  logs.close();
});

test("another run may compact it meanwhile", async () => {
  const { view, logs } = await opened(nodeFileSystem, folder);
  const before = readFileSync(log);
  const other = await openState(run(nodeFileSystem, {}, folder));
  other.patchAgent(...patch("web01", two("9")));
  await other.compact();
  await other.close();
  expect(readFileSync(log).equals(before)).toBe(false);
  expect(view.fingerprints(web01).get("a")).toBe("2");
  expect(view.fingerprints(webAgent("web02").address).get("a")).toBe("3");
  logs.close();
});

test("this run may compact it, and reads what it did not write from the former file", async () => {
  const state = await openState(run(nodeFileSystem, {}, folder));
  state.patchAgent(...patch("web01", [["c", "4"]]));
  await state.compact();
  state.patchAgent(...patch("web02", [["c", "5"]]));
  const before = told(state);
  await state.compact();
  expect(told(state)).toBe(before);
  await state.close();
  const { view, logs } = await opened(nodeFileSystem, folder);
  expect(told(view)).toBe(before);
  expect(view.fingerprints(webAgent("web02").address)).toEqual(new Map([...two("3"), ["c", "5"]]));
  logs.close();
});

const edits: readonly (readonly [string, () => void | Promise<void>])[] = [
  ["cut", () => truncateSync(log, readFileSync(log).indexOf("web01") + 60)],
  ["emptied", () => truncateSync(log, 0)],
  ["altered", () => writeFileSync(log, readFileSync(log, "latin1").replaceAll('"a":"', '"a":"X'), "latin1")],
  ["overwritten with another state's lines of the same lengths", overwrite],
];

async function overwrite(): Promise<void> {
  const elsewhere = join(folder, "elsewhere");
  await write(nodeFileSystem, elsewhere, "7");
  const other = readFileSync(join(elsewhere, "managers/tokyo/state.log"));
  rmSync(elsewhere, { recursive: true });
  expect(other.length).toBe(readFileSync(log).length);
  writeFileSync(log, other);
}

test.each(edits)("a file that is %s under a run is damage, and never another value", async (_, edit) => {
  const { view, logs } = await opened(nodeFileSystem, folder);
  await edit();
  for (const read of [
    () => view.fingerprints(web01),
    () => view.fingerprints(web01, ["a"]),
    () => view.versions(web01),
    () => view.withoutFingerprints(web01),
  ])
    expect(faultOf(read)).toMatchObject([
      {
        code: "state-corrupted",
        summary: `${log}:2 was changed by something else while this run read it`,
        address: "tokyo",
      },
    ]);
  logs.close();
});

test("a run does not write what it read from a file that changed", async () => {
  const state = await openState(run(nodeFileSystem, {}, folder));
  await overwrite();
  const changed = readFileSync(log);
  await expect(state.compact()).rejects.toMatchObject({ diagnostics: [{ code: "state-corrupted" }] });
  await state.close().catch(() => undefined);
  expect(readFileSync(log).equals(changed)).toBe(true);
});

test("a disk that cannot be read any more is told as such", async () => {
  const fileSystem = new MemoryFileSystem();
  await write(fileSystem, FOLDER);
  const open = fileSystem.openToRead.bind(fileSystem);
  let isBroken = false;
  fileSystem.openToRead = async (path) => {
    const file = await open(path);
    return (
      file && {
        ...file,
        read: (into, offset) => {
          if (isBroken) throw Object.assign(new Error("EIO"), { code: "EIO" });
          return file.read(into, offset);
        },
      }
    );
  };
  const { view, logs } = await opened(fileSystem, FOLDER);
  isBroken = true;
  expect(faultOf(() => view.fingerprints(web01))).toMatchObject([
    { code: "state-unreadable", summary: expect.stringContaining(LOG) },
  ]);
  logs.close();
});

test("after it is closed, nothing is read: its number may be that of another file", async () => {
  for (const [fileSystem, at] of [
    [nodeFileSystem, folder],
    [new MemoryFileSystem(), FOLDER],
  ] as const) {
    if (at === FOLDER) await write(fileSystem, at);
    const { view, logs } = await opened(fileSystem, at);
    logs.close();
    logs.close();
    expect(() => view.fingerprints(web01)).toThrow();
  }
});

test("a state that others read after its run has closed it is read whole", async () => {
  const state = await openState({ ...run(nodeFileSystem, {}, folder), staysReadable: true });
  await state.close();
  expect(state.fingerprints(web01).get("a")).toBe("2");
  const own = await openState(run(nodeFileSystem, {}, folder));
  await own.close();
  expect(() => own.fingerprints(web01)).toThrow();
});

describe("lines", () => {
  /** A log in a file, which gives no byte after its end. */
  function inFile(bytes: Buffer): OpenLog {
    return {
      place: { file: "log" },
      length: bytes.length,
      read: (into, offset) => into.subarray(0, bytes.copy(into, 0, offset)),
      close: () => {},
    };
  }

  function linesOf(source: Buffer | OpenLog): string[] {
    const [lines, all] = [new Lines(source), [] as string[]];
    for (let offset = 0; ; ) {
      const line = lines.at(offset);
      if (line === undefined) return all;
      all.push(line.toString("latin1"));
      offset += line.length + 1;
    }
  }

  const PIECE = 1 << 18;

  test("of any length are found, wherever a piece ends", () => {
    const length = fc.oneof(
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: PIECE - 3, max: PIECE + 3 }),
      fc.integer({ min: 2 * PIECE - 3, max: 2 * PIECE + 3 }),
      fc.integer({ min: PIECE / 4, max: PIECE / 2 }),
    );
    fc.assert(
      fc.property(fc.array(length, { maxLength: 6 }), fc.boolean(), (lengths, isWhole) => {
        const texts = lengths.map((bytes, index) => String(index).repeat(bytes));
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join("") + (isWhole ? "" : "rest"));
        const found = [linesOf(bytes), linesOf(inFile(bytes))];
        for (const lines of found) expect(lines.map(({ length }) => length)).toEqual(lengths);
        for (const lines of found) expect(lines.join("\n") === texts.join("\n")).toBe(true);
      }),
    );
  });
});
