import { unlessCancelled } from "../model/cancelled";
import type { ExternalReference } from "../model/desired-state";
import { createOnce } from "./once";
import { PathResolver } from "./places/path-resolver";
import type { SecretResolver } from "./port";
import { secretsPlatform } from "./secrets-platform";
import { type SecretsPlatform, type Source, type SourceContext, unresolved } from "./sources/source";
import { sources } from "./sources/sources";

/** Limit for sources that are read at the same time: each may keep a file or a connection open. */
const AT_ONCE = 16;

/** What a run passes in; absent parts are those of the machine. */
export type ResolverOptions = Pick<SecretsPlatform, "env" | "fileSystem"> &
  Partial<SecretsPlatform> & {
    /** Absolute folder that a checkout of the desired state moves as a whole; the working folder by default. */
    readonly projectFolder?: string;
  };

/** Reads each reference once, and at most 16 at a time. A failed source stays failed for the whole run. */
export function createSecretResolver(options: ResolverOptions): SecretResolver {
  const limited = limiter(AT_ONCE);
  const once = createOnce();
  // A nested source uses the slot of the outer one: waiting for another slot could deadlock.
  const nested = createOnce();
  const context: SourceContext = {
    ...secretsPlatform(options),
    resolve: async (reference) =>
      "value" in reference
        ? reference.value
        : nested(keyOf(reference), () => sourceOf(reference.type).read(reference, context)),
  };
  const inTurn = <T>(task: () => Promise<T>) => limited(() => unlessCancelled(context.signal, task));
  const paths = new PathResolver(context.fileSystem, options.projectFolder ?? context.cwd);
  const named = async (folder: string, spelled: string) => {
    const { inProject, absolute } = await paths.resolve(folder, spelled);
    return inProject ?? absolute;
  };
  return {
    resolve: async (reference) => {
      // A literal contains its value: there is nothing to read, and the value must not become part of a key.
      if ("value" in reference) return reference.value;
      const value = sources.get(reference.type)?.atHand?.(reference, context);
      if (value) return value;
      return once(keyOf(reference), () => inTurn(() => context.resolve(reference)));
    },
    isAbsent: async (reference) => {
      if ("value" in reference) return false;
      return (await sources.get(reference.type)?.isAbsent?.(reference, context)) ?? false;
    },
    atHand: (reference) =>
      "value" in reference ? reference.value : sources.get(reference.type)?.atHand?.(reference, context),
    absence: (reference) =>
      "value" in reference ? undefined : sources.get(reference.type)?.absence?.(reference, context),
    describe: (reference) =>
      "value" in reference ? "a literal" : sourceOf(reference.type).describe(reference.options),
    version: async (reference, { isResolved = false } = {}) => {
      if ("value" in reference) return undefined;
      const source = sourceOf(reference.type);
      if (source.version === undefined) return undefined;
      return once(`version ${keyOf(reference)}`, () =>
        inTurn(async () => {
          const version = await source.version?.(reference, context, isResolved);
          const placed = source.placed?.(reference, (spelled) => named(reference.folder, spelled));
          const place = await (placed ?? reference.options);
          return version && { ...version, text: versionAt(reference.type, place, version.text) };
        }),
      );
    },
  };
}

function sourceOf(type: string): Source {
  const source = sources.get(type);
  if (source !== undefined) return source;
  throw unresolved(`there is no source of type ${type}`, `use one of: ${[...sources.keys()].join(", ")}`);
}

/** The version with its place: two places can have the same version, and a move between them may change the value. */
function versionAt(type: string, options: unknown, version: string): string {
  // A text in the YAML may have other line ends there.
  const place = typeof options === "string" ? options.trim().replaceAll("\r\n", "\n") : options;
  return canonicalJson([type, place, version]);
}

function keyOf({ type, options, folder }: ExternalReference): string {
  return canonicalJson([type, options, folder]);
}

function limiter(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    // A finished task passes its slot to the first waiting one, so that no new task overtakes it.
    if (running < limit) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}

/** JSON with sorted keys: options that differ only in the order of keys are equal. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
