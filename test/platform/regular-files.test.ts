import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCode } from "../../src/platform/error-code";
import { nodeFileSystem } from "../../src/platform/file-system";
import { readRegularFile } from "../../src/platform/regular-file";

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

test("a regular file is read in parts", async () => {
  writeFileSync(join(folder, "file"), "content");
  const file = await nodeFileSystem.openToRead(join(folder, "file"));
  const into = Buffer.alloc(5);
  expect([file?.length, file?.read(into, 4), into.toString("latin1", 0, 3)]).toEqual([7, 3, "ent"]);
  file?.close();
  await expect(nodeFileSystem.openToRead(join(folder, "none"))).rejects.toMatchObject({ code: "ENOENT" });
});

test("a file has one ID, opened or not, and a copy of it another one", async () => {
  const [file, copy] = [join(folder, "original"), join(folder, "copy")];
  for (const path of [file, copy]) writeFileSync(path, "content");
  const { id } = await nodeFileSystem.lstat(file);
  const opened = await nodeFileSystem.openToRead(file);
  writeFileSync(file, "more", { flag: "a" });
  expect((await nodeFileSystem.lstat(file)).id).toBe(id);
  if (opened) expect(opened.id).toBe(id);
  expect((await nodeFileSystem.lstat(copy)).id).not.toBe(id);
  opened?.close();
});

const pipe = join(folder, "pipe");
const canMakePipes = spawnSync("mkfifo", [pipe]).status === 0;

(canMakePipes ? test : test.skip)(
  "a pipe that nobody writes to is refused, and nobody waits for it",
  async () => {
    await expect(nodeFileSystem.readFile(pipe)).rejects.toMatchObject({ code: "EFTYPE" });
    await expect(nodeFileSystem.openToRead(pipe)).rejects.toMatchObject({ code: "EFTYPE" });
  },
);

(existsSync("/dev/zero") ? test : test.skip)("a device that never ends is refused", async () => {
  await expect(nodeFileSystem.readFile("/dev/zero")).rejects.toMatchObject({ code: "EFTYPE" });
});

test("a file of the package is read whole, and never a folder or a file that is far too large", () => {
  const file = join(folder, "of the package");
  writeFileSync(file, "content");
  expect(readRegularFile(file).toString()).toBe("content");
  truncateSync(file, 65 * 1024 ** 2);
  expect(codeOf(() => readRegularFile(file))).toBe("EFBIG");
  expect(codeOf(() => readRegularFile(folder))).toBe("EISDIR");
});

(canMakePipes ? test : test.skip)("a pipe in place of a file of the package is refused", () => {
  expect(codeOf(() => readRegularFile(pipe))).toBe("EFTYPE");
});

function codeOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return errorCode(error);
  }
}
