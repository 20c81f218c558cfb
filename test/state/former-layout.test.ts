import type { StateCopy } from "../../src/state/copied-state";
import { LocalStorage } from "../../src/state/local/local-storage";
import { compactedLines } from "../../src/state/log/compacted-lines";
import { LOG_FORMAT, LOG_VERSION } from "../../src/state/log/log-entry";
import { openState } from "../../src/state/open-state";
import type { IssuedRecord } from "../../src/state/port";
import { putState } from "../../src/state/put-state";
import { readState } from "../../src/state/read-state";
import { copyState } from "../../src/state/state-copy";
import { MemoryFileSystem } from "../platform/memory-file-system";
import { refusalOf } from "../rig/tokyo";
import { client, FOLDER, run, told } from "./world";

const BOTH = { managers: ["osaka", "tokyo"] };
const edge: IssuedRecord = { ...client("edge"), address: "osaka/client/edge", manager: "osaka" };
const KEPT = JSON.stringify({ format: "jp1im-recovery/1", address: "tokyo/client/app", sealed: "AAAA" });

/** A folder as it was before each manager had a part of its own. */
function formerFolder(lineage = "l1"): MemoryFileSystem {
  const fileSystem = new MemoryFileSystem();
  const header = {
    format: LOG_FORMAT,
    version: LOG_VERSION,
    lineage,
    keyId: "key-1",
    serial: 7,
  } as const;
  const records = [client("app"), edge].map((record) => ({ record, bodies: [], liveBytes: 0 }));
  const plan = { id: "p1", status: "applied", from: 3, at: "2026-01-01T00:00:00Z" } as const;
  const lines = compactedLines(header, { records, plans: [plan] }, () => {});
  fileSystem.place(`${FOLDER}/state.log`, Buffer.concat([...lines]), { mode: 0o600 });
  fileSystem.place(`${FOLDER}/recovery/abc.json`, KEPT, { mode: 0o600 });
  fileSystem.place(`${FOLDER}/recovery/abc.json.new`, "{", { mode: 0o600 });
  return fileSystem;
}

test("a state of before is read as it is, manager by manager, and nothing is written", async () => {
  const fileSystem = formerFolder();
  const before = fileSystem.paths();
  const view = await readState(run(fileSystem));
  expect([view.lineage, view.serial("tokyo"), view.serial("osaka")]).toEqual(["l1", 7, 7]);
  expect([...view.records()].map(({ address }) => address).sort()).toEqual([
    "osaka/client/edge",
    "tokyo/client/app",
  ]);
  expect(view.plans("tokyo")).toMatchObject([{ id: "p1" }]);
  expect(fileSystem.paths()).toEqual(before);
});

test("the first run that takes a lock gives each manager its own part, and keeps what waits for its delivery", async () => {
  const fileSystem = formerFolder();
  const before = told(await readState(run(fileSystem)));
  const state = await openState(run(fileSystem));
  expect([told(state), state.serial("tokyo"), state.mayWrite("osaka")]).toEqual([before, 7, false]);
  state.put(client("other"));
  await state.close();
  const after = await readState(run(fileSystem));
  expect([after.lineage, after.serial("tokyo"), after.serial("osaka")]).toEqual(["l1", 8, 7]);
  const storage = new LocalStorage({ folder: FOLDER, fileSystem });
  expect([await storage.kept("tokyo").list(), await storage.kept("tokyo").read("abc")]).toEqual([
    ["abc"],
    KEPT,
  ]);
  expect(fileSystem.paths().filter((path) => !path.includes("/managers/"))).toEqual([
    `${FOLDER}/.gitignore`,
    `${FOLDER}/lineage`,
  ]);
});

test("a damaged log of before is moved away, and a copy put in its place, as its remedy says", async () => {
  const fileSystem = formerFolder("0123456789abcdef".repeat(2));
  await fileSystem.unlink(`${FOLDER}/recovery/abc.json`);
  const copy = (await copyState(run(fileSystem).storage)) as StateCopy;
  const path = `${FOLDER}/state.log`;
  const bytes = Buffer.from(await fileSystem.readFile(path))
    .toString()
    .replace("client", "clienT");
  await fileSystem.unlink(path);
  fileSystem.place(path, Buffer.from(bytes), { mode: 0o600 });
  const [move, push] = [`mv ${path} ${path}.damaged`, "`jp1im state push BACKUP`"];
  expect(await refusalOf(putState(copy, { ...run(fileSystem), force: true }))).toMatchObject({
    code: "state-corrupted",
    remedy: expect.stringMatching(new RegExp(`${move}.*${push}$`)),
  });
  await fileSystem.rename(path, `${path}.damaged`);
  await putState(copy, run(fileSystem));
  expect(await copyState(run(fileSystem).storage)).toEqual(copy);
});

test("a crash at any call of it loses nothing, and the next run completes it", async () => {
  const goal = told(await readState(run(formerFolder())));
  for (let nth = 1; ; nth++) {
    const fileSystem = formerFolder();
    const meant = fileSystem.calls + nth;
    fileSystem.onCall = ({ number }) => (number === meant ? "crash" : undefined);
    const ended = await openState(run(fileSystem, BOTH)).then(
      () => true,
      () => false,
    );
    if (ended && !fileSystem.crashed) break;
    const survivor = fileSystem.survivor();
    expect([nth, told(await readState(run(survivor)))]).toEqual([nth, goal]);
    const next = await openState(run(survivor, { ...BOTH, isProcessAlive: () => false }));
    expect([nth, told(next)]).toEqual([nth, goal]);
    await next.close();
    expect([nth, survivor.paths().filter((path) => path.endsWith("/recovery/abc.json"))]).toEqual([
      nth,
      [`${FOLDER}/managers/tokyo/recovery/abc.json`],
    ]);
  }
});
