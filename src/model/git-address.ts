/**
 * Why this name of a repository is refused, or `undefined`. The text is the end of a sentence and repeats no
 * credential.
 */
export function credentialsInGitRemote(
  remote: string,
): { readonly fault: string; readonly remedy: string } | undefined {
  if (!HOLD_CREDENTIALS.some((form) => form.test(remote))) return undefined;
  return {
    fault: "holds credentials, which would be shown in process lists and plans",
    remedy: "leave them out, and let git find them: git config credential.helper, or an SSH key",
  };
}

const HOLD_CREDENTIALS = [
  // A token in place of a user is as secret as a password. A query may hold one, too.
  /https?:\/\/([^/]*@|[^?]*\?)/i,
  // A password that contains a slash also ends at the next `@`.
  /:\/\/[^/@]*:[^@]*@/,
  // `USER:PASSWORD@HOST:PATH`
  /^[^/:@]+:(?!\/\/)[^@]+@[^/:@]+:/,
];

/** Whether git takes a text as the name of a branch; see `git help check-ref-format`. */
export function isGitBranch(name: string): boolean {
  return (
    /^[!-~]+$/.test(name) &&
    !/[~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[/.]$/.test(name) &&
    !/^(@|HEAD)$/.test(name) &&
    !name.split("/").some((part) => part.startsWith(".") || part.endsWith(".lock"))
  );
}

export const WRONG_BRANCH = {
  fault: "is no name that git takes for a branch",
  remedy:
    "choose another name, such as jp1im-state: git takes none with `..`, `~`, `^`, `:`, `?`, `*`, `[`, `\\` or `@{`, and none that ends with `.`, `/` or `.lock`",
};
