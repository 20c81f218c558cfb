import { closest, distance } from "fastest-levenshtein";
import { SecretValue } from "../../model/secret-value";
import { type Source, type SourceContext, unresolved } from "./source";

/** `env: NAME`. An unset or empty variable is an error: an empty value is hardly ever intended. */
export const env: Source = {
  type: "env",
  describe: (options) => `environment variable ${options}`,
  read: async (reference, context) => {
    const { env } = context;
    const name = "options" in reference ? reference.options : undefined;
    if (typeof name !== "string") throw unresolved("env has to name one variable", "write: env: NAME");
    // Only the environment's own entries count, not what every object inherits.
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value) return new SecretValue(value);
    const state = value === undefined ? "not set" : "empty";
    const meant = meantName(name, setNames(context));
    const remedy = `${meant === undefined ? "" : `did you mean ${meant}, which is set? otherwise `}set ${name} for this run`;
    throw unresolved(`the environment variable ${name} is ${state}`, remedy);
  },
  // An empty variable is set, and most often a mistake, so the value is not absent.
  isAbsent: async ({ options: name }, { env }) =>
    typeof name === "string" && (!Object.hasOwn(env, name) || env[name] === undefined),
};

interface SetNames {
  readonly all: readonly string[];
  /** By name in upper case; the first of several. */
  readonly byCapitals: ReadonlyMap<string, string>;
}

/**
 * Cached, because a run may lack a hundred thousand variables, and reading all names takes longer than reading a
 * value.
 */
const known = new WeakMap<SourceContext, SetNames>();

function setNames(context: SourceContext): SetNames {
  let names = known.get(context);
  if (names === undefined) {
    const all = Object.keys(context.env).filter((each) => context.env[each]);
    names = { all, byCapitals: new Map(all.toReversed().map((each) => [each.toUpperCase(), each])) };
    known.set(context, names);
  }
  return names;
}

/** The variable that is set and was most likely meant: in shell notation, in another case, or with a typing error. */
function meantName(name: string, { all, byCapitals }: SetNames): string | undefined {
  const bare = name.replace(/^\$\{?|\}$/g, "");
  const alike = byCapitals.get(bare.toUpperCase());
  if (alike !== undefined || bare.length < SHORTEST) return alike;
  const near = all.filter(
    (each) => Math.abs(each.length - bare.length) <= SLIPS && unnumbered(each) !== unnumbered(bare),
  );
  if (near.length === 0) return undefined;
  const nearest = closest(bare, near);
  return distance(nearest, bare) <= SLIPS ? nearest : undefined;
}

/** Without digits: names that differ only in a number belong to different things. */
function unnumbered(name: string): string {
  return name.replace(/_?\d+/g, "");
}

/** Shorter names are similar by chance. */
const SHORTEST = 6;
/** Limit for wrong letters of a misspelt name; two swapped letters count as two. */
const SLIPS = 2;
