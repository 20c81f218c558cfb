import { delimiter, resolve, sep } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

const PATHS = [
  ...[
    "GIT_DIR",
    "GIT_COMMON_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_SHALLOW_FILE",
  ],
  ...["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_EXEC_PATH"],
  ...["GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_SSL_CERT", "GIT_SSL_KEY"],
];
/** A name without a folder is searched on `PATH`. */
const PROGRAMS = ["GIT_SSH", "GIT_ASKPASS", "SSH_ASKPASS", "GIT_PROXY_COMMAND"];
const LIST = "GIT_ALTERNATE_OBJECT_DIRECTORIES";

/** Makes relative paths in the environment absolute, for a git that starts in another folder than `cwd`. */
export function withAbsolutePaths(env: Environment, cwd: string): Environment {
  const absolute = (path: string) => (path === "" ? path : resolve(cwd, path));
  const changed = Object.entries(env).map(([name, value = ""]) => {
    if (PATHS.includes(name)) return [name, absolute(value)];
    if (PROGRAMS.includes(name) && value.includes(sep)) return [name, absolute(value)];
    if (name === LIST) return [name, value.split(delimiter).map(absolute).join(delimiter)];
    return [name, env[name]];
  });
  return Object.fromEntries(changed);
}
