import { setMaxListeners } from "node:events";
import { hostname, userInfo } from "node:os";
import type { Timeouts } from "../api/dispatcher";
import type { Transport } from "../api/transport";
import type { EngineEvent } from "../engine/context";
import type { DesiredManager } from "../model/desired-state";
import { type Clock, systemClock } from "../platform/clock";
import { errorCode, type FileSystem, nodeFileSystem } from "../platform/file-system";
import { isZombie, processStart } from "../platform/process-start";
import { type Random, systemRandom } from "../platform/random";

/** The machine and the caller around a run. */
export interface Platform {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: () => Promise<Buffer>;
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly random: Random;
  readonly host: string;
  readonly user: string;
  readonly pid: number;
  readonly isProcessAlive: (pid: number) => boolean;
  /** When a process of this host began; `undefined` where that is not known. */
  readonly processStart: (pid: number) => string | undefined;
  /** Who approved what this run does, as an audit trail records it. */
  readonly approval?: {
    readonly by?: string | undefined;
    /** Whether a person is asked with each plan. */
    readonly isAsked: boolean;
  };
  /** Once aborted, no further request is begun; those in flight are finished and recorded. */
  readonly signal: AbortSignal;
  /** Once aborted, requests in flight to a manager are given up as well: somebody else may be writing there. Aborted after `signal`, or with it. */
  readonly abandoned?: AbortSignal;
  readonly report: (event: EngineEvent) => void;
  /** How long requests to managers may take, where it is not the default. */
  readonly timeouts?: Partial<Timeouts>;
  /** Takes the network's place. */
  readonly transport?: (manager: DesiredManager) => Transport;
  /** The same for a server of Terraform's HTTP protocol that keeps the state. */
  readonly stateTransport?: (origin: string) => Transport;
}

/**
 * This process's own surroundings, silent and never cancelled, but for what is handed in.
 *
 * @example
 * const { signal } = new AbortController();
 * const platform = createPlatform({ signal, report: (event) => console.error(event) });
 */
export function createPlatform(own: Partial<Platform> = {}): Platform {
  const platform = {
    env: process.env,
    cwd: process.cwd(),
    stdin: readStdin,
    fileSystem: nodeFileSystem,
    clock: systemClock,
    random: systemRandom,
    host: hostname(),
    user: userName(),
    pid: process.pid,
    isProcessAlive,
    processStart,
    signal: new AbortController().signal,
    report: () => {},
    ...own,
  };
  // A fleet waits in many places at once, and every one of them listens: that is no leak to be warned of.
  setMaxListeners(0, platform.signal);
  return platform;
}

async function readStdin(): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

/** A container may run under a number that no name belongs to. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Where it belongs to somebody else, it lives.
    if (errorCode(error) !== "EPERM") return false;
  }
  return !isZombie(pid);
}
