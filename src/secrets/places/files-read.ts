import { issuesOf, sourcesOf } from "../../model/declared";
import type { DesiredManager, ExternalReference, SecretReference } from "../../model/desired-state";
import type { SourcePosition } from "../../model/diagnostic";
import { nestedSources, type ReferenceKind } from "../../model/reference-types";
import { sinksIn } from "../../model/sinks-in";
import { pathFrom } from "../path-from";
import { sinks } from "../sinks/sinks";
import type { Outside, Source } from "../sources/source";
import { sources } from "../sources/sources";

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
    for (const { source, position, is } of sourcesOf(manager)) yield* filesOfSource(source, is, position);
    for (const { declared } of issuesOf(manager)) {
      for (const sink of sinksIn(declared.deliverTo)) {
        yield* filesOf("sink", sink, "what another sink needs", declared.position);
      }
    }
  }
}

/** Files that variables name, with their paths from the working folder. */
export function filesOfEnvironment({ env, cwd }: EnvironmentOfRun): FileRead[] {
  const ofSources = [...sources.values()].flatMap(({ fileVariables = [] }) => fileVariables);
  const variables = new Set(["JP1IM_STATE_KEY_FILE", ...ofSources, "NODE_EXTRA_CA_CERTS"]);
  return [...variables].flatMap((name) => {
    const path = env[name];
    return path ? [{ path: pathFrom(cwd, path), is: `the file that ${name} names` }] : [];
  });
}

function* filesOfSource(source: SecretReference, is: string, position: SourcePosition): Generator<FileRead> {
  if ("options" in source) yield* filesOf("source", source, is, position);
}

/** What a source or sink reads, and what the sources inside of its options read. */
function* filesOf(
  kind: ReferenceKind,
  reference: ExternalReference,
  is: string,
  position: SourcePosition,
): Generator<FileRead> {
  const reader: Pick<Source, "reads"> | undefined = { source: sources, sink: sinks }[kind].get(
    reference.type,
  );
  for (const path of reader?.reads?.(reference) ?? []) yield { path, is, position };
  for (const nested of nestedSources(kind, reference)) yield* filesOfSource(nested, is, position);
}
