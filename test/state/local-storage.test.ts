import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import { LocalStorage } from "../../src/state/local/local-storage";
import { openState } from "../../src/state/open-state";
import { keepsAState } from "./storage-contract";
import { client, run } from "./world";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jp1im-storage-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a state in a folder", () => {
  keepsAState(() => {
    const own = mkdtempSync(join(folder, "state-"));
    return async () => new LocalStorage({ folder: own, fileSystem: nodeFileSystem });
  });

  test("ignores files of a desktop beside the parts, and an empty lineage", async () => {
    const storage = new LocalStorage({ folder, fileSystem: nodeFileSystem });
    const write = async (id: string) => {
      const state = await openState({ ...run(nodeFileSystem), storage, clock: systemClock });
      state.put(client(id));
      await state.close();
      return state.lineage;
    };
    const lineage = await write("app");
    writeFileSync(join(folder, "managers/Thumbs.db"), "");
    writeFileSync(join(folder, "lineage"), "");
    expect([await storage.managers(), await storage.identity()]).toEqual([["tokyo"], undefined]);
    await write("web");
    expect([await storage.identity(), readFileSync(join(folder, "lineage"), "utf8")]).toEqual([
      { lineage, keyId: "key-1" },
      `${lineage} key-1\n`,
    ]);
  });
});
