/** What must hold of the state on the disk whenever no run is at work, however the last one ended. */
import { hash } from "node:crypto";
import { clientAddress, secretAddress } from "../../../src/model/address";
import type { RecordedPlace } from "../../../src/model/sink-place";
import type { StateRecord, StateView } from "../../../src/state/port";
import { isGeneration, TEMPLATE } from "../lifetimes";
import { lowerAddress, type Scene, STATE } from "../scene";
import { HOST_OF, type ManagerName } from "../world";
import { isOfTarget } from "./requests";

/** A sentence of what is wrong for each violation; nothing where all is well. */
export type StateInvariant = (log: StateView | undefined, scene: Scene) => string[];

/** Whatever the tool made and is still there, the state knows: nothing of ours becomes a stranger's. */
export const forgetsNothingOfOurs: StateInvariant = (log, scene) => {
  const diagnostics: string[] = [];
  const { ledger } = scene;
  for (const [name, { created }] of ledger.clients) {
    const [manager, id] = split(name);
    const record = log?.record(clientAddress(manager, id));
    if (created && !isHeld(record))
      diagnostics.push(`the client ${name}, which the tool issued, is not in the state`);
  }
  for (const [name, entry] of ledger.keys) {
    const [place, key] = split(name);
    if (!entry.created || log?.fingerprints(`tokyo/agent/${place}`).has(key)) continue;
    // Agents of a manager that is no longer below ours are nobody's business any more.
    if (isBelow(place, scene)) diagnostics.push(`the key ${name}, which the tool made, is not in the state`);
    else ledger.keys.set(name, { ...entry, owner: "others", created: false });
  }
  for (const [host, { created }] of ledger.lowerManagers) {
    if (created && !log?.record(lowerAddress(host)))
      diagnostics.push(`the lower manager ${host}, which the tool added, is not in the state`);
  }
  return diagnostics;
};

/** Nothing that is somebody else's gets into the state, where the next run would take it for ours. */
export const ownsNothingOfOthers: StateInvariant = (log, { ledger }) => {
  const diagnostics: string[] = [];
  for (const [name, { owner }] of ledger.clients) {
    const [manager, id] = split(name);
    const record = log?.record(clientAddress(manager, id));
    if (owner === "others" && isHeld(record))
      diagnostics.push(`the state holds the client ${name}, which is not ours`);
  }
  for (const [name, { owner }] of ledger.keys) {
    const [place, key] = split(name);
    const isOwned = log?.fingerprints(`tokyo/agent/${place}`).has(key);
    if (owner === "others" && isOwned) diagnostics.push(`the state holds the key ${name}, which is not ours`);
  }
  return diagnostics;
};

