import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { EngineEvent } from "../../engine/context";
import { kindNames } from "../../model/kind-names";
import { type CycleStatus, cycleStatuses, type ManagerCycle } from "../../model/watch";
import { version } from "../../version";

/** The last known status of a manager. Times are in milliseconds since the epoch. */
interface ManagerStatus {
  readonly unknown: number;
  readonly failures: number;
  readonly endedAt: number;
  readonly succeededAt: number | undefined;
  /** Drift in the last cycle that could compare the manager. */
  readonly drift: ManagerCycle["drift"];
}

/** Statuses of cycles that observed the whole manager and made all changes. */
const SUCCESSES: readonly CycleStatus[] = ["in-sync", "drifted", "applied"];
const BLIND: readonly CycleStatus[] = ["failed", "locked"];
const DURATION_BUCKETS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/**
 * The metrics of `watch` for Prometheus. Labels name only managers, kinds and statuses: no client, agent, key or
 * secret.
 */
export class WatchMetrics {
  readonly #registry = new Registry();
  readonly #statuses = new Map<string, ManagerStatus>();
  #managers: readonly string[] = [];
  readonly #watched: Gauge;
  readonly #valid: Gauge;
  readonly #loadedAt: Gauge;
  readonly #cycles: Counter;
  readonly #applied: Counter;
  readonly #requests: Counter;
  readonly #retries: Counter;
  readonly #lockWaits: Counter;
  readonly #durations: Histogram;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    const counter = (name: string, help: string, ...labels: string[]) =>
      new Counter({ name, help, labelNames: ["manager", ...labels], registers });
    const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
    const build = {
      name: "jp1im_build_info",
      help: "The version of jp1im.",
      labelNames: ["version"],
      registers,
    };
    new Gauge(build).set({ version }, 1);
    this.#watched = gauge("jp1im_managers", "Managers that are watched.");
    this.#valid = gauge(
      "jp1im_desired_state_valid",
      "1 while the files hold the desired state in force, else 0.",
    );
    this.#loadedAt = gauge(
      "jp1im_desired_state_loaded_timestamp_seconds",
      "When the desired state in force was read.",
    );
    this.#cycles = counter(
      "jp1im_cycles_total",
      "Reconciliations of a manager, by how they ended.",
      "status",
    );
    this.#applied = counter("jp1im_changes_applied_total", "Changes that were carried out.");
    this.#requests = counter(
      "jp1im_requests_total",
      "Requests to a manager, by HTTP status; none without an answer.",
      "status",
    );
    this.#retries = counter("jp1im_request_retries_total", "Requests that were sent again.");
    this.#lockWaits = counter("jp1im_lock_waits_total", "Waits for a lock that another run held.");
    const duration = { name: "jp1im_cycle_duration_seconds", help: "How long reconciliations took." };
    this.#durations = new Histogram({ ...duration, buckets: DURATION_BUCKETS, registers });
    this.#addStatuses();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** A desired state is in force. */
  loaded(managers: readonly string[], now: number): void {
    this.#managers = managers;
    this.#watched.set(managers.length);
    this.#valid.set(1);
    this.#loadedAt.set(now / 1000);
  }

  /** The files cannot be used. */
  refused(): void {
    this.#valid.set(0);
  }

  engineEvent(event: EngineEvent): void {
    if (event.type === "retry") this.#retries.inc({ manager: event.address });
    if (event.type !== "request") return;
    this.#requests.inc({ manager: event.manager, status: String(event.status ?? "none") });
  }

  cycle(cycle: ManagerCycle, now: number): void {
    const { manager, status, unknown, failures } = cycle;
    const before = this.#statuses.get(manager);
    const succeededAt = SUCCESSES.includes(status) ? now : before?.succeededAt;
    const drift = BLIND.includes(status) ? (before?.drift ?? {}) : cycle.drift;
    this.#statuses.set(manager, { unknown, failures, drift, endedAt: now, succeededAt });
    // Each series begins with 0: otherwise Prometheus sees no increase in the first event.
    for (const each of cycleStatuses) this.#cycles.inc({ manager, status: each }, each === status ? 1 : 0);
    this.#retries.inc({ manager }, 0);
    this.#applied.inc({ manager }, cycle.applied);
    this.#lockWaits.inc({ manager }, cycle.lock_waits);
    this.#durations.observe(cycle.duration_ms / 1000);
  }

  /** Gauges that are created for each scrape, so that they leave out managers which are no longer watched. */
  #addStatuses(): void {
    const gauge = (name: string, help: string, measure: (status: ManagerStatus) => number | undefined) =>
      this.#scraped(name, help, ["manager"], function* (manager, status) {
        const value = measure(status);
        if (value !== undefined) yield [{ manager }, value];
      });
    gauge(
      "jp1im_unknown_resources",
      "Resources about which nothing is known, or that wait for a person.",
      (each) => each.unknown,
    );
    gauge(
      "jp1im_consecutive_failures",
      "Reconciliations that failed one after another.",
      (each) => each.failures,
    );
    gauge(
      "jp1im_last_cycle_timestamp_seconds",
      "When the last reconciliation ended.",
      (each) => each.endedAt / 1000,
    );
    gauge(
      "jp1im_last_success_timestamp_seconds",
      "When the last reconciliation ended that observed the manager as a whole.",
      ({ succeededAt }) => (succeededAt === undefined ? undefined : succeededAt / 1000),
    );
    const help = "Resources that differ from the desired state, as the last comparison left them.";
    this.#scraped("jp1im_drift_resources", help, ["manager", "kind"], function* (manager, { drift }) {
      for (const kind of kindNames) yield [{ manager, kind }, drift[kind] ?? 0];
    });
  }

  #scraped(
    name: string,
    help: string,
    labelNames: readonly string[],
    valuesOf: (manager: string, status: ManagerStatus) => Iterable<[Record<string, string>, number]>,
  ): void {
    const current = () => this.#current();
    new Gauge({
      ...{ name, help, labelNames: [...labelNames], registers: [this.#registry] },
      collect() {
        this.reset();
        for (const [manager, status] of current())
          for (const [labels, value] of valuesOf(manager, status)) this.set(labels, value);
      },
    });
  }

  /** The statuses of the managers that are watched now. */
  #current(): readonly [string, ManagerStatus][] {
    return [...this.#statuses].filter(([manager]) => this.#managers.includes(manager));
  }
}
