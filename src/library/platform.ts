import { setMaxListeners } from "node:events";
import { hostname, userInfo } from "node:os";
import type { Timeouts } from "../api/dispatcher";
import type { Transport } from "../api/transport";
import type { EngineEvent } from "../engine/context";
import type { DesiredManager } from "../model/desired-state";
import { DiagnosticError } from "../model/diagnostic";
import { noWorkingFolder } from "../model/no-working-folder";
import { type Clock, systemClock } from "../platform/clock";
import { errorCode } from "../platform/error-code";
import { type FileSystem, nodeFileSystem } from "../platform/file-system";
import { isZombie, processStart } from "../platform/process-start";
import { type Random, systemRandom } from "../platform/random";
import { workingFolder } from "../platform/working-folder";

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
  /** When a process of this host began; `undefined` if unknown. */
  readonly processStart: (pid: number) => string | undefined;
  /** Who approved what this run does, as an audit trail records it. */
  readonly approval?: {
    readonly by?: string | undefined;
    /** Whether a person is asked to approve each plan. */
    readonly isAsked: boolean;
  };
  /**
   * Once aborted, no further request starts, and nothing that only reads is waited for; writes in flight are finished
   * and recorded.
   */
  readonly signal: AbortSignal;
  /**
   * Once aborted, requests in flight to a manager are dropped, too, because another run may be writing there. Aborted
   * after `signal`, or with it.
   */
  readonly abandoned?: AbortSignal;
  readonly report: (event: EngineEvent) => void;
  /** Time-outs of requests to managers that differ from the default. */
  readonly timeouts?: Partial<Timeouts>;
  /** Replaces the network. */
  readonly transport?: (manager: DesiredManager) => Transport;
  /** The same for a server with Terraform's HTTP protocol that stores the state. */
  readonly stateTransport?: (origin: string) => Transport;
}

/**
 * The platform of this process, silent and never cancelled, except for what is passed in. Throws a `DiagnosticError` if
 * the working folder was removed.
 *
 * @example
 * const { signal } = new AbortController();
 * const platform = createPlatform({ signal, report: (event) => console.error(event) });
 */
export function createPlatform(own: Partial<Platform> = {}): Platform {
  const cwd = own.cwd ?? workingFolder();
  if (cwd === undefined) throw new DiagnosticError([noWorkingFolder]);
  const platform = {
    env: process.env,
    cwd,
    stdin: readStdin,
    fileSystem: nodeFileSystem,
    clock: systemClock,
    random: systemRandom,
    // Found out when they are asked for: the system reads its files for a user's name.
    get host() {
      return hostname();
    },
    get user() {
      return userName();
    },
    pid: process.pid,
    isProcessAlive,
    processStart,
    signal: new AbortController().signal,
    report: () => {},
    ...own,
  };
  // A large fleet has many waits at once, and each listens: this is no leak.
  setMaxListeners(0, platform.signal);
  return platform;
}

async function readStdin(): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

/** The user's name; a container may run with a number that has no name. */
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
    // A process of another user is alive.
    if (errorCode(error) !== "EPERM") return false;
  }
  return !isZombie(pid);
}
