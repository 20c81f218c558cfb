import type { StateView } from "../../../library/manager-run/takeovers";
import { nearestTo } from "../../../library/nearest";
import { agentsOf, parseAddress } from "../../../model/address";
import type { Diagnostic } from "../../../model/diagnostic";
import { isSameHost } from "../../../model/host";
import { type AttributePath, type Fault, fault, namedAttribute } from "../../fault";
import type { Connection } from "../../provider/connection";
import { systemFaults } from "../../values/operating-system";
import { attributesOf, Unknown, unknown, type Value } from "../../values/type";
import { carryOut, removePart } from "../carry-out";
import { isUnchanged } from "../is-unchanged";
import { withManagerCheck } from "../manager-check";
import { planFaults } from "../plan-faults";
import type { Attrs, Imported, PlannedChange, ResourceType, Result } from "../resource-type";
import { applyWithTakeover } from "../takeover";
import { refuse } from "../value-faults";
import { wrongAddress } from "../wrong-address";
import { agentIdentity } from "./agent-identity";
import { nameOf } from "./agent-name";
import { agentSecretsAttributes } from "./attributes";
import { claimedKeys, claimFaults } from "./claimed-keys";
import { computedAttributes, openState, stateAfterFailure } from "./computed-attributes";
import {
  addressesIn,
  type DeclaredPart,
  type DeletingPart,
  declaredPart,
  isDecidable,
  keysIn,
  pruneOf,
  refusedValues,
  removedPart,
} from "./declared-part";
import { otherValueFaults } from "./drift";
import { overwriteFaults } from "./existing-keys";
import { keptByDestroy, keptFaults, outOfReach, withoutMissing } from "./kept-keys";
import { forgottenFaults, missingFaults } from "./missing-agents";
import { refresh } from "./refresh";
import {
  keysOfOthers,
  keysTakenOver,
  othersFaults,
  ownedAgents,
  takenOverFaults,
  withoutAgents,
  withoutTaken,
  writtenMeanwhileFaults,
} from "./taken-over";
import { refuseUnlisted, withNearestHost } from "./unknown-agent";

export const agentSecrets: ResourceType = {
  name: "jp1im_agent_secrets",
  description:
    "Secrets of integrated agents: of one agent, or of all agents that a selector matches. The provider sends one request to each agent that differs, and none to the others. Several resources may declare different keys of one agent.",
  attributes: agentSecretsAttributes,
  identity: agentIdentity,
  validate,
  read: withManagerCheck(refresh),
  plan,
  apply,
  planDestroy: keptByDestroy,
  destroy,
  import: importAgent,
};

function validate(config: Attrs): readonly Fault[] {
  const { host, match, os, addons, prune } = config;
  const faults = refusedValues(config);
  const isGiven = (value: Value | undefined) => value !== null && value !== undefined;
  if (isGiven(host) === isGiven(match))
    faults.push(
      fault(
        ["host"],
        "Exactly one of `host` and `match` is needed",
        "`host` names one agent, `match` selects agents by a pattern.",
      ),
    );
  for (const [name, value] of Object.entries({ os, addons })) {
    if (isGiven(value) && isGiven(host))
      faults.push(
        fault(
          [name],
          `\`${name}\` belongs to \`match\``,
          "`host` names one agent, which needs no other criterion.",
        ),
      );
  }
  if (isGiven(prune) && !(prune instanceof Unknown) && prune !== "owned" && prune !== "none")
    faults.push(fault(["prune"], `\`prune\` cannot be ${JSON.stringify(prune)}`, 'Write "owned" or "none".'));
  return [...faults, ...systemFaults(os)];
}

/**
 * Refuses a null map, which does not mean that the earlier keys are no longer declared. An imported agent may have
 * one, because it has no earlier keys.
 */
function missingValues({ secrets_wo: secrets = null }: Attrs, prior: Attrs | undefined): readonly Fault[] {
  if (secrets !== null) return [];
  if (prior && keysIn(prior).length === 0 && (prior.written_at ?? null) === null) return [];
  const detail =
    "Set it to a map of values by key. Check the variable or the expression that it comes from; `secrets_wo = {}` deletes every key of the resource from its agents.";
  return [fault(["secrets_wo"], "`secrets_wo` is null", detail)];
}

