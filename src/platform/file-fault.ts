import { errorCode } from "./error-code";

const sentences: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left on the device",
  EDQUOT: "the disk quota is used up",
  EEXIST: "a file is in the way",
  EISDIR: "it is a folder",
  EFTYPE: "it is a pipe, a device or a socket, and not a regular file",
  ENXIO: "it is a pipe, a device or a socket, and not a regular file",
  EFBIG: "it is too large",
  ENOTDIR: "a part of the path is a file",
  ENOENT: "it does not exist",
  ENAMETOOLONG: "its name, or a part of its path, is too long",
  ELOOP: "its symlinks form a loop",
  EBUSY: "it is in use, or mounted there by itself",
  EIO: "the device reported an input/output error",
};

/** What a failed file-system call means, as the end of a sentence. */
export function fileFault(error: unknown): string {
  const code = errorCode(error);
  if (code === undefined) return "the file system failed";
  return sentences[code] ?? `the file system answered ${code}`;
}

/** What helps against a failed write that no permission would let through; otherwise `remedy`. */
export function writeRemedy(error: unknown, remedy: string): string {
  const code = errorCode(error);
  if (code === "ENOSPC" || code === "EDQUOT") return "make room on its file system";
  return code === "EROFS" ? "have its file system mounted for writing, or name another place" : remedy;
}
