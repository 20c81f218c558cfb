import { type InputOptions, stateFolder } from "../library/inputs/inputs";
import type { Platform } from "../library/platform";
import type { LockWait } from "../library/state/locked";
import { failure, isServerWait } from "../model/diagnostic";
import type { ManagerCycle, WatchEvent, WatchMode } from "../model/watch";
import { formatTime } from "../platform/clock";
import { DesiredSource } from "./desired-source";
import type { Probes, ServedMetrics } from "./metrics/serve-metrics";
import type { ListenAddress } from "./metrics/server";
import { withMetrics } from "./metrics/with-metrics";
import { requireKnownScope, type WatchScope, watchedManagers } from "./watched-managers";
import { WatchedState } from "./watched-state";
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
  /** Programs that may refuse a plan; as for `apply`. */
  readonly policies?: readonly string[] | undefined;
  /** Address of the HTTP server for metrics and probes; none if absent. */
  readonly listen?: ListenAddress | undefined;
  readonly report?: ((event: WatchEvent) => void) | undefined;
}

const DEFAULT_INTERVAL_MS = 300_000;
const DEFAULT_CONCURRENCY = 32;
/** Most applies of operators, or of other managers' cycles that issue a secret here, take less time. */
const DEFAULT_LOCK_TIMEOUT_MS = 60_000;
/** A watch checks what is due every few seconds, or waits minutes for a database; after this time it is stuck. */
const LONGEST_TURN_MS = 600_000;

/**
 * Reconciles the managers repeatedly until `platform.signal` is aborted; then it finishes and records the requests in
 * flight and releases the locks. It reloads the desired state when its files change. Resolves to each manager's last
 * cycle; rejects with a `DiagnosticError` if it cannot start.
 *
 * @example
 * const stop = new AbortController();
 * const report = (event: WatchEvent) => event.event === "cycle" && console.log(event.manager, event.status);
 * await watch({ files: ["managers/"], intervalMs: 60_000, report }, createPlatform({ signal: stop.signal }));
 */
export async function watch(given: WatchOptions, outer: Platform): Promise<readonly ManagerCycle[]> {
  const { mode = "drift", intervalMs = DEFAULT_INTERVAL_MS, report = () => {} } = given;
  const platform = reportingWaits(outer, report);
  if (given.files.includes("-")) throw fromStdin();
  const options = await withDefaultFolder(given, platform);
  const { source, diagnostics } = await DesiredSource.open(options, platform);
  requireKnownScope(options, source.desired);
  const state = new WatchedState({ ...options, mode }, platform);
  const { warnings } = await state.of(source.desired);
  const { clock, signal } = platform;
  let turnedAt = () => clock.elapsed();
  const served = await serve(options.listen, {
    isAlive: () => clock.elapsed() - turnedAt() < LONGEST_TURN_MS,
    isReady: () => !signal.aborted,
  });
  const seen = withMetrics(served?.metrics, platform, report);
  const now = () => formatTime(clock.now());
  try {
    const watcher = new Watcher({
      ...{ options, mode, intervalMs, source, ...seen },
      lockTimeoutMs: options.lockTimeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS,
      concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
      state,
    });
    turnedAt = () => watcher.turnedAt;
    seen.report({
      ...({ event: "started", time: now(), mode } as const),
      interval_seconds: options.once ? undefined : intervalMs / 1000,
      managers: watchedManagers(options, source.desired),
      metrics_url: served?.url,
      diagnostics: [...diagnostics, ...warnings],
    });
    const cycles = await watcher.run();
    seen.report({ event: "stopped", time: now() });
    return cycles;
  } finally {
    await served?.close();
  }
}

/** A file that becomes a folder while the watch runs must not move the state. */
async function withDefaultFolder(options: WatchOptions, platform: Platform): Promise<WatchOptions> {
  return { ...options, defaultFolder: await stateFolder({ files: options.files }, undefined, platform) };
}

async function serve(address: ListenAddress | undefined, probes: Probes): Promise<ServedMetrics | undefined> {
  if (address === undefined) return undefined;
  const { serveMetrics } = await import("./metrics/serve-metrics.js");
  return serveMetrics(address, probes);
}

function fromStdin(): Error {
  return failure({
    code: "usage",
    summary: "watch reads the desired state again when it changes, and standard input can be read only once",
    remedy: "write the desired state to a file or a folder, and name that with -f",
  });
}

/**
 * The same platform, but it reports a wait for the state's server at once, as an event of its own, not with the cycle
 * that waits.
 */
export function reportingWaits(platform: Platform, report: (event: WatchEvent) => void): Platform {
  return {
    ...platform,
    report: (event) => {
      if (event.type !== "diagnostic" || !isServerWait(event.diagnostic)) return platform.report(event);
      const time = formatTime(platform.clock.now());
      report({ event: "waiting", time, diagnostics: [event.diagnostic] });
    },
  };
}
