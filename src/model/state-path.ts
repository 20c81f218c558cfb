/** The likely meaning of a text where a folder was expected. */
export interface MisreadPath {
  /** The end of a sentence; it quotes nothing that may be a credential. */
  readonly fault: string;
  readonly remedy: string;
}

/** Recognises a text that most likely is another place for a state, without its scheme, and not a local folder. */
export function misreadStatePath(path: string): MisreadPath | undefined {
  if (LIBPQ.test(path)) {
    return {
      fault: "is a connection string of PostgreSQL, and no folder",
      remedy: "write it as postgres://USER@HOST/DATABASE, and set PGPASSWORD or PGPASSFILE for the password",
    };
  }
  if (SCP.test(path)) {
    return {
      fault: "is a repository of git, and no folder",
      remedy:
        "for a state on a git branch, write git+USER@HOST:PATH#jp1im-state with --state, or `state.git` in YAML; for a folder, begin with ./",
    };
  }
  if (!URL.test(path)) return undefined;
  return {
    fault: "is a URL, and no folder",
    remedy:
      "write the path of a folder, or the place that is meant: `state.git`, `state.http` or `state.postgres` in YAML; with --state git+https://HOST/REPOSITORY.git#BRANCH, https://HOST/PATH/{manager} or postgres://USER@HOST/DATABASE; for a folder, begin with ./",
  };
}

/** A keyword of libpq at the start, or a password anywhere. */
const LIBPQ = /^\s*(host|hostaddr|port|dbname|user|passfile|service|sslmode)\s*=|\bpassword\s*=/i;
/** A scheme, which is longer than a drive letter, followed by a slash or by a possible login. */
const URL = /^[a-z][a-z0-9+.-]+:(\/|.*\/\/|.*@)/is;
/** `USER@HOST:PATH`; also with a password behind the user. */
const SCP = /^[^/\\@]+@[^/\\:@]+:/;
