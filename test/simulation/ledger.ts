import {
  clientAddress,
  isWithin,
  lowerManagerAddress,
  parseAddress,
  secretAddress,
} from "../../src/model/address";
import type { AdoptedPlace } from "../../src/model/adoption";
import type { Simulation } from "../../src/simulator/simulation";
import { integratedManagerClient } from "../../src/simulator/world";
import type { WorldDefinition } from "../../src/simulator/world-definition";
import { declaredKeys } from "./desired";
import type { Exchange } from "./network";
import { HOST_OF, type ManagerName } from "./world";

/** One thing on a manager or an agent, since it last came into being. */
export interface Entry {
  /** Who it belongs to: who made it, overwrote it as it was declared, or was asked to take it over. */
  readonly owner: "tool" | "others";
  /** The tool made it, or said that it took it over: the state has to know it for as long as it is there. */
  readonly created: boolean;
  /** Somebody else changed it after the tool's last write, which no call shows. */
  readonly tampered: boolean;
  /** The tool was asked to take it over, and has not written it since. */
  readonly imported: boolean;
  /** Value or secret. */
  readonly value: string;
  /** When it came into being, by the wall clock. */
  readonly at: number;
}

/**
 * What really happened, kept beside the simulated managers from their side of the wire: whose each client, key and
 * lower manager is. The tool under test is never asked.
 */
export class Ledger {
  /** By `MANAGER ID`. */
  readonly clients = new Map<string, Entry>();
  /** By `MANAGERHOST/HOST KEY`. */
  readonly keys = new Map<string, Entry>();
  /** By host, on `tokyo`. */
  readonly lowerManagers = new Map<string, Entry>();
  /** By manager; only those that the tool issued last. */
  readonly initialSecrets = new Map<string, string>();
  /** What somebody removed while a run was at work, by the names of `keys` and `clients`. */
  readonly #removedMeanwhile = new Set<string>();
  readonly #simulation: Simulation;

  constructor(simulation: Simulation, definition: WorldDefinition) {
    this.#simulation = simulation;
    for (const [name, manager] of Object.entries(definition.managers)) {
      for (const [id, secret] of Object.entries(manager.clients ?? {})) {
        this.clients.set(`${name} ${id}`, others(secret ?? ""));
      }
      for (const host of manager.lowerManagers ?? []) this.lowerManagers.set(host, others(""));
      for (const { host, secrets } of manager.agents ?? []) {
        for (const [key, value] of Object.entries(secrets ?? {})) {
          this.keys.set(`${manager.host}/${host} ${key}`, others(value));
        }
      }
    }
  }

  /** Whatever was removed before, the runs from now on see. */
  beginStep(): void {
    this.#removedMeanwhile.clear();
  }

  client(manager: ManagerName, id: string): string | undefined {
    return this.#simulation.world.manager(manager).clients.get(id);
  }

  /** The value of a key on an agent; `undefined` where either is not there. */
  value(managerHost: string, host: string, key: string): string | undefined {
    return this.#simulation.world.at(managerHost)?.agents.get(host)?.secrets.get(key);
  }

  has(managerHost: string, host: string, key: string): boolean {
    return this.value(managerHost, host, key) !== undefined;
  }

  hasLowerManager(host: string): boolean {
    return this.#simulation.world.manager("tokyo").lowerManagers.has(host);
  }

