import { type PathLike, promises } from "node:fs";
import { tmpdir } from "node:os";
import { nodeFileSystem } from "../../src/platform/file-system";

afterEach(() => jest.restoreAllMocks());

/** Syncs a folder whose file system answers with an error, and returns the error that reaches the caller. */
async function syncFailing(code: string): Promise<unknown> {
  const open = promises.open;
  jest.spyOn(promises, "open").mockImplementation(async (path: PathLike, ...more) => {
    const handle = await open(path, ...more);
    jest.spyOn(handle, "sync").mockRejectedValue(Object.assign(new Error(code), { code }));
    return handle;
  });
  return nodeFileSystem.syncFolder(tmpdir()).then(
    () => undefined,
    ({ code: told }) => told,
  );
}

test.each(["EINVAL", "ENOTSUP"])(
  "a file system that syncs no folders is none the worse: %s",
  async (code) => {
    expect(await syncFailing(code)).toBeUndefined();
  },
);

test.each(["EIO", "ENOSPC", "EDQUOT", "EROFS"])(
  "a folder that could not be synced is a failure: %s",
  async (code) => {
    expect(await syncFailing(code)).toBe(code);
  },
);
