import { issuesOf, sourcesOf } from "../../model/declared";
import type { DesiredManager, ExternalReference, SecretReference } from "../../model/desired-state";
import type { SourcePosition } from "../../model/diagnostic";
import { parseCommand, programPath } from "../exec/command";
import { fieldsOf, textOption } from "../options";
import { pathFrom, pathOption } from "../path-option";
import type { Outside } from "../sources/source";
import { nestedSources } from "../vault/settings";
import { sinksIn } from "./sinks-in";

/** A file that somebody else writes and we only read. */
export interface FileRead {
  readonly path: string;
  /** What it is, as a part of a sentence: `the source of tokyo's password`. */
  readonly is: string;
  readonly position?: SourcePosition;
}

type EnvironmentOfRun = Pick<Outside, "env" | "cwd">;

/** Every file that the desired state reads: of sources, of TLS, and the programs that it starts. */
export function* filesRead(managers: readonly DesiredManager[]): Generator<FileRead> {
  for (const manager of managers) {
    const { name, position, tls } = manager;
    for (const option of ["ca", "cert", "key"] as const) {
      const path = tls?.[option];
      if (path !== undefined) yield { path, is: `\`tls.${option}\` of ${name}`, position };
    }
    for (const { source, position, is } of sourcesOf(manager)) yield* filesOf(source, is, position);
    for (const { declared } of issuesOf(manager)) {
      for (const sink of sinksIn(declared.deliverTo)) {
        if (sink.type === "exec" || sink.type === "vault")
          yield* filesOf(sink, "what another sink needs", declared.position);
      }
    }
  }
}

/** Files that variables name, with their paths from the working folder. */
export function filesOfEnvironment({ env, cwd }: EnvironmentOfRun): FileRead[] {
  const variables = [
    "JP1IM_STATE_KEY_FILE",
    "SOPS_AGE_KEY_FILE",
    "BAO_CACERT",
    "VAULT_CACERT",
    "NODE_EXTRA_CA_CERTS",
  ];
  return variables.flatMap((name) => {
    const path = env[name];
    return path ? [{ path: pathFrom(cwd, path), is: `the file that ${name} names` }] : [];
  });
}

function* filesOf(reference: SecretReference, is: string, position: SourcePosition): Generator<FileRead> {
  if (!("options" in reference)) return;
  for (const path of pathsOf(reference)) yield { path, is, position };
  if (reference.type !== "vault") return;
  for (const nested of nestedSources(fieldsOf(reference.options).auth, reference.folder))
    yield* filesOf(nested, is, position);
}

function pathsOf({ type, options, folder }: ExternalReference): string[] {
  if (type === "exec") {
    const program = parseCommand(options);
    return program === undefined || program.shell ? [] : withSlash(programPath(program.command[0], folder));
  }
  const path = type === "file" ? pathOption(options) : textOption(options, type === "vault" ? "ca" : "file");
  return path === undefined ? [] : [pathFrom(folder, path)];
}

/** A bare name is looked for in PATH. */
function withSlash(path: string): string[] {
  return path.includes("/") ? [path] : [];
}