/**
 * A warning if the agents report to a lower manager that does not exist yet, for example because the same apply adds
 * it. The provider sees the agents only afterwards, so the plan cannot show more.
 */
async function missingManagerFault(
  { manager_host: host }: Attrs,
  { run }: Connection,
): Promise<Fault | undefined> {
  if (typeof host !== "string" || /[*?]/.test(host) || isSameHost(host, run.host)) return undefined;
  const hosts = await run.answers.names("lower-manager");
  if (hosts.some((each) => isSameHost(each, host))) return undefined;
  const meant = nearestTo(host, [run.host, ...hosts]);
  const detail = `${meant === undefined ? "" : `Did you mean ${JSON.stringify(meant)}? `}${REGISTERED_LATER}`;
  return fault(["manager_host"], `${host} is not a lower manager yet`, detail, "warning");
}

const REGISTERED_LATER =
  "The provider sees its agents only when it is registered. If this configuration adds it, refer to its `host`, so that Terraform adds it first.";

async function plan(change: PlannedChange, connection: Connection): Promise<Result> {
  const { prior, config, next, token } = change;
  const open = () => openState({ prior, config, next }, connection);
  if (!isDecidable(config)) return { state: open() };
  const awaited = prior ? undefined : await missingManagerFault(config, connection);
  if (awaited) return { state: { ...open(), manager_host: config.manager_host ?? null }, faults: [awaited] };
  refuse(missingValues(config, prior));
  const part = await declaredPart({ prior, config, next }, connection);
  // The plan checks the values that it knows. The apply checks the others.
  const planned = await connection.run.plan(part);
  const [agent] = part.agents;
  const shown =
    typeof config.host === "string" && agent
      ? await withNearestHost(planned, agent, connection.run)
      : planned;
  const faults = [
    ...part.faults,
    ...planFaults(shown, connection, attributeOf),
    ...claimFaults(part, token, connection),
    ...otherValueFaults(prior),
    ...(await overwriteFaults(planned, part, { prior, config }, connection)),
    ...(await takenOverFaults(part, change, connection)),
    ...keptFaults(planned, part, { prior, config }, connection),
    ...(await missingFaults(part.missing, connection)),
    ...(await forgottenFaults(keysIn(prior), part.forgotten, connection.run)),
  ];
  const settled = { ...next, ...computedAttributes(config, prior, part, connection) };
  const isSettled =
    prior !== undefined &&
    planned.changes.length === 0 &&
    !hasUnknownValue(config) &&
    isUnchanged(prior, settled, ["written_at"]);
  return { state: { ...settled, written_at: isSettled ? (prior.written_at ?? null) : unknown }, faults };
}

async function apply(change: PlannedChange, connection: Connection): Promise<Result> {
  const { prior, config, next, token } = change;
  const { claims, run } = connection;
  refuse(missingValues(config, prior));
  const part = await declaredPart({ prior, config, next }, connection);
  await claims.waitForDeletions(claimedKeys(part, run.name));
  return claims.release(part.removed, token, (left) =>
    run.holding(async (state) => {
      const takeover = keysTakenOver(part, change, state, run.name);
      if (takeover) refuse(await writtenMeanwhileFaults(part, change, state, connection));
      const others = keysOfOthers(part, token, state);
      const own = withoutTaken(part, left, others);
      return applyWithTakeover(takeover, connection, async () => {
        const { faults, ...done } = await applyOwn(own, change, connection);
        return { ...done, faults: [...(faults ?? []), ...othersFaults(others)] };
      });
    }),
  );
}

