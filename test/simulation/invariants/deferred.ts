/** What must hold of plans that wait for other changes, and of deletions that wait for what replaces them. */
import {
  agentAddress,
  clientAddress,
  initialSecretAddress,
  isWithin,
  lowerManagerAddress,
  managerOf,
  parseAddress,
  secretAddress,
} from "../../../src/model/address";
import type { Plan } from "../../../src/model/plan";
import { declaredKeys } from "../desired";
import type { Exchange } from "../network";
import type { Run } from "../run";
import { lowerAddress, type Scene } from "../scene";
import { HOST_OF, type ManagerName } from "../world";

/** A saved plan writes and deletes the keys that it holds, now or deferred, and no other. */
export const savedPlansDoOnlyWhatTheyHold = ({ run, manager, call, body }: Exchange): string[] => {
  const saved = run.action === "plan and apply the saved plan" ? run.plans.at(-1) : undefined;
  if (!saved || call !== "agents/secrets/change") return [];
  const held = new Set([...saved.changes, ...saved.deferred].map(({ address }) => address));
  const agent = { host: body.agenthost, managerHost: body.managerhost };
  return [...(body.add?.secrets ?? []), ...(body.delete?.secrets ?? [])]
    .map(({ key }: { key: string }) => secretAddress(manager, agent, key))
    .filter((address) => !held.has(address))
    .map((address) => `it sends ${address}, which the saved plan does not hold`);
};

/** Nothing that is no longer declared is deleted while something that was to be created beside it is missing. */
export const deletesNothingUnreplaced = (exchange: Exchange, scene: Scene): string[] => {
  const { run, manager, call, body } = exchange;
  const plan = run.plans.at(-1);
  if (!plan || scene.interfered) return [];
  if (call === "agents/secrets/change") return deletedTooEarly(plan, exchange, scene);
  const deleted: string[] =
    call === "subManagers/deleteInfo"
      ? body.subManagers.map(lowerAddress)
      : call === "secret/client/deleteInfo"
        ? body.clientIds
            .filter((id: string) => !run.desired.clients[id])
            .map((id: string) => clientAddress(manager, id))
        : [];
  // What the lost manager left behind has nothing in its place.
  const left = deleted.filter((address) => !isPredecessor(plan, address));
  const missing = left.length > 0 ? missingCreations(plan, exchange, scene) : [];
  const taken = left.some((address) => !isRetired(plan, address)) ? takenClients(plan, exchange) : [];
  return [...missing, ...taken].map(
    (address) => `it deletes ${left.join(", ")} though ${address} was not created`,
  );
};

/** Secrets that are deleted while their key waits for the next round on another agent, which was not asked for yet. */
function deletedTooEarly({ deferred }: Plan, { run, manager, body }: Exchange, { ledger }: Scene): string[] {
  const deleted: string[] = (body.delete?.secrets ?? []).map(({ key }: { key: string }) => key);
  return deferred.flatMap(({ action, address }) => {
    const secret = action === "write" ? parseAddress(address) : undefined;
    if (secret?.kind !== "secret" || secret.manager !== manager || !deleted.includes(secret.key)) return [];
    const { host, managerHost } = secret.agent;
    const isThere = ledger.keys.has(`${managerHost}/${host} ${secret.key}`);
    const isSeen = run.exchanges.some(
      ({ body: { agenthost, managerhost } }) => agenthost === host && managerhost === managerHost,
    );
    return isThere || isSeen
      ? []
      : [`it deletes ${secret.key} of ${body.agenthost} though ${address} is deferred`];
  });
}

function isPredecessor({ changes }: Plan, address: string): boolean {
  return changes.some((change) => change.address === address && change.reason === "predecessor");
}

function isRetired({ changes }: Plan, address: string): boolean {
  return changes.some((change) => change.address === address && change.reason === "retired");
}

/** Declared clients that are not ours, beside which no client that is no longer declared goes. */
function takenClients({ blocked }: Plan, { manager, call }: Exchange): string[] {
  if (call !== "secret/client/deleteInfo") return [];
  const isTaken = (address: string) =>
    parseAddress(address)?.kind === "client" && managerOf(address) === manager;
  return blocked.flatMap(({ address, code }) => (code === "not-ours" && isTaken(address) ? [address] : []));
}

