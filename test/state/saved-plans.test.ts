import { openState } from "../../src/state/open-state";
import { readState } from "../../src/state/read-state";
import { MemoryFileSystem } from "../platform/memory-file-system";
import { client, patch, reopen, run, told } from "./world";

const plan = { id: "sha256:1", status: "applying", from: 7, at: "2025-01-01T00:00:00Z" } as const;

test("a saved plan in the state is no resource, and outlives a restart and a compaction", async () => {
  const files = new MemoryFileSystem();
  const first = await openState(run(files));
  first.put(client("a"));
  first.notePlan("tokyo", { ...plan, status: "applied" });
  const before = told(first);
  await first.close();
  const second = await openState(run(files, { minimumWaste: 0 }));
  expect(told(second)).toBe(before);
  for (let generation = 1; generation <= 40; generation++) {
    second.put(client("a", "delivered", generation));
    await second.flush();
  }
  await second.close();
  const view = await readState(run(files));
  expect(view.plans("tokyo")).toEqual([{ ...plan, status: "applied" }]);
  expect([...view.records()]).toHaveLength(1);
});

test("an open plan is superseded by the first write of another run, and not by one that writes nothing", async () => {
  const files = new MemoryFileSystem();
  const first = await openState(run(files));
  first.notePlan("tokyo", plan);
  first.patchAgent(...patch("web01", [["a", "f1"]]));
  await first.close();
  await (await openState(run(files))).close();
  const idle = await readState(run(files));
  expect(idle.plans("tokyo")).toEqual([plan]);
  const other = await openState(run(files));
  other.drop("tokyo/client/none");
  expect(other.plans("tokyo")).toEqual([plan]);
  other.drop("tokyo/agent/immhost01/web01");
  await other.close();
  const view = await readState(run(files));
  expect(view.plans("tokyo")).toEqual([{ ...plan, status: "superseded" }]);
  expect(view.serial("tokyo")).toBe(idle.serial("tokyo") + 2);
});

test("a run that goes on with an open plan does not supersede it", async () => {
  const files = new MemoryFileSystem();
  const first = await openState(run(files));
  first.notePlan("tokyo", plan);
  await first.flush();
  files.onCall = () => "crash";
  first.put(client("a"));
  await expect(first.flush()).rejects.toThrow();
  const { state } = await reopen(files.survivor());
  state.notePlan("tokyo", plan);
  state.put(client("a"));
  await state.flush();
  expect(state.plans("tokyo")).toEqual([plan]);
  await state.close();
});

test("only the latest sixteen plans are remembered", async () => {
  const files = new MemoryFileSystem();
  const state = await openState(run(files));
  for (let number = 1; number <= 20; number++) {
    state.notePlan("tokyo", { ...plan, id: `sha256:${number}`, status: "applied" });
  }
  await state.close();
  const ids = (await readState(run(files))).plans("tokyo").map(({ id }) => id);
  expect(ids).toEqual(Array.from({ length: 16 }, (_, index) => `sha256:${index + 5}`));
});
