import type { ManagerPart } from "../../../library/manager-run/manager-part";
import type { ManagerRun } from "../../../library/manager-run/manager-run";
import { type AgentRef, agentAddress, secretAddressOn } from "../../../model/address";
import { emptied } from "../../../model/declared";
import type { AgentDeclaration, DesiredManager, SecretBlock } from "../../../model/desired-state";
import { Limits } from "../../../model/limits";
import type { SecretValue } from "../../../model/secret-value";
import type { Fault } from "../../fault";
import type { Connection } from "../../provider/connection";
import { attributesOf, Unknown, type Value } from "../../values/type";
import type { Attrs, PlannedChange } from "../resource-type";
import { keyFaults, refuse, valueFaults } from "../value-faults";
import { nameOf } from "./agent-name";
import { selectedAgents } from "./selected-agents";
import { type SharedValues, sharedValues } from "./shared-values";

/** The names in messages for the settings of the entry under `agents`. */
const names = {
  "agents[0].host": "`host`",
  "agents[0].match": "`match`",
  "agents[0].managerHost": "`manager_host`",
  "agents[0].os": "`os`",
  "agents[0].addons": "`addons`",
  "agents[0].secrets": "`secrets_wo`",
};

/** A part that deletes keys. */
export interface DeletingPart extends ManagerPart {
  /** Addresses that it may delete. */
  readonly removed: readonly string[];
}

/** One resource as a part of its manager's desired state. */
export interface DeclaredPart extends DeletingPart, SharedValues {
  readonly agents: readonly AgentRef[];
  /** All declared keys. During a plan some may have no value yet. */
  readonly keys: readonly string[];
  readonly faults: readonly Fault[];
  /**
   * Earlier agents that the manager may hide. `missing` ones stay in the resource; an apply continues without
   * `forgotten` ones.
   */
  readonly missing: readonly AgentRef[];
  readonly forgotten: readonly AgentRef[];
}

/**
 * The agents and keys of a resource. `prior` shows what is no longer declared, and `next` the agents that the plan
 * found.
 */
export async function declaredPart(
  { config, prior, next }: Pick<PlannedChange, "config" | "prior" | "next">,
  connection: Connection,
): Promise<DeclaredPart> {
  const { run } = connection;
  refuse(refusedValues(config));
  const { values, fingerprints } = sharedValues(run, config);
  const keys = Object.keys(attributesOf(config.secrets_wo));
  const entry = await declaredEntry(run, config, keys);
  const had = agentsIn(prior);
  const planned = agentsIn(next);
  const selected = await selectedAgents(entry.declaration, { before: had, planned }, connection);
  const { agents, faults, missing = [], forgotten = [] } = selected;
  const hidden = new Set(missing.map(nameOf));
  const before = had.filter((agent) => !hidden.has(nameOf(agent)));
  const secrets = blockOf(entry.declaration, values);
  // All agents share one block, which needs only one digest.
  const declarations = agents.map((agent): AgentDeclaration => {
    return { ...entry.declaration, selector: { by: "host", ...agent }, secrets };
  });
  const removed = removals(prior, keys, agents, before);
  const prune = pruneOf(config, connection) === "owned" && removed.isNeeded ? "owned" : "none";
  const policy = { ...entry.desired.policy, prune } as const;
  const own = prune === "owned" ? keyTargets(run, [...agents, ...before], [...keys, ...keysIn(prior)]) : [];
  const declared = new Set(own.length === 0 ? [] : keyTargets(run, agents, keys));
  // A plan does not change a key with an unknown value.
  const open = new Set(keyTargets(run, own.length === 0 ? [] : agents, without(keys, values)));
  return {
    desired: { ...emptied(entry.desired), agents: declarations, policy },
    targets: prune === "owned" ? own.filter((address) => !open.has(address)) : agentTargets(run, agents),
    removed: own.filter((address) => !declared.has(address)),
    // Nobody can import the keys of agents that a pattern selects.
    isKnown: prior !== undefined || config.match !== null,
    ...{ agents, keys, values, fingerprints, faults, missing, forgotten },
  };
}

/** The keys of a resource that Terraform destroys. */
export async function removedPart(state: Attrs, connection: Connection): Promise<DeletingPart> {
  const { run, prune } = connection;
  const desired = await run.declare({}, {});
  const policy = { ...desired.policy, prune: pruneOf(state, connection) };
  const targets = prune === "none" ? [] : addressesIn(state, run);
  return { desired: { ...desired, policy }, targets, removed: targets, mode: "destroy", isKnown: true };
}

/** The addresses of all keys of a resource. */
export function addressesIn(state: Attrs, run: ManagerRun): readonly string[] {
  return keyTargets(run, agentsIn(state), keysIn(state));
}

export function pruneOf({ prune }: Attrs, connection: Pick<Connection, "prune">): "owned" | "none" {
  return prune === "owned" || prune === "none" ? prune : connection.prune;
}

/** Keys and values that the manager would refuse. */
export function refusedValues({ secrets_wo: secrets }: Attrs): Fault[] {
  const entries = Object.entries(attributesOf(secrets));
  return [
    ...keyFaults(
      "secrets_wo",
      entries.map(([key]) => key),
    ),
    ...entries.flatMap(([key, value]) => valueFaults(["secrets_wo", { key }], value, Limits.secretValue)),
  ];
}

