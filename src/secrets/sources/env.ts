import { SecretValue } from "../../model/secret-value";
import { type Source, unresolved } from "./source";

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
    throw unresolved(`the environment variable ${name} is ${state}`, `set ${name} for this run`);
  },
  // One that is empty was handed in, and is most often a mistake.
  isAbsent: async ({ options: name }, { env }) =>
    typeof name === "string" && (!Object.hasOwn(env, name) || env[name] === undefined),
};
