/**
 * Every code a diagnostic can carry, with one line of meaning. `docs/errors.md` repeats the table and a test
 * compares the two.
 */
export const diagnosticCodes = {
  // Desired state
  "file-unreadable": "a file or folder of the desired state cannot be read",
  "no-input": "no desired state was given or found",
  "yaml-syntax": "the text is not YAML 1.2",
  "yaml-limits": "the YAML is larger, deeper or more self-referential than is accepted",
  "api-version": "`apiVersion` is missing or not one this version reads",
  "unknown-key": "a key that the schema does not know",
  "missing-key": "a required key is absent",
  "wrong-type": "a value has the wrong type",
  "out-of-range": "a value breaks a limit of the manager or of the format",
  "duplicate-key": "a YAML mapping holds the same key twice",
  "exclusive-keys": "keys that exclude each other stand side by side",
  "duplicate-resource": "the same resource is declared twice",
  "conflicting-setting": "a manager's setting is given twice with different values",
  "reserved-name": "a name that belongs to the manager or to the agent itself",
  "unknown-manager": "a reference to a manager that is not declared",
  "selector-overlap": "two selectors give one key of one agent, and neither is more specific",
  "shared-place": "two secrets are delivered to one place, or one to a file that something else needs",
  "literal-secret": "a secret stands in clear text and the policy does not allow that",
  "insecure-setting": "a setting that weakens the protection of credentials",
  "not-trusted": "a manager or a vault is not asked, because nobody has vouched for what is declared of it",
  // Secrets
  "source-unresolved": "a secret's source gave no value",
  "secret-refused": "a secret's value is one that the manager refuses",
  "sink-unwritable": "an issued secret could not be delivered to its sink",
  "state-key": "the key of the state's fingerprints is unusable",
  // Manager
  "manager-unreachable": "no connection to a manager",
  "manager-tls": "the TLS connection to a manager was refused",
  "manager-timeout": "a manager did not answer in time",
  "manager-denied": "a manager refused the credentials or the permission",
  "manager-rejected": "a manager refused a request",
  "manager-failed": "a manager failed to carry a request out",
  "manager-malformed": "an answer is not what the manager's API specifies",
  "manager-partial": "an answer does not cover everything it was asked for",
  // Plan and apply
  "sink-moved": "a delivered secret is declared to be somewhere else now",
  "not-ours": "a declared client exists on the manager and was not issued by this tool",
  "not-importable": "an address that cannot be imported",
  "agent-unknown": "the manager knows no such agent, or the user has no right on it",
  "agent-full": "an agent would hold more secrets than the manager allows",
  "not-yet-added": "agents of a lower manager that has to be added first",
  "rebuild-unfinished": "a manager's rebuild was begun and is not finished",
  "nothing-matched": "a selector matches no agent, or a target no resource",
  "not-owned": "something undeclared is left alone because it is not ours",
  "export-unwritable": "an export could not be saved",
  "policy-refused": "the plan is against the policy",
  frozen: "a freeze window of the policy is open",
  "plan-stale": "a saved plan no longer fits the state or the manager",
  "plan-resumed": "a saved plan is gone on with whose apply was interrupted",
  "beyond-plan": "something is to be done that the saved plan does not cover",
  "plan-unreadable": "a plan file is damaged, edited or of another format",
  "plan-unwritable": "a plan could not be saved",
  "needs-approval": "a change needs an approval that nobody can be asked for",
  cancelled: "the run was cancelled",
  // State
  "state-unreadable": "the state cannot be read",
  "state-unwritable": "the state cannot be written",
  "state-corrupted": "the state is damaged",
  "state-recovered": "an unfinished last write of the state was dropped",
  "state-locked": "another run holds the state's lock",
  "lock-lost": "the lock was taken by another run",
  // Command line
  usage: "the command line is wrong",
  "simulator-world": "a simulator world file is wrong",
  internal: "a bug in jp1im",
} as const;

export type DiagnosticCode = keyof typeof diagnosticCodes;