  /** Takes down what one request of the tool did, from the world as it is before and after; whether it did anything. */
  observe(exchange: Exchange, carryOut: () => void): boolean {
    const { manager, call, body } = exchange;
    switch (call) {
      case "agents/secrets/change":
        return this.#observeChange(exchange, carryOut);
      case "secret/client/generateInfo": {
        const was = this.client(manager, body.clientId);
        carryOut();
        const is = this.client(manager, body.clientId);
        if (is === undefined || is === was) return false;
        this.clients.set(`${manager} ${body.clientId}`, created(is, this.#simulation.world.clock.now()));
        return true;
      }
      case "secret/client/deleteInfo": {
        const there = body.clientIds.filter((id: string) => this.client(manager, id) !== undefined);
        carryOut();
        const gone = there.filter((id: string) => this.client(manager, id) === undefined);
        for (const id of gone) this.clients.delete(`${manager} ${id}`);
        return gone.length > 0;
      }
      case "subManagers/createInfo": {
        const { hostname: host, initialsecret: value } = body;
        // Each success gives the manager another secret to log in with below.
        const login = () =>
          this.#simulation.world.at(host)?.clients.get(integratedManagerClient(HOST_OF.tokyo));
        const was = login();
        carryOut();
        if (!this.hasLowerManager(host) || login() === was) return false;
        const before = this.lowerManagers.get(host);
        this.lowerManagers.set(host, before ? { ...before, owner: "tool", value } : created(value));
        return true;
      }
      case "subManagers/deleteInfo": {
        const there = body.subManagers.filter((host: string) => this.hasLowerManager(host));
        carryOut();
        const gone = there.filter((host: string) => !this.hasLowerManager(host));
        for (const host of gone) this.lowerManagers.delete(host);
        return gone.length > 0;
      }
      case "secret/generateInfo": {
        const { world } = this.#simulation;
        const was = world.manager(manager).initialSecret;
        carryOut();
        const is = world.manager(manager).initialSecret;
        if (is === undefined || is === was) return false;
        this.initialSecrets.set(manager, is);
        return true;
      }
      default:
        carryOut();
        return false;
    }
  }

  #observeChange({ body }: Exchange, carryOut: () => void): boolean {
    const { agenthost, managerhost } = body;
    const place = `${managerhost}/${agenthost}`;
    const valueAt = (key: string) => this.value(managerhost, agenthost, key);
    const adds: { key: string; secret: string }[] = body.add?.secrets ?? [];
    const removes: { key: string }[] = body.delete?.secrets ?? [];
    const before = new Map([...adds, ...removes].map(({ key }) => [key, valueAt(key)]));
    carryOut();
    for (const { key, secret } of adds) {
      if (valueAt(key) !== secret) continue;
      const name = `${place} ${key}`;
      // A run that was shown somebody's key overwrites it, for all it knows, though it was removed since.
      const isNew = before.get(key) === undefined && !this.#removedMeanwhile.has(name);
      const isOurs = isNew || this.keys.get(name)?.created === true;
      this.keys.set(name, { ...created(secret), created: isOurs });
    }
    for (const { key } of removes) if (valueAt(key) === undefined) this.keys.delete(`${place} ${key}`);
    return [...before].some(([key, was]) => valueAt(key) !== was);
  }

  /** What an import is shown of that which it is asked for, it may take over; killed at once, it has done so or not. */
  show({ run: { desired, target }, manager, call, body }: Exchange): void {
    const isAskedFor = (address: string) => target === undefined || isWithin(address, target);
    if (call === "secret/client/list" && manager === "tokyo")
      for (const id of Object.keys(desired.clients))
        if (isAskedFor(clientAddress("tokyo", id))) this.#takeOver(this.clients, `tokyo ${id}`);
    if (call === "subManagers")
      for (const host of desired.lowerManagers.map((name) => HOST_OF[name]))
        if (isAskedFor(lowerManagerAddress("tokyo", host))) this.#takeOver(this.lowerManagers, host);
    if (call !== "agents/secrets") return;
    const { managerhost: managerHost, agenthost: host } = body;
    const os = this.#simulation.world.at(managerHost)?.agents.get(host)?.kind.os ?? "";
    for (const key of declaredKeys(desired, { host, os, managerHost }).keys())
      if (isAskedFor(secretAddress("tokyo", { managerHost, host }, key)))
        this.#takeOver(this.keys, `${managerHost}/${host} ${key}`);
  }

  /** What an import said that it took over. */
  hold(imported: readonly AdoptedPlace[]): void {
    for (const { address, names } of imported) {
      const place = parseAddress(address);
      for (const name of names) {
        if (place?.kind === "agent")
          mark(this.keys, `${place.agent.managerHost}/${place.agent.host} ${name}`);
        else if (address === "tokyo/client") mark(this.clients, `tokyo ${name}`);
        else mark(this.lowerManagers, name);
      }
    }
  }

  /** What somebody else did to a client. `held`: the state took the name for ours then, or a run was at work. */
  editClient(manager: ManagerName, id: string, held: boolean): void {
    this.#edit(this.clients, `${manager} ${id}`, this.client(manager, id), held);
  }

  editKey(managerHost: string, host: string, key: string, held: boolean): void {
    this.#edit(this.keys, `${managerHost}/${host} ${key}`, this.value(managerHost, host, key), held);
  }

  /** With the integrated manager goes what was on it; what is on agents stays. */
  loseManager(): void {
    for (const name of this.clients.keys()) if (name.startsWith("tokyo ")) this.clients.delete(name);
    this.lowerManagers.clear();
    this.initialSecrets.delete("tokyo");
  }

  /** After an agent was removed, with all that was on it. */
  forgetAgent(managerHost: string, host: string): void {
    for (const name of this.keys.keys())
      if (name.startsWith(`${managerHost}/${host} `)) this.keys.delete(name);
  }

  /** Nothing tells what a client's secret is, and where; a key's value is as declared after the next write. */
  #takeOver(entries: Map<string, Entry>, name: string): void {
    const before = entries.get(name);
    if (before?.owner !== "others") return;
    entries.set(name, { ...before, owner: "tool", tampered: entries === this.clients, imported: true });
  }

  #edit(entries: Map<string, Entry>, name: string, value: string | undefined, held: boolean): void {
    const before = entries.get(name);
    if (value === undefined) {
      entries.delete(name);
      if (held && before?.owner === "others") this.#removedMeanwhile.add(name);
    } else if (before) entries.set(name, { ...before, tampered: before.owner === "tool", value });
    // By its name alone nobody can tell it from the one that was ours and is gone.
    else entries.set(name, held ? { ...others(value), owner: "tool", tampered: true } : others(value));
  }
}

function mark(entries: Map<string, Entry>, name: string): void {
  const before = entries.get(name);
  if (before?.owner === "tool") entries.set(name, { ...before, created: true, imported: true });
}

function others(value: string): Entry {
  return { owner: "others", created: false, tampered: false, imported: false, value, at: 0 };
}

function created(value: string, at = 0): Entry {
  return { owner: "tool", created: true, tampered: false, imported: false, value, at };
}

/** The manager that runs on a host. */
export function managerAt(host: string): ManagerName | undefined {
  return (Object.keys(HOST_OF) as ManagerName[]).find((name) => HOST_OF[name] === host);
}
