import type { ManagerPart } from "../../../library/manager-run/manager-part";
import { emptied, issuesOf } from "../../../model/declared";
import type { Plan } from "../../../model/plan";
import { reasonOf } from "../../../report/reasons";
import { type AttributePath, type Fault, fault, namedAttribute, type Wording } from "../../fault";
import { inTerraform } from "../../in-terraform";
import type { Connection } from "../../provider/connection";
import { hclText } from "../../values/hcl";
import { isKnown, plainOf, unknown } from "../../values/type";
import { carryOut, removePart } from "../carry-out";
import { claimFaults, placeFaults, takenOverResult } from "../claim-faults";
import { isUnchanged } from "../is-unchanged";
import { planFaults } from "../plan-faults";
import type { Attrs, PlannedChange, ResourceType, Result } from "../resource-type";
import {
  applyWithTakeover,
  destroyUnlessTakenOver,
  takenOverWarnings,
  takeoverFaults,
  takeoverOf,
} from "../takeover";
import { refuse } from "../value-faults";
import { importedBeforeFaults } from "./imported-before";
import { issueTimes } from "./issue-times";
import { olderStateFaults } from "./older-state";
import { isSinkless, NO_SINK, sinkNeeded, withoutMoves } from "./sinkless";

/** The differences between clients and initial secrets. */
export interface IssuedKind {
  /** `jp1im_client` */
  readonly typeName: string;
  /** The attribute that names one; absent if a manager has only one. */
  readonly namedBy?: string;
  /** The resource as in a file, below its manager. `issue` has the settings of both kinds. */
  declaration(config: Attrs, issue: object): object;
  /** The names of its settings in messages. */
  readonly names: Readonly<Record<string, string>>;
  addressOf(config: Attrs, manager: string): string;
}

/** Plans, applies and destroys a secret that a manager issues once, and that goes to a sink. */
export function issuedLifecycle(
  kind: IssuedKind,
): Pick<ResourceType, "plan" | "apply" | "planDestroy" | "destroy"> {
  const attributeOf = namedAttribute([...Object.values(kind.names)].map((name) => name.replaceAll("`", "")));
  // An issue ends the former secret, so two must not run at the same time.
  const options = { alone: true, attributeOf };
  const issue = async (
    change: PlannedChange,
    part: ManagerPart,
    address: string,
    connection: Connection,
  ): Promise<Result> => {
    const { prior, config } = change;
    const { faults, hasFailed } = isSinkless(config)
      ? { faults: [], hasFailed: false }
      : await carryOut(part, connection, options);
    // The provider's own state records the intent: the next apply delivers the issued secret, or issues it again.
    if (hasFailed) return { state: prior ?? null, faults };
    const times = await issueTimes(connection, address, part.desired);
    return { state: { ...withDefaults(change), address, ...times }, faults };
  };
  return {
    async plan(change, connection): Promise<Result> {
      const { prior, config, next, token } = change;
      const unknownTimes = {
        issued_at: unknown,
        next_rotation: config.rotate_after === null ? null : unknown,
      };
      const state = { ...next, generation: next.generation ?? 1, address: unknown, ...unknownTimes };
      const claimed = claimFaultsOf(kind, config, token, connection);
      if (!isKnown(config))
        return { state: { ...state, generation: config.generation ?? 1 }, faults: claimed };
      const settled = withDefaults({ prior, config, next });
      const part = await declaredPart(kind, config, prior, connection);
      const address = kind.addressOf(config, connection.run.name);
      refuse(await olderStateFaults(prior, address, connection));
      const { plan, needed } = await planIssue(part, config, connection);
      const isSettled =
        prior !== undefined &&
        plan.changes.length === 0 &&
        // Without a sink the apply never issues.
        (isSinkless(config) || isUnchanged(prior, { ...settled, address }, Object.keys(unknownTimes)));
      const times = isSettled ? await issueTimes(connection, address, part.desired) : unknownTimes;
      const isShared = claimed.length === 0 && !isSinkless(config);
      const taken = await takeoverFaults(address, change, plan, connection, namePath(kind));
      const shared = isShared ? await placeFaults(part.desired, token, connection) : claimed;
      const planned = planFaults(plan, connection, attributeOf, prior && knownToTerraform);
      const ofPlan =
        needed.length > 0 ? needed : [...planned, ...reissueFaults(plan), ...firstIssueFaults(plan)];
      const importedBefore = await importedBeforeFaults(change, address, part, connection);
      const faults = [
        ...(importedBefore.length > 0 ? importedBefore : taken),
        ...ofPlan,
        ...dueFaults(plan),
        ...shared,
      ];
      return { state: { ...settled, address, ...times }, faults };
    },
    async apply(change, connection): Promise<Result> {
      const { prior, config } = change;
      const address = kind.addressOf(config, connection.run.name);
      await connection.claims.waitForDeletions([address]);
      const part = await declaredPart(kind, config, prior, connection);
      return connection.run.holding(async () => {
        refuse(await olderStateFaults(prior, address, connection));
        refuse(await importedBeforeFaults(change, address, part, connection));
        if (isSinkless(config)) refuse(await sinklessFaults(part, config, connection));
        return applyWithTakeover(await takeoverOf(address, change, connection), connection, () =>
          issue(change, part, address, connection),
        );
      });
    },
    async planDestroy(state, connection, token) {
      const address = kind.addressOf(state, connection.run.name);
      if (connection.prune !== "none") return takenOverWarnings(address, token, connection);
      const summary = `${address} is not deleted, and no longer managed by Terraform`;
      return [fault(undefined, summary, '`policy.prune` of the provider block is "none".', "warning")];
    },
    async destroy(state, connection, token): Promise<Result> {
      if (connection.prune === "none") return { state: null };
      const address = kind.addressOf(state, connection.run.name);
      return connection.claims.release([address], token, async (left) => {
        if (left.size === 0) return takenOverResult(address);
        const desired = await connection.run.declare({}, {});
        const part = { desired, targets: [address], mode: "destroy", isKnown: true } as const;
        return destroyUnlessTakenOver(address, token, connection, () =>
          removePart(part, state, connection, options),
        );
      });
    },
  };
}

