import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFileSystem } from "../../src/platform/file-system";
import { LocalStorage } from "../../src/state/local/local-storage";
import { keepsAState } from "./storage-contract";

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
});
