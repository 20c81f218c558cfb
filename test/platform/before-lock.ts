import type { FileSystem } from "../../src/platform/file-system";

/** The file system, where something happens once, just before a run takes a lock. */
export function beforeLock<T extends FileSystem>(files: T, happens: () => Promise<unknown>): T {
  let isDone = false;
  return new Proxy(files, {
    get: (_, name) => {
      const member: unknown = Reflect.get(files, name);
      if (typeof member !== "function") return member;
      return async (...args: unknown[]) => {
        if (name === "link" && String(args[1]).endsWith("/lock") && !isDone) {
          isDone = true;
          await happens();
        }
        return member.apply(files, args);
      };
    },
  });
}
