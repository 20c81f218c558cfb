import { existsSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFileSystem } from "../../src/platform/file-system";

const folder = () => mkdtempSync(join(tmpdir(), "make-folder-"));

test("a folder is made with all its parents, and making it again is no error", async () => {
  const path = join(folder(), "a/b/c");
  await nodeFileSystem.makeFolder(path, 0o700);
  await nodeFileSystem.makeFolder(path, 0o700);
  expect(statSync(path).isDirectory()).toBe(true);
});

test("a file in its place is an error", async () => {
  const path = join(folder(), "file");
  writeFileSync(path, "");
  await expect(nodeFileSystem.makeFolder(path)).rejects.toMatchObject({ code: "EEXIST" });
  await expect(nodeFileSystem.makeFolder(join(path, "below"))).rejects.toMatchObject({ code: "ENOTDIR" });
});

const testOnProc = existsSync("/proc/self") ? test : test.skip;

testOnProc(
  "a file system that calls a parent missing for ever is an error, and no endless loop",
  async () => {
    await expect(nodeFileSystem.makeFolder("/proc/jp1im/state")).rejects.toMatchObject({ code: "ENOENT" });
  },
);