async function applyOwn(
  part: DeclaredPart,
  { prior, config, next }: PlannedChange,
  connection: Connection,
): Promise<Result> {
  const { outcome, faults, hasFailed } = await carryOut(part, connection, options);
  const incomplete = part.faults.filter(({ severity }) => severity === "error");
  if (hasFailed || incomplete.length > 0) {
    const isTried = prior !== undefined || outcome.summary.applied > 0;
    return {
      state: isTried
        ? stateAfterFailure(prior, { ...next, ...computedAttributes(config, prior, part, connection) })
        : null,
      faults: [...incomplete, ...faults, ...(prior === undefined && isTried ? [taintedFault] : [])],
    };
  }
  const isWritten = outcome.summary.applied > 0;
  const written_at = isWritten ? connection.now() : (prior?.written_at ?? null);
  const trace = connection.run.traces.of(part.values);
  return {
    state: { ...next, ...computedAttributes(config, prior, part, connection), written_at },
    trace,
    faults,
  };
}

const taintedFault = fault(
  undefined,
  "The creation is not complete, so Terraform marks the resource as tainted",
  'The next apply deletes its keys and writes them again, and every agent has to answer. To write only what is missing, run `terraform untaint` with the address of this resource before the next apply. With `unreachable = "warn"` in the provider block, plans then continue while agents are down.',
  "warning",
);

async function destroy(state: Attrs, connection: Connection, token: string): Promise<Result> {
  const { claims, run } = connection;
  const all = addressesIn(state, run);
  if (pruneOf(state, connection) === "none" || all.length === 0) {
    claims.leave(all);
    return { state: null };
  }
  const part = await removedPart(state, connection);
  return claims.release(part.removed, token, async (left) => {
    const result = await run.holding((recorded) =>
      removeOwn(part, left, { state, token, recorded }, connection),
    );
    if (result.state !== null) return result;
    claims.leave([...left]);
    // Read after the destroy: deleted keys do not stay, and a lower manager may have gone meanwhile.
    const unreachableKeys = await outOfReach(state, connection);
    return { ...result, faults: [...(result.faults ?? []), ...unreachableKeys] };
  });
}

/** Deletes the keys that no other resource has taken over. */
async function removeOwn(
  part: DeletingPart,
  left: ReadonlySet<string>,
  { state, token, recorded }: { readonly state: Attrs; readonly token: string; readonly recorded: StateView },
  connection: Connection,
): Promise<Result> {
  const { run } = connection;
  const others = keysOfOthers(part, token, recorded);
  const before = ownedAgents(state, recorded, run.name);
  const own = withoutTaken(part, left, others);
  const reachable = { ...own, targets: await withoutMissing(own.targets, state, connection) };
  const done = await removePart(reachable, state, connection, options);
  const after = ownedAgents(state, recorded, run.name);
  const gone = new Set([...before].filter((agent) => !after.has(agent)));
  const faults = [...(done.faults ?? []), ...othersFaults(others)];
  return { ...done, state: done.state && withoutAgents(done.state, gone), faults };
}

/**
 * Imports an agent without keys. The configuration decides which keys the resource owns, once an apply has written
 * them.
 */
async function importAgent(address: string, { run }: Connection): Promise<Imported> {
  const addressed = parseAddress(address);
  if (addressed?.kind !== "agent" || addressed.manager !== run.name) {
    const more = "A resource with `match` needs no import: its first apply takes what is there.";
    throw wrongAddress(address, `${agentsOf(run.name)}/MANAGER_HOST/HOST`, more);
  }
  const { host, managerHost } = addressed.agent;
  await refuseUnlisted(addressed.agent, run);
  const own = { id: address, host, manager_host: managerHost };
  return { state: { ...own, fingerprints: {}, agents: [nameOf(addressed.agent)], drift: {} } };
}

function hasUnknownValue({ secrets_wo: secrets }: Attrs): boolean {
  return Object.values(attributesOf(secrets)).some((value) => value instanceof Unknown);
}

/** No two resources have the same key, and none issues a secret: they can run in parallel. */
const options = { alone: false, planWarned: true, attributeOf };

const named = namedAttribute(["secrets_wo", "host", "match", "manager_host", "os", "addons"]);

/** A diagnostic about a key is about its entry in `secrets_wo`. */
function attributeOf(diagnostic: Diagnostic): AttributePath | undefined {
  const addressed = diagnostic.address === undefined ? undefined : parseAddress(diagnostic.address);
  if (addressed?.kind === "secret") return ["secrets_wo", { key: addressed.key }];
  return diagnostic.code === "agent-unknown" ? ["host"] : named(diagnostic);
}
