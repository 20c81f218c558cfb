/** What must hold of every request, checked at the wire before it has any effect. */
import {
  agentAddress,
  clientAddress,
  initialSecretAddress,
  isWithin,
  secretAddress,
} from "../../../src/model/address";
import { AGENT_OWN_KEYS, isReservedClientId, Limits } from "../../../src/model/limits";
import type { Operation } from "../../../src/model/operation";
import { wildcard } from "../../../src/resources/agent-secrets/selection";
import { declaredKeys, isProtected, sinkFiles } from "../desired";
import type { Entry } from "../ledger";
import type { Exchange } from "../network";
import { HOME, lowerAddress, type Scene } from "../scene";
import { HOST_OF, OTHER_MANAGER } from "../world";

/** A sentence of what is wrong for each violation; nothing where all is well. */
export type RequestInvariant = (exchange: Exchange, scene: Scene) => string[];

/** Nothing undeclared and not ours is deleted, and what belongs to managers and agents never is. */
export const deletesOnlyWhatIsOurs: RequestInvariant = (exchange, scene) =>
  deletionsOf(exchange, scene).flatMap(({ name, address, what, entry, isThere, isDeclared, isReserved }) => {
    const { policy } = exchange.run.desired;
    // What a lost manager left behind below it is there for a rebuild to delete.
    const isLeftBehind = scene.leftBehind.has(`${exchange.manager} ${name}`);
    if (exchange.run.action === "rebuild" && isLeftBehind) return [];
    if (isReserved) return [`it deletes the reserved ${what}`];
    if (isDeclared) {
      // Only a client has to be deleted before it is issued again.
      const isReissued = exchange.call === "secret/client/deleteInfo" && entry?.owner !== "others";
      return isReissued ? [] : [`it deletes the declared ${what}`];
    }
    if (isProtected(policy, name, address)) return [`it deletes the protected ${what}`];
    if (policy.prune === "none") return [`it deletes ${what} under prune: none`];
    // What somebody else removed a moment ago is nobody's.
    const isOurs = !isThere || entry?.owner === "tool";
    return isOurs || policy.prune === "all" ? [] : [`it deletes ${what}, which is not ours`];
  });

/** A run with a target changes nothing outside of it, whatever the kind. */
export const staysWithinItsTarget: RequestInvariant = ({ run, isWrite, manager, call, body }) => {
  const { target } = run;
  if (!isWrite || target === undefined) return [];
  return changedBy({ manager, call, body })
    .filter((address) => !isOfTarget(address, target))
    .map((address) => `with the target ${target} it changes ${address}`);
};

/** The initial secret of a lower manager that is added is issued on that manager. */
export function isOfTarget(address: string, target: string): boolean {
  const isIssuedForIt =
    address === initialSecretAddress("osaka") && isWithin(lowerAddress(HOST_OF.osaka), target);
  return isWithin(address, target) || isIssuedForIt;
}

/** Nothing is ever written to a manager that the state does not belong to. */
export const staysOnItsManager: RequestInvariant = ({ isWrite, manager, call }) =>
  isWrite && String(manager) === OTHER_MANAGER.name ? [`it sends ${call} to another manager`] : [];

/** Only what is declared is created, overwritten or issued; under `unverified: keep` nothing that others wrote. */
export const writesOnlyWhatIsDeclared: RequestInvariant = ({ run, manager, call, body }, scene) => {
  const { desired } = run;
  if (call === "secret/client/generateInfo")
    return desired.clients[body.clientId] ? [] : [`it issues the undeclared client ${body.clientId}`];
  if (call === "subManagers/createInfo") {
    const isDeclared = desired.lowerManagers.some((name) => HOST_OF[name] === body.hostname);
    return isDeclared ? [] : [`it adds the undeclared lower manager ${body.hostname}`];
  }
  if (call === "secret/generateInfo") {
    const isNeeded = manager === "osaka" && desired.lowerManagers.includes("osaka");
    const isDeclared = manager !== "nagoya" && desired.initialSecrets[manager] !== undefined;
    return isNeeded || isDeclared ? [] : [`it issues the undeclared initial secret of ${manager}`];
  }
  if (call !== "agents/secrets/change") return [];
  const { agenthost, managerhost } = body;
  const declared = declaredOn(managerhost, agenthost, run.desired, scene);
  return (body.add?.secrets ?? []).flatMap(({ key, secret }: { key: string; secret: string }) => {
    const variable = declared.get(key);
    const what = `${key} of ${agenthost}`;
    if (variable === undefined) return [`it writes the undeclared ${what}`];
    if (run.env[variable] !== secret) return [`it writes another value than the declared one to ${what}`];
    const entry = scene.ledger.keys.get(`${managerhost}/${agenthost} ${key}`);
    // A rebuild is there to write everything again.
    const isKeeping = desired.policy.unverified === "keep" && !scene.lost && !scene.interfered;
    const isKept = isKeeping && entry?.owner === "others";
    return isKept ? [`it overwrites ${what}, which others wrote, under unverified: keep`] : [];
  });
};

