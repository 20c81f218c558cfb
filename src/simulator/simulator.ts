/**
 * The manager over HTTP: `startSimulator(parseWorld(text, file))`. `BEHAVIOUR.md` beside this file says what it does.
 * `Simulation` is the same without sockets.
 */
import { resolve } from "node:path";
import type { Behaviours } from "../model/gaps";
import { LARGEST_SMALL_FILE, nodeFileSystem } from "../platform/file-system";
import { CONTROL_PATH, startControl } from "./control-server";
import type { Edit } from "./edit";
import type { Faults } from "./faults";
import { type Listener, listen } from "./http-server";
import { parseWorld } from "./parse-world";
import { Persistence, readPersisted } from "./persistence";
import type { RecordedRequest } from "./recorder";
import type { SimulatedManager } from "./simulated-manager";
import { Simulation, type SimulationOptions } from "./simulation";
import type { WorldDefinition } from "./world-definition";

export interface SimulatorOptions extends Omit<SimulationOptions, "onChange"> {
  /** Address to listen on; `127.0.0.1` where absent. */
  readonly listenOn?: string | undefined;
  /** Port of the control API: 0 or absent takes any free one, `false` opens none. */
  readonly controlPort?: number | false | undefined;
  /** The control API shows secret values. */
  readonly showSecrets?: boolean | undefined;
  /** File that stores the world. If it exists at the start, it replaces the given world. */
  readonly persist?: string | undefined;
  /** Answers to gaps, with priority over those of the world. */
  readonly behaviours?: Behaviours | undefined;
  /** Folder for relative paths of certificates; the working folder if absent. */
  readonly folder?: string | undefined;
}

export interface Simulator {
  /** By name. */
  readonly managers: ReadonlyMap<
    string,
    { readonly url: string; readonly port: number; readonly host: string }
  >;
  /** `http://…/_simulator`, unless it was switched off. */
  readonly controlUrl: string | undefined;
  readonly faults: Faults;
  /** The same managers without sockets. */
  readonly simulation: Simulation;
  /** The latest requests, oldest first, with their secrets. */
  requests(): readonly RecordedRequest[];
  /** The whole world with its secret values. */
  truth(): WorldDefinition;
  /** Makes a change as others would. Throws an `EditError`. */
  edit(edit: Edit): void;
  /** Ends every connection and writes what is to be kept. */
  close(): Promise<void>;
}

/**
 * Starts every manager of the world on its own port. Rejects with Node's error if a port is in use or a certificate
 * is unreadable, and with a `DiagnosticError` if the stored world is damaged; nothing then stays open.
 */
export async function startSimulator(
  world: WorldDefinition,
  options: SimulatorOptions = {},
): Promise<Simulator> {
  const { listenOn = "127.0.0.1", controlPort = 0, showSecrets = false, persist } = options;
  const kept = persist === undefined ? undefined : await readPersisted(persist);
  const stored = persist !== undefined && kept !== undefined ? parseWorld(kept, persist) : world;
  const definition = { ...stored, behaviours: { ...stored.behaviours, ...options.behaviours } };
  const keeper =
    persist === undefined
      ? undefined
      : new Persistence(persist, () => `${JSON.stringify(simulation.truth())}\n`);
  const simulation = new Simulation(definition, { ...options, onChange: () => keeper?.touch() });
  const listeners: Listener[] = [];
  const closeAll = async () => {
    simulation.stop();
    await Promise.all(listeners.map((listener) => listener.close()));
    await keeper?.flush();
  };
  try {
    // A file that cannot be written is found now, and not when the world is to be kept.
    keeper?.touch();
    await keeper?.flush();
    const managers = new Map<string, { url: string; port: number; host: string }>();
    for (const manager of simulation.world.managers.values()) {
      const listener = await listenAs(simulation, manager, listenOn, options.folder ?? ".");
      listeners.push(listener);
      managers.set(manager.name, { url: listener.url, port: listener.port, host: manager.host });
    }
    let controlUrl: string | undefined;
    if (controlPort !== false) {
      const urls = new Map([...managers].map(([name, { url }]) => [name, url]));
      const control = await startControl(simulation, {
        host: listenOn,
        port: controlPort,
        showSecrets,
        managers: urls,
      });
      listeners.push(control);
      controlUrl = control.url + CONTROL_PATH;
    }
    return {
      managers,
      controlUrl,
      faults: simulation.faults,
      simulation,
      requests: () => simulation.requests(),
      truth: () => simulation.truth(),
      edit: (edit) => simulation.edit(edit),
      close: closeAll,
    };
  } catch (error) {
    await closeAll().catch(() => {});
    throw error;
  }
}

async function listenAs(
  simulation: Simulation,
  manager: SimulatedManager,
  host: string,
  folder: string,
): Promise<Listener> {
  const { port = 0, tls } = manager.definition;
  const pem = async (path: string) => nodeFileSystem.readFile(resolve(folder, path), LARGEST_SMALL_FILE);
  const certificate =
    tls === undefined ? {} : { tls: { cert: await pem(tls.cert), key: await pem(tls.key) } };
  return listen({ host, port, bodyLimit: simulation.world.bodyLimit, ...certificate }, (request) =>
    simulation.handle(manager.name, request),
  );
}
