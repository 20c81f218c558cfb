import { failure } from "../../model/diagnostic";

/** Where a state on a git branch is, where nothing names the branch. */
const DEFAULT_BRANCH = "jp1im-state";

/** Whether a text names a state on a git branch: `git+https://…#branch`. */
export function isGitState(state: string): boolean {
  return state.startsWith("git+");
}

/**
 * The remote and the branch in a text: `git+https://HOST/REPOSITORY.git#BRANCH`, `git+ssh://…`, `git+file:///…` or
 * `git+USER@HOST:REPOSITORY.git`. Throws `usage` for one with a password in it: that belongs to git's credentials.
 */
export function parseGitState(state: string): { readonly remote: string; readonly branch: string } {
  const [, remote = "", branch = DEFAULT_BRANCH] = /^git\+([^#]*)(?:#(.*))?$/s.exec(state) ?? [];
  // Where a token stands in the place of a user, it is as secret as a password.
  if (/^https?:\/\/[^/]*@/i.test(remote) || /^[a-z]+:\/\/[^/@]*:[^/@]*@/i.test(remote)) {
    throw failure({
      code: "usage",
      summary: "the URL of the state holds credentials, which would be shown in process lists and plans",
      remedy: "leave them out, and let git find them: git config credential.helper, or an SSH key",
    });
  }
  if (/^[!-,.-~][!-~]*$/.test(remote) && /^[!-,.-~][!-~]*$/.test(branch)) return { remote, branch };
  throw failure({
    code: "usage",
    summary: `${JSON.stringify(state)} names no state on a git branch`,
    remedy: `write the repository and the branch: git+https://HOST/REPOSITORY.git#${DEFAULT_BRANCH}`,
  });
}
