/** What a text is most likely meant as where a folder was expected. */
export interface MisreadPath {
  /** The end of a sentence, which repeats nothing that may be a credential. */
  readonly fault: string;
  readonly remedy: string;
}

/** Whether a text that names a local folder is far more likely another place for a state, whose scheme was forgotten. */
export function misreadStatePath(path: string): MisreadPath | undefined {
  if (LIBPQ.test(path)) {
    return {
      fault: "is a connection string of PostgreSQL, and no folder",
      remedy: "write it as postgres://USER@HOST/DATABASE, and set PGPASSWORD or PGPASSFILE for the password",
    };
  }
  if (!SCP.test(path)) return undefined;
  return {
    fault: "is a repository of git, and no folder",
    remedy:
      "for a state on a git branch, write git+USER@HOST:PATH#jp1im-state with --state, or `state.git` in YAML; for a folder, begin with ./",
  };
}

/** A keyword of libpq at the start, or a password anywhere. */
const LIBPQ = /^\s*(host|hostaddr|port|dbname|user|passfile|service|sslmode)\s*=|\bpassword\s*=/i;
/** `USER@HOST:PATH`; also with a password behind the user. */
const SCP = /^[^/\\@]+@[^/\\:@]+:/;
