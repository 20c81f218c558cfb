import { applyPlan } from "../../engine/apply/apply-plan";
import type { ApplyContext } from "../../engine/context";
import { clientAddress } from "../../model/address";
import { emptied } from "../../model/declared";
import type { DesiredManager } from "../../model/desired-state";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import type { Outcome } from "../../model/outcome";
import { severalSinks } from "../../model/sinks-in";
import type { LockHolder } from "../../model/state-listing";
import { formatTime } from "../../platform/clock";
import { createProtection } from "../../resources/protection";
import { createMemoryDelivery } from "../../secrets/memory-delivery";
import { addHeldHere, dropHeldHere } from "../../state/lock/held-here";
import { isGone, newHolder } from "../../state/lock/holder";
import type { IssuedRecord, StateView } from "../../state/port";
import type { LockRequest } from "../../state/storage";
import { reportOnce } from "../report-once";
import { planPart } from "./manager-part";
import type { ManagerRun } from "./manager-run";

/** A client that was issued for a job, with its user and without its secret. */
export interface JobClient {
  readonly id: string;
  /** Identifies this use of the ID: another job may use the ID later. */
  readonly use: string;
}

export interface OpenedClient {
  readonly outcome: Outcome;
  /** Absent if the issue failed; `outcome` says why. */
  readonly issued?: JobClient & Renewed & { readonly secret: string; readonly issuedAt: string };
}

export interface Renewed {
  /** When to renew it next, in milliseconds since the epoch. */
  readonly renewAt: number;
}

/** Well below the ten minutes after which a run of another machine counts as gone. */
const RENEWAL_MS = 4 * 60_000;

/**
 * Clients of one manager that exist only while a job of this process needs them. Their secrets are in no sink, so a
 * client is useless once its process has ended; the next process that opens a client with the same state deletes it.
 */
export class JobClients {
  readonly #run: ManagerRun;
  readonly #request: LockRequest;
  readonly #open = new Map<string, JobClient>();
  /** Uses by this process, including clients that are being issued. */
  readonly #uses = new Set<string>();

  constructor(run: ManagerRun, request: LockRequest) {
    this.#run = run;
    this.#request = request;
  }

  /** An ID that no other job has. */
  newId(prefix: string): string {
    return `${prefix}${this.#request.random.bytes(6).toString("hex")}`;
  }

