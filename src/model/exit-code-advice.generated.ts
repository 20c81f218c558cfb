// Generated from docs/exit-codes.md by `npm run generate`. Do not edit.

import type { ExitCode } from "./exit-code";

export const exitCodeAdvice: Readonly<
  Record<ExitCode, { readonly meaning: string; readonly remedy: string }>
> = {
  0: { meaning: "done, or in sync", remedy: "nothing" },
  1: { meaning: "failed, and nothing was done", remedy: "read the error, fix it, run again" },
  2: { meaning: "changes are present: `drift` and `watch --once` always, `plan` with `--detailed-exitcode`", remedy: "review them and `jp1im apply`" },
  3: { meaning: "partly applied, partly unknown, or done without its report: standard output was lost", remedy: "fix what is listed as failed, unknown or blocked, and run again: what was done is in the state" },
  4: { meaning: "refused by policy (docs/policy.md): a budget, a freeze, a protected secret, a program; or by the state (docs/state.md#a-state-belongs-to-its-managers), which belongs to another manager, or knows nothing of this one", remedy: "check that the change is meant, then use the override that the message names" },
  5: { meaning: "the saved plan no longer fits, or was applied before", remedy: "plan again, review again" },
  6: { meaning: "another run holds the state's lock, or took it before anything was done", remedy: "wait with `--lock-timeout`, or see `jp1im state list` for who it is" },
  7: { meaning: "not authenticated, or not permitted", remedy: "check the manager's `auth:` and its user's permissions (docs/prerequisites.md#permissions)" },
  64: { meaning: "wrong usage, or invalid input", remedy: "fix the command line, or the place that the error points at" },
  130: { meaning: "cancelled by Ctrl-C, SIGTERM or SIGHUP, or by another answer than `yes`", remedy: "run again when it suits: nothing is lost" },
};
