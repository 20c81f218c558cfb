import type { Platform } from "../../library/platform";
import { formatTime } from "../../platform/clock";
import { type Fault, FaultError, fault, faultsOf, namedAttribute, toFault } from "../fault";
import type { Log } from "../log";
import { type Attributes, attributePaths } from "../schema/attribute";
import type { Connection } from "./connection";

/** One provider process, as the RPCs see it. */
export class Provider {
  readonly platform: Platform;
  readonly log: Log;
  readonly #stopping = new AbortController();
  #connection: Connection | undefined;
  #postponed: readonly Fault[] = [];
  #warnings: Fault[] = [];
  /** Terraform shows each warning once in a walk. */
  readonly #warned = new Set<string>();

  constructor(platform: Platform, log: Log) {
    this.log = log;
    this.platform = { ...platform, signal: this.#stopping.signal, report: (event) => this.#note(event) };
  }

  /** The connection of the provider block. RPCs that only check configurations do not need it. */
  get connection(): Connection {
    if (this.#connection) return this.#connection;
    if (this.#postponed.length > 0) throw new FaultError(this.#postponed);
    const detail = "Terraform has to configure a provider before it uses it.";
    throw new FaultError([fault(undefined, "The provider is not configured", detail)]);
  }

  /** Why there is no connection yet: its settings are known only at the apply. Empty if there is one. */
  get postponed(): readonly Fault[] {
    return this.#postponed;
  }

  async use(connection: Connection): Promise<void> {
    await this.#replace(connection, []);
  }

  /** Every use of the connection throws these faults until Terraform configures the provider again. */
  async postpone(why: readonly Fault[]): Promise<void> {
    // Terraform shows them for resources, which have no such attributes.
    await this.#replace(
      undefined,
      why.map(({ attribute: _attribute, ...rest }) => rest),
    );
  }

  /**
   * The faults that Terraform shows for an error, at the attribute that the error names. The log gets the stack of a
   * bug.
   */
  explain(error: unknown, attributes: Attributes = {}): readonly Fault[] {
    const isKnown = error instanceof FaultError;
    if (!isKnown && error instanceof Error) this.log("debug", error.message, { stack: error.stack });
    return faultsOf(error, namedAttribute(attributePaths(attributes)));
  }

  /** Returns the warnings of the run since the last call, which the next answer contains. */
  takeWarnings(): readonly Fault[] {
    const warnings = this.#warnings;
    this.#warnings = [];
    return warnings;
  }

  /** Starts no further request to a manager. Requests in flight finish, and the state records them. */
  stop(): void {
    this.#stopping.abort();
  }

  async close(): Promise<void> {
    this.stop();
    // If Terraform was killed, it could not close the clients of its jobs.
    await this.#connection?.manager?.jobs.closeAll();
    await this.#connection?.manager?.run.close();
  }

  async #replace(connection: Connection | undefined, postponed: readonly Fault[]): Promise<void> {
    const former = this.#connection;
    this.#connection = connection;
    this.#postponed = postponed;
    this.#warned.clear();
    await former?.manager?.run.close();
  }

  #warn(warning: Fault): void {
    const { summary, detail } = warning;
    const id = JSON.stringify([summary, detail]);
    if (!this.#warned.has(id)) this.#warnings.push(warning);
    this.#warned.add(id);
  }

  #note(event: Parameters<Platform["report"]>[0]): void {
    if (event.type === "diagnostic") this.#warn(toFault({ ...event.diagnostic, severity: "warning" }));
    // Terraform parses every line, also those that it drops. A line for each of many thousand steps costs it seconds.
    else if (event.type !== "step")
      this.log("debug", event.type, { ...event, ...withFormattedTime(event), type: undefined });
  }
}

/** The time as text: Terraform prints a large number as a power of ten. */
function withFormattedTime(event: object): { readonly at?: string } {
  return "at" in event && typeof event.at === "number" ? { at: formatTime(event.at) } : {};
}