function missingCreations({ operations }: Plan, { manager, call }: Exchange, { ledger }: Scene): string[] {
  return operations.flatMap((operation) => {
    if (operation.manager !== manager || !("registered" in operation) || operation.registered) return [];
    if (operation.type === "put-lower-manager" && call === "subManagers/deleteInfo")
      return ledger.hasLowerManager(operation.host) ? [] : [lowerManagerAddress(manager, operation.host)];
    if (operation.type !== "issue-client" || call !== "secret/client/deleteInfo") return [];
    const isThere = ledger.client(manager as ManagerName, operation.client_id) !== undefined;
    return isThere ? [] : [clientAddress(manager, operation.client_id)];
  });
}

/** A plan counts or names everything that is declared: what it neither changes, defers, blocks nor calls unknown is in sync. */
export const nothingDeclaredIsOmitted = (run: Run, scene: Scene): string[] => {
  const { result } = run;
  if (result?.type !== "plan" || scene.interfered) return [];
  const { plan } = result;
  const changed = new Set(plan.changes.map(({ address }) => address));
  const deferred = new Set(plan.deferred.map(({ address }) => address));
  const places = [...plan.unknown, ...plan.blocked, ...plan.open_selectors].map(({ address }) => address);
  const rest = declaredAddresses(run, scene).filter(
    (address) =>
      !changed.has(address) && !deferred.has(address) && !places.some((place) => isWithin(address, place)),
  );
  const counted = countedAsThere(plan);
  // Of an agent that may be in half a list, and of one that is full, it also counts the keys that are there.
  const isRough = plan.unknown.length > 0 || plan.blocked.some(({ code }) => code === "agent-full");
  const isRight = isRough ? counted >= rest.length : counted === rest.length;
  return isRight ? [] : [`it counts ${counted} as there, and says nothing else of ${rest.join(", ")}`];
};

function countedAsThere({ summary, changes, kept }: Plan): number {
  const adopted = changes.filter(({ action }) => action === "no-op").length;
  const left = kept
    .filter(({ reason }) => reason === "unverified-keep" || reason === "not-supplied")
    .reduce((sum, { count }) => sum + count, 0);
  return summary.unchanged + summary.not_compared - adopted + left;
}

function declaredAddresses({ desired }: Run, { simulation, ledger }: Scene): string[] {
  const addresses = [
    ...Object.keys(desired.clients).map((id) => clientAddress("tokyo", id)),
    ...Object.keys(desired.initialSecrets).map((name) => initialSecretAddress(name)),
    ...desired.lowerManagers.map((name) => lowerAddress(HOST_OF[name])),
  ];
  for (const { name, host: managerHost, agents } of simulation.world.managers.values()) {
    const isDeclared = desired.lowerManagers.some((each) => each === name);
    if (name !== "tokyo" && !isDeclared && !ledger.hasLowerManager(managerHost)) continue;
    for (const [host, { kind }] of agents) {
      const agent = { host, managerHost };
      const keys = declaredKeys(desired, { ...agent, os: kind.os }).keys();
      addresses.push(...[...keys].map((key) => secretAddress("tokyo", agent, key)));
    }
  }
  return addresses;
}

/** Whether a saved plan could not do it: selectors match agents behind a lower manager only once that is added. */
export function isBeyondSavedPlan(mismatch: string, { action, plans }: Run): boolean {
  if (action !== "plan and apply the saved plan") return false;
  const edge = agentAddress("tokyo", { host: "edge01", managerHost: HOST_OF.osaka });
  const held = (plans.at(-1)?.deferred ?? []).flatMap(({ address }) => {
    const addressed = isWithin(address, edge) ? parseAddress(address) : undefined;
    return addressed?.kind === "secret" ? [`${addressed.key} of edge01`] : [];
  });
  return mismatch.includes(" of edge01") && !held.some((name) => mismatch.startsWith(`${name} `));
}