  /** Issues a client. Rejects with a `DiagnosticError`, and sends nothing, if the ID belongs to others. */
  async open(id: string, names: Readonly<Record<string, string>>): Promise<OpenedClient> {
    const declared = await this.#run.declare({ clients: [{ id, deliverTo: { file: "unused" } }] }, names);
    const user = newHolder(this.#request);
    // From here on the client counts as in use, in this process too.
    this.#begin(user.id);
    const opened = await this.#run
      .inTurn(true, (context) => this.#issue(context, declared, user))
      .catch((error) => {
        this.#end(user.id);
        throw error;
      });
    // A client that a failed issue may have left on the manager has no user; the next issue deletes it.
    if (opened.issued) this.#open.set(user.id, opened.issued);
    else this.#end(user.id);
    return opened;
  }

  /**
   * Records, for runs on other machines, that the job is still running; `undefined` if the client no longer belongs
   * to the job.
   */
  renew({ id, use }: JobClient): Promise<Renewed | undefined> {
    const { clock } = this.#request;
    return this.#run.inTurn(true, async ({ state }) => {
      const record = usedRecord(state, this.#addressOf(id));
      if (record?.usedBy.id !== use) return undefined;
      state.put({ ...record, usedBy: { ...record.usedBy, heartbeat: formatTime(clock.now()) } });
      await state.flush([this.#run.name]);
      return this.#renewed();
    });
  }

  /** Deletes a job's client, also after the run was stopped; `undefined` if it no longer belongs to the job. */
  async close({ id, use }: JobClient): Promise<Outcome | undefined> {
    const run = this.#run.isStopped ? this.#run.unstopped() : this.#run;
    try {
      return await run.inTurn(true, async (context) => {
        const address = this.#addressOf(id);
        if (usedRecord(context.state, address)?.usedBy.id !== use) return undefined;
        return this.#remove(context, [address]);
      });
    } finally {
      this.#open.delete(use);
      this.#end(use);
      if (run !== this.#run) await run.close();
    }
  }

  /** Deletes the clients of jobs whose process has ended. `undefined` if there are none. */
  async sweep(): Promise<Outcome | undefined> {
    // Checking takes no lock.
    if (this.#leftIn(await this.#run.state()).length === 0) return undefined;
    return this.#run.inTurn(true, async (context) => {
      const left = this.#leftIn(context.state);
      return left.length === 0 ? undefined : this.#remove(context, left);
    });
  }

  /** Deletes the clients of all jobs of this process: their users have ended. */
  async closeAll(): Promise<void> {
    for (const client of [...this.#open.values()]) await this.close(client);
  }

  #begin(use: string): void {
    addHeldHere(use);
    this.#uses.add(use);
  }

  #end(use: string): void {
    dropHeldHere(use);
    this.#uses.delete(use);
  }

  async #issue(context: ApplyContext, declared: DesiredManager, user: LockHolder): Promise<OpenedClient> {
    const [client] = declared.clients;
    if (client === undefined) throw new Error("a client was declared");
    const { id } = client;
    const address = this.#addressOf(id);
    const record = this.#freeRecord(context.state, id);
    throwIfProtected(declared, id, address);
    const { delivery, secrets } = createMemoryDelivery(context.delivery);
    const to = { ...context, delivery };
    const forJob = { ...client, deliverTo: severalSinks([], ""), usedBy: user };
    const planned = await planPart(to, {
      desired: { ...emptied(declared), clients: [forJob] },
      targets: [address],
      // A client that an earlier job left under this ID is reissued.
      rotate: record && [address],
      isKnown: true,
    });
    const outcome = await reportOnce(to, (own) => applyPlan(own, planned));
    const secret = secrets.get(id);
    const isDone = outcome.changes.every(({ status }) => status === "applied");
    if (secret === undefined || !isDone) return { outcome };
    const { issuedAt = "" } = usedRecord(context.state, address) ?? {};
    return { outcome, issued: { id, use: user.id, secret, issuedAt, ...this.#renewed() } };
  }

  /** The record of an earlier job at the address. Throws if the ID is in use, or belongs to a resource. */
  #freeRecord(state: StateView, id: string): IssuedRecord | undefined {
    const address = this.#addressOf(id);
    const record = state.record(address);
    if (record?.kind !== "client" || record.status === "retired") return undefined;
    if (record.usedBy === undefined) throw declaredElsewhere(address);
    if (this.#uses.has(record.usedBy.id)) throw inUseHere(address, id);
    if (!isGone(record.usedBy, this.#request)) throw inUse(address, record.usedBy);
    return record;
  }

  #leftIn(state: StateView): string[] {
    return [...state.records()].flatMap((record) => {
      if (record.kind !== "client" || record.manager !== this.#run.name || !record.usedBy) return [];
      return isGone(record.usedBy, this.#request) ? [record.address] : [];
    });
  }

  /** Deletes clients whatever the policy says about undeclared resources, because a job's client was never declared. */
  async #remove(context: ApplyContext, targets: readonly string[]): Promise<Outcome> {
    const declared = emptied(await this.#run.declare({}, {}));
    const desired = { ...declared, policy: { ...declared.policy, prune: "owned" as const } };
    const part = { desired, targets, mode: "destroy", isKnown: true } as const;
    return reportOnce(context, async (own) => applyPlan(own, await planPart(own, part)));
  }

  #renewed(): Renewed {
    return { renewAt: this.#request.clock.now() + RENEWAL_MS };
  }

  #addressOf(id: string): string {
    return clientAddress(this.#run.name, id);
  }
}

type UsedRecord = IssuedRecord & { readonly usedBy: LockHolder };

function usedRecord(state: StateView, address: string): UsedRecord | undefined {
  const record = state.record(address);
  return record?.kind === "client" && record.usedBy ? { ...record, usedBy: record.usedBy } : undefined;
}

/** Refuses a protected ID: the client could not be deleted afterwards and would stay for ever. */
function throwIfProtected({ policy }: DesiredManager, id: string, address: string): void {
  const pattern = createProtection(policy.protect).patternOf(id, () => address);
  if (pattern === undefined) return;
  throw failure({
    code: "policy-refused",
    summary: `${address} would be deleted when the job ends, which \`protect\` forbids with ${JSON.stringify(pattern)}`,
    remedy: "give the job another ID, or remove the pattern from the policy",
    address,
  });
}

function declaredElsewhere(address: string): DiagnosticError {
  return failure({
    code: "not-ours",
    summary: `${address} belongs to a resource, and a job would take its secret away`,
    remedy: "give the job another ID",
    address,
  });
}

/** The error if the ID is in use by this process: waiting would not help, because both uses last until the run ends. */
function inUseHere(address: string, id: string): DiagnosticError {
  return failure({
    code: "not-ours",
    summary: `another \`jp1im_client_secret\` of this configuration has the ID ${JSON.stringify(id)}`,
    remedy: "give each an `id` of its own, or leave `id` out: each then gets one of its own",
    address,
  });
}

function inUse(address: string, { who, pid, host, since }: LockHolder): DiagnosticError {
  return failure({
    code: "not-ours",
    summary: `${address} is in use by another job since ${since}, of ${who} (process ${pid} on ${host})`,
    remedy:
      "wait until that job has ended, or give each job an ID of its own; a job of another host counts as gone 10 minutes after it was last heard of",
    address,
  });
}
