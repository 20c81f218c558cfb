import type { InputOptions } from "../library/inputs/inputs";
import type { Platform } from "../library/platform";
import type { LockWait } from "../library/state/locked";
import { statePlace } from "../library/state/place";
import { keptStateKey } from "../library/state/state-key";
import { failure } from "../model/diagnostic";
import type { ManagerCycle, WatchEvent, WatchMode } from "../model/watch";
import { formatTime } from "../platform/clock";
import { collecting } from "./collecting";
import { DesiredSource } from "./desired-source";
import { MemorySchedule } from "./memory-schedule";
import { checkWatchScope, type WatchScope, watchedManagers } from "./watched-managers";
import { Watcher } from "./watcher";

export interface WatchOptions extends InputOptions, LockWait, WatchScope {
  /** `drift` compares and never writes; it is the default. */
  readonly mode?: WatchMode | undefined;
  /** From the end of a manager's cycle to its next one, in milliseconds; 5 minutes by default. */
  readonly intervalMs?: number | undefined;
  /** Ends when each manager was reconciled once. */
  readonly once?: boolean | undefined;
  /** Managers that are reconciled at the same time, at most; 32 by default. */
  readonly concurrency?: number | undefined;
  /** Requests in flight on each manager, at most; 10 by default. */
  readonly parallelism?: number | undefined;
  /** Programs that may refuse what would be applied; as for `apply`. */
  readonly policies?: readonly string[] | undefined;
  readonly report?: ((event: WatchEvent) => void) | undefined;
}

const DEFAULT_INTERVAL_MS = 300_000;
const DEFAULT_CONCURRENCY = 32;
/** An apply of an operator, or a neighbour's that issues a secret here, is most often over by then. */
const DEFAULT_LOCK_TIMEOUT_MS = 60_000;

/**
 * Reconciles the managers again and again, until `platform.signal` is aborted: then the requests in flight are finished and recorded, and
 * the locks released. Reads the desired state again when its files change. Resolves to each manager's last cycle; rejects with a
 * `DiagnosticError` where it cannot start.
 *
 * @example
 * const stop = new AbortController();
 * const report = (event: WatchEvent) => event.event === "cycle" && console.log(event.manager, event.status);
 * await watch({ files: ["managers/"], intervalMs: 60_000, report }, createPlatform({ signal: stop.signal }));
 */
export async function watch(options: WatchOptions, platform: Platform): Promise<readonly ManagerCycle[]> {
  const { mode = "drift", intervalMs = DEFAULT_INTERVAL_MS, report = () => {} } = options;
  if (options.files.includes("-")) throw fromStdin();
  const { source, diagnostics: warnings } = await DesiredSource.open(options, platform);
  checkWatchScope(options, source.desired);
  const { platform: starting, diagnostics } = collecting(platform);
  if (mode === "apply") await keptStateKey(await statePlace(options, source.desired, starting), starting);
  const { clock } = platform;
  const watcher = new Watcher({
    ...{ options, mode, intervalMs, source, platform, report },
    lockTimeoutMs: options.lockTimeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS,
    concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
    schedule: new MemorySchedule(clock),
  });
  const now = () => formatTime(clock.now());
  const managers = watchedManagers(options, source.desired);
  report({
    event: "started",
    time: now(),
    mode,
    interval_seconds: intervalMs / 1000,
    managers,
    diagnostics: [...warnings, ...diagnostics],
  });
  const cycles = await watcher.run();
  report({ event: "stopped", time: now() });
  return cycles;
}

function fromStdin(): Error {
  return failure({
    code: "usage",
    summary: "watch reads the desired state again when it changes, and standard input can be read only once",
    remedy: "write the desired state to a file or a folder, and name that with -f",
  });
}