/** Nothing is issued for a sink that was known not to take it. */
export const issuesOnlyWhatASinkTakes: RequestInvariant = ({ run, manager, call, body }, scene) => {
  const { othersFiles, interfered } = scene;
  // A file that came after the proof was not known of.
  if (interfered) return [];
  const client = call === "secret/client/generateInfo" ? run.desired.clients[body.clientId] : undefined;
  const isInitial =
    call === "secret/generateInfo" && manager !== "nagoya" && run.desired.initialSecrets[manager];
  const files = client ? sinkFiles(body.clientId, client) : isInitial ? [`out/${manager}.initial`] : [];
  return files
    .filter((file) => othersFiles.has(`${HOME}/${file}`))
    .map((file) => `it issues a secret for ${file}, which is somebody else's`);
};

/** No agent is ever asked to hold more than 1,000 keys, not even on the way. */
export const staysWithinTheLimit: RequestInvariant = ({ call, body }, { ledger, simulation, interfered }) => {
  if (call !== "agents/secrets/change" || interfered) return [];
  const { agenthost, managerhost } = body;
  const registered = simulation.world.at(managerhost)?.agents.get(agenthost)?.secrets.size ?? 0;
  const added = (body.add?.secrets ?? []).filter(
    ({ key }: { key: string }) => !ledger.has(managerhost, agenthost, key),
  ).length;
  const most = registered + added;
  return added > 0 && most > Limits.secretsPerAgent
    ? [`it brings ${agenthost} to ${most} keys on the way`]
    : [];
};

/** A write is a part of a plan that was approved, now or deferred, and never of anything that the plan calls unknown. */
export const writesOnlyWhatIsPlanned: RequestInvariant = (exchange) => {
  if (!exchange.isWrite) return [];
  const plan = exchange.run.plans.at(-1);
  if (!plan) return [`${exchange.call} is sent without a plan`];
  const isPlanned = plan.operations.some((operation) => fits(exchange, operation)) || isDeferred(exchange);
  const unknown = plan.unknown.filter(({ address }) =>
    addressesOf(exchange).some((written) => isWithin(written, address) && address.split("/").length > 2),
  );
  return [
    ...(isPlanned
      ? []
      : [`${exchange.call} ${JSON.stringify(Object.keys(exchange.body))} is not in the plan`]),
    ...unknown.map(({ address }) => `it writes ${address}, which is unknown`),
  ];
};

function isDeferred({ run, manager, call, body }: Exchange): boolean {
  if (call !== "agents/secrets/change") return false;
  const deferred = new Set(run.plans.flatMap((plan) => plan.deferred.map(({ address }) => address)));
  const agent = { host: body.agenthost, managerHost: body.managerhost };
  return keysOf(body).every((key) => deferred.has(secretAddress(manager, agent, key)));
}

interface DeletionOf {
  readonly name: string;
  readonly address: string;
  readonly what: string;
  readonly entry: Entry | undefined;
  readonly isThere: boolean;
  readonly isDeclared: boolean;
  readonly isReserved: boolean;
}

