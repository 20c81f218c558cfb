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
  #awaited: readonly Fault[] = [];
  #warnings: Fault[] = [];
  /** Each is shown once in a walk of Terraform's, however often it is found. */
  readonly #warned = new Set<string>();

  constructor(platform: Platform, log: Log) {
    this.log = log;
    this.platform = { ...platform, signal: this.#stopping.signal, report: (event) => this.#note(event) };
  }

  /** Of the provider block; every RPC but those that only look at configurations needs it. */
  get connection(): Connection {
    if (this.#connection) return this.#connection;
    if (this.#awaited.length > 0) throw new FaultError(this.#awaited);
    const detail = "Terraform has to configure a provider before it uses it.";
    throw new FaultError([fault(undefined, "The provider is not configured", detail)]);
  }

  /** Why there is no connection yet: its settings are known only at the apply. Empty if there is one. */
  get awaited(): readonly Fault[] {
    return this.#awaited;
  }

  async use(connection: Connection): Promise<void> {
    await this.#replace(connection, []);
  }

  /** Until the provider is configured again, every use of the connection gets these faults. */
  async await(why: readonly Fault[]): Promise<void> {
    // They are shown of resources, which have no such attributes.
    await this.#replace(
      undefined,
      why.map(({ attribute: _attribute, ...rest }) => rest),
    );
  }

  /**
   * What Terraform is to show of an error, at the attribute that it names; a bug goes to the log with where it
   * happened.
   */
  explain(error: unknown, attributes: Attributes = {}): readonly Fault[] {
    const isKnown = error instanceof FaultError;
    if (!isKnown && error instanceof Error) this.log("debug", error.message, { stack: error.stack });
    return faultsOf(error, namedAttribute(attributePaths(attributes)));
  }

  /** Warnings of the run since the last call: the next answer takes them along. */
  takeWarnings(): readonly Fault[] {
    const warnings = this.#warnings;
    this.#warnings = [];
    return warnings;
  }

  /** No further request to a manager starts; those in flight are finished and recorded. */
  stop(): void {
    this.#stopping.abort();
  }

  async close(): Promise<void> {
    this.stop();
    // Clients of a job that Terraform could not end because it was killed.
    await this.#connection?.manager?.jobs.closeAll();
    await this.#connection?.manager?.run.close();
  }

  async #replace(connection: Connection | undefined, awaited: readonly Fault[]): Promise<void> {
    const former = this.#connection;
    this.#connection = connection;
    this.#awaited = awaited;
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
    // Terraform reads every line, whatever it then does with it: a line for each of many thousand steps costs it
    // seconds.
    else if (event.type !== "step")
      this.log("debug", event.type, { ...event, ...begun(event), type: undefined });
  }
}

/** Terraform prints a large number as a power of ten. */
function begun(event: object): { readonly at?: string } {
  return "at" in event && typeof event.at === "number" ? { at: formatTime(event.at) } : {};
}
