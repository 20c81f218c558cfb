import type { Diagnostic } from "../model/diagnostic";

const VARIABLES = ["NODE_DEBUG", "NODE_DEBUG_NATIVE"];

/**
 * Node itself prints what it sends to programs and servers where these variables are set, secrets among it. It has read
 * them before the first line of ours runs, so that nothing can be done but stop.
 */
export function nodeDebugRefusal(env: Readonly<Record<string, string | undefined>>): Diagnostic | undefined {
  const name = VARIABLES.find((each) => env[each]);
  if (name === undefined) return undefined;
  return {
    code: "insecure-setting",
    severity: "error",
    summary: `${name} is set, which makes Node print secrets on standard error`,
    remedy: `unset ${name}; what jp1im itself does is shown by --debug`,
  };
}
