import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFileSystem } from "../../src/platform/file-system";

const folder = mkdtempSync(join(tmpdir(), "jp1im-regular-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a regular file is read whole", async () => {
  writeFileSync(join(folder, "file"), "content");
  expect((await nodeFileSystem.readFile(join(folder, "file"))).toString()).toBe("content");
});

test("a folder and a file that is not there fail as Node says it", async () => {
  await expect(nodeFileSystem.readFile(folder)).rejects.toMatchObject({ code: "EISDIR" });
  await expect(nodeFileSystem.readFile(join(folder, "none"))).rejects.toMatchObject({ code: "ENOENT" });
});

const pipe = join(folder, "pipe");
const canMakePipes = spawnSync("mkfifo", [pipe]).status === 0;

(canMakePipes ? test : test.skip)(
  "a pipe that nobody writes to is refused, and nobody waits for it",
  async () => {
    await expect(nodeFileSystem.readFile(pipe)).rejects.toMatchObject({ code: "EFTYPE" });
  },
);

(existsSync("/dev/zero") ? test : test.skip)("a device that never ends is refused", async () => {
  await expect(nodeFileSystem.readFile("/dev/zero")).rejects.toMatchObject({ code: "EFTYPE" });
});
