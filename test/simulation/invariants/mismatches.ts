import { clientAddress, secretAddress } from "../../../src/model/address";
import { declaredKeys, isProtected, sinkFiles } from "../desired";
import { declaredGeneration, isGeneration, isOverdue } from "../lifetimes";
import type { Run } from "../run";
import type { Scene } from "../scene";
import { HOST_OF } from "../world";

/**
 * What is not as a run's desired state has it, seen from the managers' side. What nobody can know is left out: values
 * that others changed since the last write, and values that the policy leaves as they are.
 */
export function mismatches(run: Run, scene: Scene): string[] {
  return [
    ...keyMismatches(run, scene),
    ...clientMismatches(run, scene),
    ...initialSecretMismatches(run, scene),
    ...lowerManagerMismatches(run, scene),
    ...leftOvers(run, scene),
    ...predecessors(run, scene),
  ];
}

function keyMismatches({ desired, env }: Run, { ledger, simulation, contended }: Scene): string[] {
  const diagnostics: string[] = [];
  for (const manager of simulation.world.managers.values()) {
    if (manager.name !== "tokyo" && !ledger.hasLowerManager(manager.host)) continue;
    for (const [host, agent] of manager.agents) {
      const declared = declaredKeys(desired, { host, os: agent.kind.os, managerHost: manager.host });
      for (const [key, variable] of declared) {
        const entry = ledger.keys.get(`${manager.host}/${host} ${key}`);
        if (secretAddress("tokyo", { host, managerHost: manager.host }, key) === contended) continue;
        // Under `keep` any value stays whose last write the state does not know any more.
        if (entry?.tampered || (entry && desired.policy.unverified === "keep")) continue;
        // What was imported waits for its value as it is.
        if (entry?.imported && env[variable] === undefined) continue;
        if (agent.secrets.get(key) !== env[variable])
          diagnostics.push(`${key} of ${host} is not as declared`);
      }
    }
  }
  return diagnostics;
}

function clientMismatches({ desired }: Run, scene: Scene): string[] {
  return Object.entries(desired.clients).flatMap(([id, client]) => {
    const secret = scene.ledger.client("tokyo", id);
    const entry = scene.ledger.clients.get(`tokyo ${id}`);
    const isTampered = entry?.tampered;
    if (clientAddress("tokyo", id) === scene.contended) return [];
    if (secret === undefined) return [`client ${id} is not there`];
    if (entry?.created && !entry.imported && isOverdue(client, desired, scene.time.now() - entry.at))
      return [`client ${id} is older than it may become`];
    const isDelivered = sinkFiles(id, client).every((file) => scene.read(file) === secret);
    return isDelivered || isTampered ? [] : [`the secret of client ${id} is not in its sink`];
  });
}

function initialSecretMismatches({ action, desired }: Run, scene: Scene): string[] {
  // A rebuild is about one manager.
  const names = action === "rebuild" ? (["tokyo"] as const) : (["tokyo", "osaka"] as const);
  return names.flatMap((name) => {
    const { initialSecret } = scene.simulation.world.manager(name);
    if (desired.initialSecrets[name] !== undefined && initialSecret === undefined)
      return [`${name} has no initial secret`];
    const issued = scene.ledger.initialSecrets.get(name);
    if (desired.initialSecrets[name] === undefined || issued === undefined) return [];
    return scene.read(`out/${name}.initial`) === issued
      ? []
      : [`the initial secret of ${name} is not in its sink`];
  });
}

function lowerManagerMismatches({ desired, env }: Run, { ledger }: Scene): string[] {
  return desired.lowerManagers.flatMap((name) => {
    const host = HOST_OF[name];
    if (!ledger.hasLowerManager(host)) return [`the lower manager ${host} is not there`];
    const entry = ledger.lowerManagers.get(host);
    // That of `osaka` is issued when it is added; under `keep` stays what others registered.
    if (name === "osaka" || !entry || desired.policy.unverified === "keep") return [];
    return entry.value === env.NAGOYA_INITIAL
      ? []
      : [`the lower manager ${host} was not added with its initial secret`];
  });
}

/** What is ours, undeclared, and still there. */
function leftOvers({ desired }: Run, { ledger }: Scene): string[] {
  const { policy } = desired;
  if (policy.prune === "none") return [];
  return (
    [...ledger.clients]
      .filter(([name, { created, tampered }]) => created && !tampered && name.startsWith("tokyo "))
      .map(([name]) => name.slice("tokyo ".length))
      // An earlier generation stays for the overlap.
      .filter((id) => !isGeneration(id) || declaredGeneration(desired) === undefined)
      .filter(
        (id) => desired.clients[id] === undefined && !isProtected(policy, id, clientAddress("tokyo", id)),
      )
      .map((id) => `client ${id} is still there, undeclared and ours`)
  );
}

/** What a lost manager left behind on a lower manager that is declared, and can be logged in to. */
function predecessors({ action, desired }: Run, { leftBehind, ledger }: Scene): string[] {
  if (action !== "rebuild" || !desired.lowerManagers.includes("osaka")) return [];
  return [...leftBehind]
    .filter((name) => name.startsWith("osaka ") && ledger.client("osaka", name.slice("osaka ".length)))
    .map((name) => `${name}, the lost manager's client, is still there`);
}
