import type { RawPort, RawReply, RawRequest } from "../../api/raw-port";
import { type AgentRef, clientAddress, secretAddress } from "../../model/address";
import type { ProbeEvidence } from "../../model/probe";
import { clearClients, clearKeys } from "./clear";
import { NO_PERMISSION, NotTried, troubleIn } from "./judge-reply";
import { fillerName, isScratch, type ScratchNames, scratchHost, scratchNames } from "./scratch";

/**
 * Limit for requests before the final clean-up, so that the total stays below 500. A probe takes about 150, more only
 * with an unusual manager.
 */
const MOST_REQUESTS = 350;

/** Number of deciding answers in a report for each gap. */
const KEPT_EVIDENCE = 4;

export interface LabSettings {
  readonly agent: AgentRef;
  readonly prefix: string;
  readonly raw: RawPort;
  /** Opens another connection with this login method. */
  readonly open: (method: "session" | "user") => Promise<RawPort>;
  /** Whether the manager is declared with a session. */
  readonly hasSession: boolean;
  /** Whether the user may manage clients. */
  readonly mayClients: boolean;
  /** Logins so far, over the main connection. */
  readonly logins: () => number;
  /** Requests so far, over every connection. */
  readonly requests: () => number;
}

type Asking = Partial<Pick<RawRequest, "method" | "writes">>;

/** What the probes use: one agent, scratch names, and requests that are counted and recorded. */
export class Lab {
  readonly names: ScratchNames;
  readonly host: string;
  #evidence: ProbeEvidence[] = [];
  #hasKeys = false;
  #hasClients = false;

  constructor(readonly settings: LabSettings) {
    this.names = scratchNames(settings.prefix);
    this.host = scratchHost(settings.prefix);
  }

  get reference() {
    const { host, managerHost } = this.settings.agent;
    return { agenthost: host, managerhost: managerHost };
  }

  /**
   * Sends a text unchanged, or another body as JSON. A request that may change something names its addresses in
   * `writes`.
   */
  async ask(resource: string, body?: unknown, { method = "POST", writes }: Asking = {}): Promise<RawReply> {
    const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
    const request = {
      ...{ method, resource },
      body: text,
      writes,
    };
    return this.note(await this.#counted(() => this.settings.raw.send(request)));
  }

  /** Adds the answer to the report, with only its status and message ID. */
  note(reply: RawReply): RawReply {
    const { status, messageId } = reply;
    this.#evidence.push({ status, message_id: messageId });
    const trouble = troubleIn(reply);
    if (trouble !== undefined) throw new NotTried(trouble, true);
    return reply;
  }

  /** Adds and deletes keys, in the given order, with meaningless values. */
  change({ add = [], remove = [] }: { add?: readonly string[]; remove?: readonly string[] }) {
    this.#hasKeys = true;
    const body = {
      ...this.reference,
      add: add.length > 0 ? { secrets: add.map((key) => ({ key, secret: "probe" })) } : undefined,
      delete: remove.length > 0 ? { secrets: remove.map((key) => ({ key })) } : undefined,
    };
    const { agent } = this.settings;
    return this.ask("agents/secrets/change", body, {
      writes: (manager) => [...add, ...remove].map((key) => secretAddress(manager, agent, key)),
    });
  }

  async issue(clientId: string): Promise<RawReply> {
    this.#requireClients();
    this.#hasClients = true;
    return this.ask(
      "secret/client/generateInfo",
      { clientId },
      { writes: (manager) => [clientAddress(manager, clientId)] },
    );
  }

  async deleteClients(clientIds: readonly string[]): Promise<RawReply> {
    this.#requireClients();
    return this.ask(
      "secret/client/deleteInfo",
      { clientIds },
      { writes: (manager) => clientIds.map((id) => clientAddress(manager, id)) },
    );
  }

  /** Every key of the agent, in the order of the list. */
  allKeys(): Promise<readonly string[]> {
    return this.#counted(() => this.settings.raw.port.listAgentSecrets(this.settings.agent));
  }

  /** The existing scratch keys, in the order of the list. */
  async keys(): Promise<readonly string[]> {
    return (await this.allKeys()).filter((key) => isScratch(this.settings.prefix, key));
  }

  async clients(): Promise<readonly string[]> {
    const ids = await this.#counted(() => this.settings.raw.port.listClients());
    return ids.filter((id) => isScratch(this.settings.prefix, id));
  }

  lowerManagers(): Promise<readonly string[]> {
    return this.#counted(() => this.settings.raw.port.listLowerManagers());
  }

  filler(number: number): string {
    return fillerName(this.settings.prefix, number);
  }

  /** The recorded answers since the last call. */
  takeEvidence(): readonly ProbeEvidence[] {
    const taken = this.#evidence.slice(-KEPT_EVIDENCE);
    this.#evidence = [];
    return taken;
  }

  /** Removes what the probe of a gap left, so that the next one starts from nothing. */
  async tidy(): Promise<void> {
    const { prefix, raw, agent } = this.settings;
    const hasKeys = this.#hasKeys;
    const hasClients = this.#hasClients;
    this.#hasKeys = false;
    this.#hasClients = false;
    if (hasKeys) await this.#counted(() => clearKeys(raw, agent, prefix));
    if (hasClients) await this.#counted(() => clearClients(raw, prefix));
  }

  #requireClients(): void {
    if (!this.settings.mayClients) throw new NotTried(NO_PERMISSION, true);
  }

  async #counted<T>(send: () => Promise<T>): Promise<T> {
    if (this.settings.requests() >= MOST_REQUESTS) {
      throw new NotTried(`the probe has sent ${MOST_REQUESTS} requests, and sends no more`, true);
    }
    return send();
  }
}
