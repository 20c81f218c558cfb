import { closest, distance } from "fastest-levenshtein";
import { SecretValue } from "../../model/secret-value";
import { type Outside, type Source, unresolved } from "./source";

/** `env: NAME`. A variable that is unset or empty is an error: an empty value is hardly ever meant. */
export const env: Source = {
  type: "env",
  describe: (options) => `environment variable ${options}`,
  read: async (reference, { env }) => {
    const name = "options" in reference ? reference.options : undefined;
    if (typeof name !== "string") throw unresolved("env has to name one variable", "write: env: NAME");
    // Only the environment's own entries count, not what every object inherits.
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value) return new SecretValue(value);
    const state = value === undefined ? "not set" : "empty";
    const meant = meantName(name, env);
    const remedy = `${meant === undefined ? "" : `did you mean ${meant}, which is set? otherwise `}set ${name} for this run`;
    throw unresolved(`the environment variable ${name} is ${state}`, remedy);
  },
  // One that is empty was handed in, and is most often a mistake.
  isAbsent: async ({ options: name }, { env }) =>
    typeof name === "string" && (!Object.hasOwn(env, name) || env[name] === undefined),
};

/** The variable that is set and that somebody most likely meant: as a shell spells it, in other letters, or one slip away. */
function meantName(name: string, env: Outside["env"]): string | undefined {
  const set = Object.keys(env).filter((each) => env[each]);
  const bare = name.replace(/^\$\{?|\}$/g, "");
  const alike = set.find((each) => each.toUpperCase() === bare.toUpperCase());
  if (alike !== undefined || bare.length < SHORTEST || set.length === 0) return alike;
  const nearest = closest(bare, set);
  return distance(nearest, bare) <= SLIPS ? nearest : undefined;
}

/** Two names that are this short are near each other by chance. */
const SHORTEST = 6;
/** Letters that a misspelt name has wrong; two that are swapped count as two. */
const SLIPS = 2;