/** Warnings that a secret is replaced, and why. Terraform's plan shows only that something is issued. */
function reissueFaults({ changes, mode }: Plan): Fault[] {
  const replaced = changes.filter(({ action }) => action === "replace");
  return replaced.map((change) => {
    const why = reasonOf(change, mode).replaceAll("rotateAfter", "`rotate_after`");
    const detail = `Why: ${why}. The new secret goes to \`deliver_to\`: programs that use the former one have to read the new one there.`;
    return fault(undefined, `The secret of ${change.address} is issued again`, detail, "warning");
  });
}

/** Warnings that an issue ends the secret in use, which no state records. Terraform's plan shows only a creation. */
function firstIssueFaults({ changes }: Plan): Fault[] {
  const first = changes.filter(({ kind, action }) => kind === "initial-secret" && action === "create");
  return first.map(({ address }) => {
    const id = hclText(address);
    const detail = `A manager has one initial secret, and no call shows it. An \`import\` block with \`id = ${id}\` keeps the one in use.`;
    return fault(
      undefined,
      `An initial secret is issued at ${address}: the one in use there stops working`,
      detail,
      "warning",
    );
  });
}

function claimFaultsOf(kind: IssuedKind, config: Attrs, token: string, connection: Connection): Fault[] {
  const { typeName, namedBy } = kind;
  const attribute = namePath(kind);
  if (namedBy !== undefined && !isKnown(config[namedBy])) return [];
  const address = kind.addressOf(config, connection.run.name);
  return claimFaults({ typeName, address, token, attribute }, connection);
}

function namePath({ namedBy }: IssuedKind): AttributePath | undefined {
  return namedBy === undefined ? undefined : [namedBy];
}

function withDefaults({ next, config }: Pick<PlannedChange, "prior" | "next" | "config">): Attrs {
  return { ...next, generation: config.generation ?? 1 };
}

async function declaredPart(
  kind: IssuedKind,
  config: Attrs,
  prior: Attrs | undefined,
  { run }: Connection,
): Promise<ManagerPart> {
  const { generation, rotate_after: rotateAfter, deliver_to: deliverTo } = config;
  const issue = {
    generation: generation ?? undefined,
    rotateAfter: rotateAfter ?? undefined,
    deliverTo: isSinkless(config) ? NO_SINK : plainOf(deliverTo ?? null),
  };
  const declared = await run.declare(kind.declaration(config, issue), kind.names);
  const { clients, initialSecret } = declared;
  const policy = { ...declared.policy, rotateDue: typeof rotateAfter === "string" };
  const desired = { ...emptied(declared), clients, policy, ...(initialSecret && { initialSecret }) };
  const targets = issuesOf(desired).map(({ address }) => address);
  return { desired, targets, isKnown: prior !== undefined };
}

/** Without a sink the plan must not issue, and the secret may be anywhere. */
async function planIssue(part: ManagerPart, config: Attrs, { run }: Connection) {
  const plan = await run.plan(part);
  if (!isSinkless(config)) return { plan, needed: [] };
  return { plan: withoutMoves(plan), needed: sinkNeeded(plan) };
}

/** An import needs `terraform state rm` first if the resource is in Terraform's state. */
const knownToTerraform: Wording = (diagnostic, attribute) => {
  const worded = inTerraform(diagnostic, attribute);
  if (worded.code !== "not-ours") return worded;
  return {
    ...worded,
    remedy: `remove it from Terraform's state first, with \`terraform state rm\`; then ${worded.remedy}`,
  };
};

/** Why an apply without a sink cannot succeed: it sends nothing. */
async function sinklessFaults(part: ManagerPart, config: Attrs, connection: Connection): Promise<Fault[]> {
  const { plan, needed } = await planIssue(part, config, connection);
  return needed.length > 0 ? needed : planFaults(plan, { ...connection, unreachable: "must" });
}

/** Warnings for due secrets that stay, because the configuration does not ask for their rotation. */
function dueFaults({ due }: Plan): Fault[] {
  return due.map(({ address, vanished, since }) => {
    if (!vanished && since === undefined) return ageUnknown(address);
    const why = vanished ? `is no longer in ${vanished.join(" and ")}` : "is due for rotation";
    const detail =
      "Raise its `generation` to issue it again, or set `rotate_after`, and plans issue it again when it is due.";
    return fault(undefined, `The secret of ${address} ${why}`, detail, "warning");
  });
}

function ageUnknown(address: string): Fault {
  const detail =
    "It was imported, so `rotate_after` counts from its next issue. Raise its `generation` to issue it again.";
  return fault(
    ["rotate_after"],
    `No record says when the secret of ${address} was issued`,
    detail,
    "warning",
  );
}
