import type { SecretReference } from "../model/desired-state";
import type { SecretValue } from "../model/secret-value";
import type { SecretResolver } from "./port";
import { type SourceContext, unresolved } from "./sources/source";
import { sources } from "./sources/sources";

/** Sources read at once, at most: each may hold a file or a connection open. */
const AT_ONCE = 16;

/** Reads each reference once, and at most 16 at a time. A source that failed has failed for the whole run. */
export function createSecretResolver(context: SourceContext): SecretResolver {
  const known = new Map<string, Promise<SecretValue>>();
  const inTurn = limiter(AT_ONCE);
  return {
    resolve: async (reference) => {
      // A literal carries its value: there is nothing to read, and it must not become part of a key.
      if ("value" in reference) return reference.value;
      const key = canonicalJson([reference.type, reference.options, reference.folder]);
      const value = known.get(key) ?? inTurn(() => read(reference, context));
      known.set(key, value);
      return value;
    },
  };
}

async function read(reference: SecretReference, context: SourceContext): Promise<SecretValue> {
  const source = sources.get(reference.type);
  if (source !== undefined) return source.read(reference, context);
  const types = [...sources.keys()].join(", ");
  throw unresolved(`there is no source of type ${reference.type}`, `use one of: ${types}`);
}

function limiter(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    // A task that ends hands its place to the first that waits, so that no newcomer slips in between.
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

/** JSON with sorted keys: options that differ only in the order of their keys are the same. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
