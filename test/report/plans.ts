import { agentAddress, clientAddress, secretAddress } from "../../src/model/address";
import type { Change, DeferredChange } from "../../src/model/change";
import type { Operation } from "../../src/model/operation";
import { isUnrecorded, type Outcome } from "../../src/model/outcome";
import type { Plan, PlanSummary } from "../../src/model/plan";

/** A plan in sync, to be spread over. */
export function planOf(
  parts: Partial<Omit<Plan, "summary">> & { summary?: Partial<PlanSummary> } = {},
): Plan {
  const changes = parts.changes ?? [];
  const count = (action: Change["action"]) => changes.filter((change) => change.action === action).length;
  return {
    format_version: "2.0",
    jp1im_version: "0.1.0",
    mode: "apply",
    created_at: "2026-01-02T03:04:05Z",
    inputs: [{ path: "/site/jp1im.yaml", sha256: "0".repeat(64) }],
    state: { location: "/site/.jp1im", lineage: "l1", serials: { tokyo: 7 } },
    options: { managers: [], targets: [], refresh: true, secrets: true },
    operations: [],
    deferred: [],
    open_selectors: [],
    unknown: [],
    blocked: [],
    kept: [],
    due: [],
    uncompared: [],
    diagnostics: [],
    ...parts,
    changes,
    summary: {
      create: count("create"),
      update: count("update"),
      replace: count("replace"),
      delete: count("delete"),
      forget: count("forget"),
      deferred: parts.deferred?.length ?? 0,
      open_selectors: parts.open_selectors?.length ?? 0,
      lost: changes.reduce((sum, { loses }) => sum + (loses?.secrets ?? 0), 0),
      unchanged: 0,
      not_compared: 0,
      same_version: 0,
      kept: 0,
      due: parts.due?.length ?? 0,
      unknown: parts.unknown?.length ?? 0,
      blocked: parts.blocked?.length ?? 0,
      requests: parts.operations?.length ?? 0,
      ...parts.summary,
    },
  };
}

export function secretChange(
  host: string,
  key: string,
  action: Change["action"],
  reason: Change["reason"],
): Change {
  const agent = { host, managerHost: "immhost01" };
  return { address: secretAddress("tokyo", agent, key), kind: "secret", action, reason, fingerprint: "f1" };
}

/** Of an agent below `immhost-osaka`, which is to be added. */
export function deferredChange(host: string, key: string): DeferredChange {
  return {
    address: secretAddress("tokyo", { host, managerHost: "immhost-osaka" }, key),
    kind: "secret",
    action: "write",
    reason: "declared",
    after: "tokyo/lower-manager/immhost-osaka",
    fingerprint: "f1",
  };
}

export function agentOperation(
  host: string,
  add: readonly string[],
  remove: readonly string[] = [],
): Operation {
  const agent = { host, managerHost: "immhost01" };
  return {
    id: agentAddress("tokyo", agent),
    stage: 3,
    manager: "tokyo",
    type: "change-agent-secrets",
    agent,
    add,
    delete: remove,
    precondition: { registered: 4, overwrites: [], keys: `sha256:${"0".repeat(64)}` },
  };
}

/** One change of every kind, action and reason that a review shows. */
export const mixedPlan: Plan = planOf({
  changes: [
    secretChange("web01", "old.token", "delete", "undeclared"),
    secretChange("web01", "smtp.password", "update", "changed"),
    secretChange("web02", "smtp.password", "create", "missing"),
    {
      address: clientAddress("tokyo", "fluentd-web"),
      kind: "client",
      action: "replace",
      reason: "generation",
      generation: { from: 1, to: 2 },
    },
    { address: clientAddress("tokyo", "gone-one"), kind: "client", action: "forget", reason: "gone" },
    {
      address: "tokyo/initial-secret",
      kind: "initial-secret",
      action: "create",
      reason: "missing",
      generation: { to: 1 },
    },
    {
      address: "tokyo/lower-manager/immhost-osaka",
      kind: "lower-manager",
      action: "no-op",
      reason: "adopted",
    },
  ],
  operations: [
    { id: "a", stage: 1, manager: "tokyo", type: "issue-initial-secret", deliver: true },
    agentOperation("web01", ["smtp.password"], ["old.token"]),
    agentOperation("web02", ["smtp.password"]),
    { id: "b", stage: 4, manager: "tokyo", type: "delete-clients", ids: ["fluentd-web"] },
    { id: "c", stage: 5, manager: "tokyo", type: "issue-client", client_id: "fluentd-web", registered: true },
  ],
  kept: [
    { address: "tokyo/client", reason: "not-ours", count: 5, names: ["backup", "grafana"] },
    { address: "tokyo/agent/immhost01/web01", reason: "reserved", count: 1, names: ["immgr.secret"] },
  ],
  unknown: [
    {
      address: "tokyo/agent/immhost-osaka/db01",
      code: "manager-partial",
      detail: "KAJY68204-W: immhost-osaka cannot be reached",
    },
  ],
  blocked: [
    { address: "tokyo/client/legacy", code: "not-ours", detail: "it is there, and was not issued by jp1im" },
  ],
  summary: { unchanged: 310, kept: 6 },
});

/** An outcome of `plan`; `carriedOut` is for requests that were carried out, or may have been, in vain. */
export function outcomeOf(
  plan: Plan,
  { carriedOut, ...parts }: Partial<Omit<Outcome, "plan">> & { readonly carriedOut?: number } = {},
): Outcome {
  const changes =
    parts.changes ??
    plan.changes.map(({ address, action }) => ({ address, action, status: "applied" as const }));
  const count = (status: string) => changes.filter((change) => change.status === status).length;
  return {
    plan,
    cancelled: false,
    further_plan_due: false,
    diagnostics: [],
    summary: {
      applied: count("applied"),
      failed: count("failed"),
      skipped: count("skipped"),
      not_recorded: changes.filter(isUnrecorded).length,
      requests: plan.operations.length,
      carried_out: carriedOut ?? count("applied"),
    },
    ...parts,
    changes,
  };
}

/** A plan that changes two secrets of each of so many agents, a few of them in other ways. */
export function fleetPlan(agents: number): Plan {
  const changes = [...Array(agents).keys()].flatMap((number) => {
    const host = `web${String(number).padStart(5, "0")}`;
    return [
      secretChange(host, "prometheus.password", "create", "missing"),
      number % 100 === 0
        ? secretChange(host, "old.token", "delete", "undeclared")
        : secretChange(host, "smtp.password", "update", "changed"),
    ];
  });
  return planOf({ changes });
}
