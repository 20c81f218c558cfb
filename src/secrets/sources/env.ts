import { closest, distance } from "fastest-levenshtein";
import { SecretValue } from "../../model/secret-value";
import { operatingSystem } from "../../platform/operating-system";
import { noValue, type Source, type SourceContext, unresolved } from "./source";

/** `env: NAME`. An unset or empty variable is an error: an empty value is hardly ever intended. */
export const env: Source = {
  type: "env",
  describe: (options) => `environment variable ${options}`,
  read: async (reference, context) => {
    const name = "options" in reference ? reference.options : undefined;
    if (typeof name !== "string") throw unresolved("env has to name one variable", "write: env: NAME");
    const value = variable(name, context);
    if (value) return value;
    throw unresolved(...faultOf(name, value === null ? "is not set" : "is empty", context));
  },
  atHand: ({ options: name }, context) => (typeof name === "string" ? variable(name, context) : undefined),
  // An empty variable is set, and most often a mistake, so the value is not absent.
  isAbsent: async ({ options: name }, context) =>
    typeof name === "string" && variable(name, context) === null,
  absence: ({ options: name }, context) => noValue(...faultOf(`${name}`, "is not set", context)),
};

/** The summary and the remedy. */
function faultOf(
  name: string,
  state: "is not set" | "is empty",
  context: SourceContext,
): readonly [summary: string, remedy: string] {
  const meant = meantName(name, variablesOf(context));
  const remedy = `${meant === undefined ? "" : `did you mean ${meant}, which is set? otherwise `}set ${name} for this run`;
  return [`the environment variable ${name} ${state}`, remedy];
}

/** What is known of the variables of a run, which may lack a hundred thousand of them. */
interface Variables {
  readonly text: (name: string) => string | undefined;
  /** Values that were read. */
  readonly values: Map<string, SecretValue>;
  readonly names: readonly SetName[];
  /** By name in upper case; the first of several. */
  readonly byCapitals: ReadonlyMap<string, string>;
}

interface SetName {
  readonly name: string;
  readonly unnumbered: string;
}

const known = new WeakMap<SourceContext, Variables>();

function variablesOf(context: SourceContext): Variables {
  let variables = known.get(context);
  if (variables === undefined) {
    const set = Object.keys(context.env).filter((each) => context.env[each]);
    variables = {
      text: textsIn(context.env),
      values: new Map(),
      names: set.map((name) => ({ name, unnumbered: unnumbered(name) })),
      byCapitals: new Map(set.toReversed().map((each) => [each.toUpperCase(), each])),
    };
    known.set(context, variables);
  }
  return variables;
}

/**
 * The texts by name. Only the environment's own entries count, not what every object inherits. V8 would keep each name
 * that an object is asked for. Only Windows needs that, whose lookups ignore the case of names.
 */
function textsIn(env: SourceContext["env"]): Variables["text"] {
  if (operatingSystem === "win32") return (name) => (Object.hasOwn(env, name) ? env[name] : undefined);
  const texts = new Map(Object.entries(env));
  return (name) => texts.get(name);
}

/** `null` if the variable is not set, `undefined` if it is empty. */
function variable(name: string, context: SourceContext): SecretValue | null | undefined {
  const { text: textOf, values } = variablesOf(context);
  const known = values.get(name);
  if (known !== undefined) return known;
  const text = textOf(name);
  if (text === undefined) return null;
  if (text === "") return undefined;
  const value = new SecretValue(text);
  values.set(name, value);
  return value;
}

/** The variable that is set and was most likely meant: in shell notation, in another case, or with a typing error. */
function meantName(name: string, { names, byCapitals }: Variables): string | undefined {
  const bare = name.replace(/^\$\{?|\}$/g, "");
  const alike = byCapitals.get(bare.toUpperCase());
  if (alike !== undefined || bare.length < SHORTEST) return alike;
  const kind = unnumbered(bare);
  const near = names.filter(
    (each) => Math.abs(each.name.length - bare.length) <= SLIPS && each.unnumbered !== kind,
  );
  if (near.length === 0) return undefined;
  const nearest = closest(
    bare,
    near.map((each) => each.name),
  );
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
