import { resolve } from "node:path";
import { issuesOf, sourcesOf } from "../../model/declared";
import type {
  DesiredManager,
  ExternalReference,
  SecretReference,
  StateSettings,
} from "../../model/desired-state";
import type { SourcePosition } from "../../model/diagnostic";
import { nestedSources } from "../../model/reference-types";
import { sinksIn } from "../../model/sinks-in";
import { pathFrom } from "../path-from";
import { sinks } from "../sinks/sinks";
import type { SecretsPlatform } from "../sources/source";
import { sources } from "../sources/sources";

/** A file that others write and we only read. */
export interface FileRead {
  readonly path: string;
  /** What it is, as a part of a sentence: `the source of tokyo's password`. */
  readonly is: string;
  readonly position?: SourcePosition;
}

type EnvironmentOfRun = Pick<SecretsPlatform, "env" | "cwd">;

/** What reads files: the managers, and the place of the state. */
export interface Readers {
  readonly managers: readonly DesiredManager[];
  readonly state?: StateSettings | undefined;
}

/** Every file that the desired state reads: of sources and TLS, and the programs that it starts. */
export function* filesRead({ managers, state }: Readers): Generator<FileRead> {
  for (const { name, position, tls } of managers) {
    for (const option of ["ca", "cert", "key"] as const) {
      const path = tls?.[option];
      if (path !== undefined) yield { path, is: `\`tls.${option}\` of ${name}`, position };
    }
  }
  for (const path of certificatesOf(state))
    yield { path, is: "a certificate, or its key, of the state's server" };
  for (const { reference, ...read } of sourcesRead({ managers, state })) {
    for (const path of sources.get(reference.type)?.reads?.(reference) ?? []) yield { path, ...read };
  }
  for (const { sink, position } of sinksOf(managers)) {
    for (const path of sinks.get(sink.type)?.reads?.(sink) ?? []) yield { path, is: NEEDED, position };
  }
}

/** A source that the desired state names, at whatever depth. */
export interface SourceRead extends Omit<FileRead, "path"> {
  readonly reference: ExternalReference;
}

/** Every source with a place of its own, including those in the options of other sources and of sinks. */
export function* sourcesRead({ managers, state }: Readers): Generator<SourceRead> {
  for (const source of loginOfState(state))
    if ("options" in source) yield* withNested({ reference: source, is: "a source of the state's login" });
  for (const manager of managers) {
    for (const { source, position, is } of sourcesOf(manager))
      if ("options" in source && !sources.get(source.type)?.atHand)
        yield* withNested({ reference: source, is, position });
  }
  for (const { sink, position } of sinksOf(managers)) {
    for (const reference of nestedSources("sink", sink))
      yield* withNested({ reference, is: NEEDED, position });
  }
}

function loginOfState(state: StateSettings | undefined): readonly SecretReference[] {
  if (state?.at !== "http" && state?.at !== "postgres") return [];
  const token = state.at === "http" ? state.token : undefined;
  return [state.password, token].flatMap((source) => source ?? []);
}

/** Absolute paths. */
function certificatesOf(state: StateSettings | undefined): readonly string[] {
  if (state?.at === "http")
    return [state.tls?.ca, state.tls?.cert, state.tls?.key].flatMap((path) => path ?? []);
  if (state?.at !== "postgres") return [];
  const { rootCert, cert, key } = state.address.tls;
  const named = [rootCert === "system" ? undefined : rootCert, cert, key].flatMap((path) => path ?? []);
  return named.map((path) => resolve(state.folder, path));
}

const NEEDED = "what another sink needs";

function* withNested(read: SourceRead): Generator<SourceRead> {
  yield read;
  for (const reference of nestedSources("source", read.reference)) yield* withNested({ ...read, reference });
}

function* sinksOf(managers: readonly DesiredManager[]) {
  for (const { declared } of managers.flatMap(issuesOf))
    for (const sink of sinksIn(declared.deliverTo)) yield { sink, position: declared.position };
}

/** Files that variables name, with paths from the working folder, and those that are read without being named. */
export function filesOfEnvironment({ env, cwd }: EnvironmentOfRun): FileRead[] {
  const ofSources = [...sources.values()].flatMap(({ fileVariables = [] }) => fileVariables);
  const variables = new Set(["JP1IM_STATE_KEY_FILE", ...ofSources, "NODE_EXTRA_CA_CERTS"]);
  const named = [...variables].flatMap((name) => {
    const path = env[name];
    return path ? [{ path: pathFrom(cwd, path), is: `the file that ${name} names` }] : [];
  });
  const usual = new Set([...sources.values()].flatMap((source) => source.usualFile?.(env) ?? []));
  return [
    ...named,
    ...Array.from(usual, (path) => ({ path, is: "where SOPS and age keep the user's keys" })),
  ];
}
