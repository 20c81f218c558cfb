import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { DesiredState, StateSettings } from "../../model/desired-state";
import { failure } from "../../model/diagnostic";
import { credentialsInGitRemote, isGitBranch, WRONG_BRANCH } from "../../model/git-address";
import { formatPostgresUrl, isPostgresUrl, parsePostgresUrl } from "../../model/postgres-address";
import { misreadStatePath } from "../../model/state-path";
import type { Platform } from "../platform";

/** The default branch of a state in git. */
const DEFAULT_BRANCH = "jp1im-state";

/** The place of the state: from `--state`, else as declared; `undefined` for the default. Throws `usage`. */
export function stateSettings(
  { state }: { readonly state?: string | undefined },
  desired: Pick<DesiredState, "state"> | undefined,
  { cwd }: Pick<Platform, "cwd">,
): StateSettings | undefined {
  const declared = desired?.state;
  if (state === undefined) return declared;
  const asked = parseState(state, cwd);
  // An address alone lacks the source of the login, and the methods of a server.
  return declared !== undefined && isSamePlace(asked, declared) ? declared : asked;
}

function isSamePlace(asked: StateSettings, declared: StateSettings): boolean {
  if (asked.at === "http" && declared.at === "http") return asked.address === declared.address;
  if (asked.at !== "postgres" || declared.at !== "postgres") return false;
  return formatPostgresUrl(asked.address) === formatPostgresUrl(declared.address);
}

/**
 * The place that a text names: a path, `file:///PATH`, or `git+https://HOST/REPOSITORY.git#BRANCH`, `git+ssh://…`,
 * `git+file:///…`, `git+USER@HOST:REPOSITORY.git`, `postgres://USER@HOST/DATABASE`, `https://HOST/PATH/{manager}`.
 * Throws `usage`, also for a URL with credentials in it.
 */
export function parseState(state: string, cwd: string): StateSettings {
  if (state.startsWith("git+")) return parseGitState(state, cwd);
  if (isPostgresUrl(state)) return parsePostgresState(state, cwd);
  if (/^https?:\/\//i.test(state)) return parseHttpState(state);
  const scheme = /^[a-z][a-z0-9+.-]+:\/\//i.exec(state)?.[0];
  return {
    at: "local",
    path: resolve(cwd, scheme === undefined ? folderPath(state) : filePath(state, scheme)),
  };
}

function folderPath(state: string): string {
  if (state === "")
    throw failure({
      code: "usage",
      summary: "the place of the state is empty",
      remedy: "name it, or leave it out",
    });
  const misread = misreadStatePath(state);
  if (misread === undefined) return state;
  throw failure({
    code: "usage",
    summary: `the place of the state ${misread.fault}`,
    remedy: misread.remedy,
  });
}

function parseGitState(state: string, cwd: string): StateSettings {
  const [, remote = "", branch = DEFAULT_BRANCH] = /^git\+([^#]*)(?:#(.*))?$/s.exec(state) ?? [];
  const credentials = credentialsInGitRemote(remote);
  if (credentials !== undefined)
    throw failure({
      code: "usage",
      summary: `the URL of the state ${credentials.fault}`,
      remedy: credentials.remedy,
    });
  if (branch !== "" && !isGitBranch(branch)) {
    throw failure({
      code: "usage",
      summary: `${JSON.stringify(branch)} ${WRONG_BRANCH.fault}`,
      remedy: WRONG_BRANCH.remedy,
    });
  }
  if (/^[!-,.-~][!-~]*$/.test(remote) && branch !== "") return { at: "git", remote, branch, folder: cwd };
  throw failure({
    code: "usage",
    summary: `${JSON.stringify(state)} names no state on a git branch`,
    remedy: `write the repository and the branch: git+https://HOST/REPOSITORY.git#BRANCH; without #BRANCH it is ${DEFAULT_BRANCH}`,
  });
}

function parsePostgresState(state: string, cwd: string): StateSettings {
  const address = parsePostgresUrl(state);
  if (!("fault" in address)) return { at: "postgres", address, folder: cwd };
  throw failure({ code: "usage", summary: `the URL of the state ${address.fault}`, remedy: address.remedy });
}

function parseHttpState(state: string): StateSettings {
  // A query may hold a token.
  if (/[@?#]/.test(state)) {
    throw failure({
      code: "usage",
      summary:
        "the URL of the state has a user, a query or a fragment, which may hold credentials and would be shown in process lists and plans",
      remedy:
        "leave it out, and set TF_HTTP_USERNAME and TF_HTTP_PASSWORD, or `username` and `password` in `state.http`",
    });
  }
  if (!URL.canParse(state) || !/^\w+:\/\/[^/{]+\/.*\{manager\}/.test(state)) {
    throw failure({
      code: "usage",
      summary: `${JSON.stringify(state)} is no address of a state, which has a document for each manager`,
      remedy: "write `{manager}` where the name of a manager goes: https://HOST/PATH/{manager}",
    });
  }
  return { at: "http", address: state };
}

function filePath(state: string, scheme: string): string {
  const url = URL.canParse(state) ? new URL(state) : undefined;
  // Another host's file, or a slash inside of a name, is no path here.
  if (url?.protocol === "file:" && url.host === "" && !/%2f/i.test(url.pathname)) return fileURLToPath(url);
  throw failure({
    code: "usage",
    // The rest of the text may hold credentials.
    summary: `this version cannot keep the state at that ${scheme} URL`,
    remedy:
      "give a local folder, --state PATH or --state file:///PATH; a git branch, --state git+https://HOST/REPOSITORY.git#BRANCH; a server, --state https://HOST/PATH/{manager}; or a database, --state postgres://USER@HOST/DATABASE",
  });
}