/** Of a run with a target, the state changes only what is within it. */
export const recordsOnlyItsTarget: StateInvariant = (log, { targeted }) => {
  if (targeted === undefined) return [];
  const { target, before } = targeted;
  const [was, is] = [recorded(before), recorded(log)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((address) => !isOfTarget(address, target) && was.get(address) !== is.get(address))
    .map((address) => `with the target ${target} the state of ${address} changes`);
};

/** What the state holds, by address: keys by their fingerprints, all else but managers by status and generation. */
function recorded(log: StateView | undefined): Map<string, string> {
  const found = new Map<string, string>();
  for (const record of log?.records() ?? []) {
    if (record.kind === "agent") {
      for (const [key, fingerprint] of log?.fingerprints(record.address) ?? [])
        found.set(secretAddress(record.manager, record.agent, key), String(fingerprint));
    } else if ("status" in record) found.set(record.address, `${record.status} ${record.generation}`);
    else if (record.kind === "lower-manager") found.set(record.address, JSON.stringify(record));
  }
  return found;
}

/** Agents with equal values must not be recognised by equal texts in the state. */
export const givesNothingAwayByDigests: StateInvariant = (log) => {
  const seen = new Map<string, string>();
  const diagnostics: string[] = [];
  for (const record of log?.records() ?? []) {
    if (record.kind !== "agent" || record.digest === undefined) continue;
    const other = seen.get(record.digest);
    if (other !== undefined) diagnostics.push(`${other} and ${record.address} have one digest`);
    seen.set(record.digest, record.address);
  }
  return diagnostics;
};

/** An answer that the state knows lists what is ours on the agent, and what the state says that is not. */
export const knowsAnswersAsTheyAre: StateInvariant = (log, { simulation }) => {
  const diagnostics: string[] = [];
  for (const record of log?.records() ?? []) {
    if (record.kind !== "agent" || record.answer === undefined) continue;
    const { digest, others } = record.answer;
    const { host, managerHost } = record.agent;
    const list = simulation.world.at(managerHost)?.agents.get(host)?.secrets.list() ?? "";
    if (hash("sha256", list, "base64url").slice(0, digest.length) !== digest) continue;
    const listed = JSON.parse(list).secrets.map(({ key }: { key: string }) => key);
    const known = [...(log?.fingerprints(record.address).keys() ?? []), ...others];
    if (JSON.stringify(known.sort()) !== JSON.stringify(listed.sort()))
      diagnostics.push(`the answer that the state knows of ${record.address} lists other keys`);
  }
  return diagnostics;
};

/** A secret of which the state says *delivered* is in its sink, and opens the manager. */
export const whatIsDeliveredIsValid: StateInvariant = (log, scene) => {
  const diagnostics: string[] = [];
  for (const record of log?.records() ?? []) {
    if (!("status" in record) || record.status !== "delivered") continue;
    const valid = validSecret(record, scene);
    if (valid === undefined || isReplacedInSink(record, scene)) continue;
    const places = record.deliveredTo ?? [];
    if (places.length === 0 || !places.every((place) => fileAt(place, scene) === valid))
      diagnostics.push(
        `the state says that ${record.address} is delivered, and not all of its sinks hold it`,
      );
  }
  return diagnostics;
};

/** All generations of a client have one sink, which holds the secret of one of them. */
function isReplacedInSink({ address }: StateRecord, scene: Scene): boolean {
  const held = scene.read(`out/${TEMPLATE.name}`);
  const generations = [...scene.ledger.clients]
    .map(([name, entry]) => ({ ...entry, id: split(name)[1] }))
    .filter(({ id }) => isGeneration(id));
  const isOne = generations.some(({ id }) => clientAddress("tokyo", id) === address);
  return isOne && generations.some(({ value }) => value === held);
}

/** The secret that opens the manager now; `undefined` where somebody else changed it, or nothing is there. */
function validSecret(record: StateRecord, { ledger }: Scene): string | undefined {
  if (record.kind === "initial-secret") return ledger.initialSecrets.get(record.manager);
  for (const [name, entry] of ledger.clients) {
    const [manager, id] = split(name);
    if (clientAddress(manager, id) === record.address) return entry.tampered ? undefined : entry.value;
  }
  return undefined;
}

function fileAt(place: RecordedPlace, { machine }: Scene): string | undefined {
  const path = typeof place === "string" ? undefined : place.paths.file?.absolute;
  return path && machine.disk.peek(path)?.toString("utf8");
}

function isHeld(record: StateRecord | undefined): boolean {
  return record?.kind === "client" && record.status !== "retired";
}

function isBelow(place: string, { ledger }: Scene): boolean {
  const [managerHost = ""] = place.split("/");
  return managerHost === HOST_OF.tokyo || ledger.hasLowerManager(managerHost);
}

/** `MANAGER ID` and `MANAGERHOST/HOST KEY` in their two parts. */
export function split(name: string): [place: ManagerName, rest: string] {
  const blank = name.indexOf(" ");
  return [name.slice(0, blank) as ManagerName, name.slice(blank + 1)];
}

/** Texts that hold no secret whatever happens: the folder of the state, but for the state's own key. */
export function textsOfState({ machine, service }: Scene): Map<string, string> {
  const paths = machine.disk.paths().filter((path) => path.startsWith(STATE));
  const onDisk = paths.map((path) => [path, machine.disk.peek(path)?.toString("latin1") ?? ""] as const);
  return new Map([...onDisk, ...(service?.texts() ?? [])]);
}
