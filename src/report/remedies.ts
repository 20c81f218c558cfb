import type { DiagnosticCode } from "../model/diagnostic-codes";

/** What a person can do about a resource that the plan leaves unknown or blocked. */
export function remedyFor(code: DiagnosticCode): string {
  return known[code] ?? `docs/errors.md explains ${code}`;
}

const READ_AGAIN = "run again once the manager answers; with --manager NAME you can still run the others";

const known: Partial<Readonly<Record<DiagnosticCode, string>>> = {
  "sink-moved": "issue a new one with jp1im apply --rotate, or declare where it is",
  "not-ours": "take it over with jp1im import, or declare another ID",
  "agent-unknown":
    "check the agent's host and managerHost, that it is registered, and that the user may see it",
  "agent-full": "remove secrets from the agent, or declare fewer: the manager allows 1,000 per agent",
  "manager-unreachable": READ_AGAIN,
  "manager-timeout": READ_AGAIN,
  "manager-failed": READ_AGAIN,
  "manager-partial": "bring the lower manager or agent named above back, then run again",
  "manager-denied": "check the manager's auth: and that its user has JP1_Console_Admin",
  cancelled: "run the command again: the manager was not asked any more",
  "manager-tls": "check the manager's certificate and tls.ca",
  "source-unresolved": "make the source give a value, or plan with --no-secrets",
  "selector-overlap": "make one of the two selectors more specific",
};