export function keysIn(state: Attrs | undefined): string[] {
  return Object.keys(attributesOf(state?.fingerprints));
}

/** Host names contain no slash. */
export function agentsIn(state: Attrs | undefined): AgentRef[] {
  const names: readonly Value[] = Array.isArray(state?.agents) ? state.agents : [];
  return names.flatMap((name) => {
    const [managerHost, host] = typeof name === "string" ? name.split("/") : [];
    return managerHost && host ? [{ host, managerHost }] : [];
  });
}

/** Checks the selector and the keys like an entry of a file. */
async function declaredEntry(run: ManagerRun, config: Attrs, keys: readonly string[]): Promise<Entry> {
  const { host, match, manager_host: managerHost, os, addons } = config;
  const text = (name: string, value: Value | undefined) =>
    typeof value === "string" ? { [name]: value } : {};
  const selector = {
    ...text("host", host),
    ...text("match", match),
    ...text("managerHost", managerHost),
    ...text("os", os),
    ...(Array.isArray(addons) && { addons }),
  };
  if (typeof host === "string" && ORDINARY_HOST.test(host)) {
    const checked = await checkedEntry(run, { ...selector, host: "any" }, keys).catch(() => undefined);
    if (checked !== undefined) return ofHost(host, checked);
  }
  const any = await checkedEntry(run, { match: "*" }, keys).catch(() => undefined);
  // One error reports the faults of the selector and of the keys.
  if (any === undefined) return declareEntry(run, selector, keys);
  const { desired, declaration } = await declareEntry(run, selector, keys.slice(0, 1));
  return { desired, declaration: { ...declaration, secrets: any.declaration.secrets } };
}

interface Entry {
  readonly desired: DesiredManager;
  readonly declaration: AgentDeclaration;
}

/** Names of this form are always valid, so one check is enough for all of them. */
const ORDINARY_HOST = /^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/;

function ofHost(host: string, { desired, declaration }: Entry): Entry {
  const { selector } = declaration;
  if (selector.by !== "host") throw new Error("the entry of one host selects several");
  return { desired, declaration: { ...declaration, selector: { ...selector, host } } };
}

const checked = new WeakMap<ManagerRun, Map<string, Promise<Entry>>>();

/**
 * Checks a selector with its keys once for all resources that have them. A hundred keys take longer to check than the
 * rest of a resource.
 */
function checkedEntry(run: ManagerRun, selector: object, keys: readonly string[]): Promise<Entry> {
  const known = checked.get(run) ?? new Map<string, Promise<Entry>>();
  checked.set(run, known);
  const id = JSON.stringify([selector, keys]);
  const entry = known.get(id) ?? declareEntry(run, selector, keys);
  known.set(id, entry);
  return entry;
}

async function declareEntry(run: ManagerRun, selector: object, keys: readonly string[]): Promise<Entry> {
  const secrets = Object.fromEntries(keys.map((key) => [key, { env: "UNUSED" }]));
  const desired = await run.declare({ agents: [{ ...selector, secrets }] }, names);
  const [declaration] = desired.agents;
  if (declaration === undefined) throw new Error("the resource declares no agent");
  return { desired, declaration };
}

/** Replaces the placeholder sources by the values. */
function blockOf({ secrets }: AgentDeclaration, values: ReadonlyMap<string, SecretValue>): SecretBlock {
  return new Map(
    [...secrets].flatMap(([key, { position }]) => {
      const value = values.get(key);
      return value ? [[key, { source: { type: "literal", value }, position }] as const] : [];
    }),
  );
}

/** Whether keys or agents are no longer declared. */
function removals(
  prior: Attrs | undefined,
  keys: readonly string[],
  agents: readonly AgentRef[],
  before: readonly AgentRef[],
) {
  const kept = new Set(agents.map(nameOf));
  return {
    isNeeded:
      without(keysIn(prior), new Set(keys)).length > 0 || before.some((agent) => !kept.has(nameOf(agent))),
  };
}

function without(keys: readonly string[], others: { has(key: string): boolean }): string[] {
  return keys.filter((key) => !others.has(key));
}

function agentTargets(run: ManagerRun, agents: readonly AgentRef[]): string[] {
  return agents.map((agent) => agentAddress(run.name, agent));
}

/** The addresses of single keys, because other resources may have other keys on the same agents. */
function keyTargets(run: ManagerRun, agents: readonly AgentRef[], keys: readonly string[]): string[] {
  const targets = agentTargets(run, agents).flatMap((address) =>
    keys.map((key) => secretAddressOn(address, key)),
  );
  return [...new Set(targets)];
}

/** Whether the attributes that decide about agents and keys are all known. */
export function isDecidable(config: Attrs): boolean {
  const { host, match, manager_host: managerHost, os, addons, secrets_wo: secrets } = config;
  const deciding = [host, match, managerHost, os, addons, secrets];
  const isOpen = (value: Value | undefined) =>
    value instanceof Unknown || (Array.isArray(value) && value.some((each) => each instanceof Unknown));
  return !deciding.some(isOpen);
}
