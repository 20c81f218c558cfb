/** Drafts of a log, which one run writes at a time unless a run slept until another one took its lock. */
import { LocalStorage } from "../../src/state/local/local-storage";
import { openState } from "../../src/state/open-state";
import { MemoryFileSystem } from "../platform/memory-file-system";
import { client, FOLDER, LOG, run } from "./world";

const lines = (text: string) => [Buffer.from(`${text}\n`)];

let fileSystem: MemoryFileSystem;
let storage: LocalStorage;
beforeEach(() => {
  fileSystem = new MemoryFileSystem();
  storage = new LocalStorage({ folder: FOLDER, fileSystem });
});

async function held() {
  return (await storage.hold("tokyo", run(fileSystem))).log(0, false);
}

/** The log of a run whose lock is no longer its own, and that of the run which has it now. */
async function sleeperAndNext() {
  const sleeper = await held();
  const drafted = await sleeper.draft(lines("before it slept"));
  await storage.unlock("tokyo", (await storage.holder("tokyo"))?.id ?? "");
  return { sleeper, drafted, next: await held() };
}

function drafts(): string[] {
  return fileSystem.paths().filter((path) => path.startsWith(`${LOG}.new`));
}

test("a run that slept does not put its draft in the place of the next one's", async () => {
  const { sleeper, next } = await sleeperAndNext();
  const length = await next.draft(lines("the next one's"));
  await sleeper.draft(lines("after it slept"));
  await next.install(length);
  expect(String(fileSystem.peek(LOG))).toBe("the next one's\n");
});

test("a run that slept cannot install what it drafted before", async () => {
  const { sleeper, drafted, next } = await sleeperAndNext();
  await next.install(await next.draft(lines("the next one's")));
  await expect(sleeper.install(drafted)).rejects.toMatchObject({ code: "ENOENT" });
  expect(String(fileSystem.peek(LOG))).toBe("the next one's\n");
});

test("a draft of a run that was killed is removed by the next one, under any name", async () => {
  fileSystem.place(`${LOG}.new`, "a draft of an earlier version");
  fileSystem.place(`${LOG}.away`, "what a person keeps");
  await sleeperAndNext();
  expect(drafts()).toEqual([]);
  expect(String(fileSystem.peek(`${LOG}.away`))).toBe("what a person keeps");
});

test.each([
  ["replaced", () => fileSystem.place(LOG, "an older log\n")],
  [
    "replaced by a copy during an append",
    () => {
      fileSystem.onCall = ({ name, path }) => {
        if (name === "sync" && path === LOG) fileSystem.place(LOG, fileSystem.peek(LOG) ?? "");
        return undefined;
      };
    },
  ],
  ["cut", async () => (await fileSystem.open(LOG, "a")).truncate(0)],
  ["removed", () => fileSystem.unlink(LOG)],
])("a log that is %s under a run does not take its lines unseen", async (_, change) => {
  const state = await openState(run(fileSystem));
  state.put(client("app"));
  await state.flush();
  state.put(client("web"));
  await state.flush();
  await change();
  state.put(client("mail"));
  await expect(state.flush()).rejects.toMatchObject({ diagnostics: [{ code: "state-unwritable" }] });
  await state.close().catch(() => undefined);
});

test("a log that is replaced by a copy between the load and the first write is not written to", async () => {
  const first = await openState(run(fileSystem));
  first.put(client("app"));
  await first.close();
  const state = await openState(run(fileSystem));
  const copy = fileSystem.peek(LOG) ?? "";
  fileSystem.place(LOG, copy);
  state.put(client("web"));
  await expect(state.flush()).rejects.toMatchObject({ diagnostics: [{ code: "state-unwritable" }] });
  await state.close().catch(() => undefined);
  expect(fileSystem.peek(LOG)).toEqual(Buffer.from(copy));
});

test.each([
  ["an older one", "an older log\n"],
  ["an empty one", ""],
])("a log that is overwritten in place by %s under a run gets no line of it", async (_, content) => {
  const state = await openState(run(fileSystem));
  state.put(client("app"));
  await state.flush();
  const file = await fileSystem.open(LOG, "a");
  await file.truncate(0);
  await file.write(Buffer.from(content));
  state.put(client("mail"));
  await expect(state.flush()).rejects.toMatchObject({ diagnostics: [{ code: "state-unwritable" }] });
  await state.close().catch(() => undefined);
  expect(String(fileSystem.peek(LOG))).toBe(content);
});

test("a log may be a symlink", async () => {
  const first = await openState(run(fileSystem));
  first.put(client("app"));
  await first.close();
  fileSystem.place("/elsewhere/state.log", fileSystem.peek(LOG) ?? "");
  fileSystem.place(LOG, "", { type: "symlink", target: "/elsewhere/state.log" });
  const state = await openState(run(fileSystem));
  for (const id of ["mail", "web"]) {
    state.put(client(id));
    await state.flush();
  }
  await state.close();
  expect([...(await openState(run(fileSystem))).records()]).toHaveLength(3);
});

test("a run may rewrite its log, and appends to the new file", async () => {
  const state = await openState(run(fileSystem));
  for (const id of ["app", "web"]) {
    state.put(client(id));
    await state.flush();
    await state.compact();
  }
  state.put(client("mail"));
  await state.close();
  expect([...(await openState(run(fileSystem))).records()]).toHaveLength(3);
});

test("a draft that fails leaves no file", async () => {
  const log = await held();
  fileSystem.onCall = ({ name, path }) =>
    name === "write" && path.startsWith(`${LOG}.new`) ? "ENOSPC" : undefined;
  await expect(log.draft(lines("too long"))).rejects.toMatchObject({ code: "ENOSPC" });
  expect(drafts()).toEqual([]);
});
