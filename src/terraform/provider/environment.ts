import type { Platform } from "../../library/platform";
import { attributesOf, type Value } from "../values/type";

export type Given = Readonly<Record<string, Value>>;

/** Variables for secrets, which must not be in a document. */
export const PASSWORD = "JP1IM_PASSWORD";
export const STATE_KEY = "JP1IM_STATE_KEY";

/** The variable that replaces each attribute that the block lacks. */
export const environment = { url: "JP1IM_URL", user: "JP1IM_USER", password: PASSWORD };

/** The settings of a block. The environment fills in those that are missing. */
export function withDefaults(config: Value, env: Platform["env"]): Given {
  const given = attributesOf(config);
  const fromEnv = (name: string, variable: string) => ({ [name]: given[name] ?? (env[variable] || null) });
  return {
    ...given,
    ...fromEnv("url", environment.url),
    ...fromEnv("user", environment.user),
    ...(given.password_source === null && fromEnv("password", PASSWORD)),
  };
}

/** The variables whose values are in use, by attribute. */
export type Variables = Partial<Record<keyof typeof environment, string>>;

export function variablesOf(config: Value, given: Given): Variables {
  const block = attributesOf(config);
  const isVariable = ([name]: readonly [string, string]) =>
    (block[name] ?? null) === null && (given[name] ?? null) !== null;
  return Object.fromEntries(Object.entries(environment).filter(isVariable));
}

/** The names of the settings in messages. */
export function namesOf({ url, user }: Variables): Readonly<Record<string, string>> {
  const called = (variable: string) => `the environment variable \`${variable}\``;
  return { ...(url && { url: called(url) }), ...(user && { "auth.user": called(user) }) };
}