function deletionsOf({ run, manager, call, body }: Exchange, scene: Scene): DeletionOf[] {
  const { ledger } = scene;
  const { desired } = run;
  if (call === "secret/client/deleteInfo") {
    return body.clientIds.map((id: string) => ({
      ...{ name: id, address: clientAddress(manager, id), what: `client ${id}` },
      entry: ledger.clients.get(`${manager} ${id}`),
      isThere: ledger.client(manager, id) !== undefined,
      isDeclared: manager === "tokyo" && desired.clients[id] !== undefined,
      isReserved: isReservedClientId(id),
    }));
  }
  if (call === "subManagers/deleteInfo") {
    return body.subManagers.map((host: string) => ({
      ...{ name: host, address: lowerAddress(host), what: `lower manager ${host}` },
      entry: ledger.lowerManagers.get(host),
      isThere: ledger.hasLowerManager(host),
      isDeclared: desired.lowerManagers.some((name) => HOST_OF[name] === host),
      isReserved: false,
    }));
  }
  if (call !== "agents/secrets/change") return [];
  const { agenthost, managerhost } = body;
  const declared = declaredOn(managerhost, agenthost, run.desired, scene);
  return (body.delete?.secrets ?? []).map(({ key }: { key: string }) => ({
    ...{ name: key, what: `${key} of ${agenthost}`, isDeclared: declared.has(key) },
    address: secretAddress(manager, { host: agenthost, managerHost: managerhost }, key),
    entry: ledger.keys.get(`${managerhost}/${agenthost} ${key}`),
    isThere: ledger.has(managerhost, agenthost, key),
    isReserved: wildcard(AGENT_OWN_KEYS)(key),
  }));
}

function declaredOn(managerHost: string, host: string, desired: Exchange["run"]["desired"], scene: Scene) {
  const os = scene.simulation.world.at(managerHost)?.agents.get(host)?.kind.os ?? "";
  return declaredKeys(desired, { host, os, managerHost });
}

function fits({ manager, call, body }: Exchange, operation: Operation): boolean {
  if (operation.manager !== manager) return false;
  switch (call) {
    case "secret/generateInfo":
      return operation.type === "issue-initial-secret";
    case "secret/client/generateInfo":
      return operation.type === "issue-client" && operation.client_id === body.clientId;
    case "secret/client/deleteInfo": {
      const { clientIds } = body as { clientIds: string[] };
      // One whose answer was lost is deleted before it is issued again.
      if (operation.type === "issue-client") return clientIds.join() === operation.client_id;
      return operation.type === "delete-clients" && clientIds.every((id) => operation.ids.includes(id));
    }
    case "subManagers/createInfo":
      return operation.type === "put-lower-manager" && operation.host === body.hostname;
    case "subManagers/deleteInfo": {
      const { subManagers } = body as { subManagers: string[] };
      return (
        operation.type === "delete-lower-managers" &&
        subManagers.every((host) => operation.hosts.includes(host))
      );
    }
    default: {
      if (operation.type !== "change-agent-secrets") return false;
      const { agent, add, delete: remove } = operation;
      if (agent.host !== body.agenthost || agent.managerHost !== body.managerhost) return false;
      const keys = new Set([...add, ...remove]);
      return keysOf(body).some((key) => keys.has(key));
    }
  }
}

/** The addresses of all that a write may change. */
export function changedBy({ manager, call, body }: Pick<Exchange, "manager" | "call" | "body">): string[] {
  if (call === "secret/generateInfo") return [initialSecretAddress(manager)];
  if (call !== "agents/secrets/change") return addressesOf({ manager, call, body });
  const agent = { host: body.agenthost, managerHost: body.managerhost };
  return keysOf(body).map((key) => secretAddress(manager, agent, key));
}

function addressesOf({ manager, call, body }: Pick<Exchange, "manager" | "call" | "body">): string[] {
  switch (call) {
    case "secret/client/generateInfo":
      return [clientAddress(manager, body.clientId)];
    case "secret/client/deleteInfo":
      return body.clientIds.map((id: string) => clientAddress(manager, id));
    case "subManagers/createInfo":
      return [lowerAddress(body.hostname)];
    case "subManagers/deleteInfo":
      return body.subManagers.map(lowerAddress);
    case "agents/secrets/change": {
      const agent = { host: body.agenthost, managerHost: body.managerhost };
      return [agentAddress(manager, agent), ...keysOf(body).map((key) => secretAddress(manager, agent, key))];
    }
    default:
      return [];
  }
}

export function keysOf(body: Exchange["body"]): string[] {
  return [...(body.add?.secrets ?? []), ...(body.delete?.secrets ?? [])].map(({ key }) => key);
}
