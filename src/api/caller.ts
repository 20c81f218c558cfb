import type { Clock } from "../platform/clock";
import type { HttpProxy } from "../platform/proxy";
import type { Random } from "../platform/random";
import { AnswerError } from "./answer";
import type { Authentication, Pass, SessionCalls } from "./authentication";
import { type Call, describeCall, showing } from "./call";
import { type CallProgress, newProgress } from "./call-progress";
import {
  alwaysBusyError,
  cancelledError,
  type Failure,
  failureOfAnswer,
  failureOfReply,
  failureOfTransport,
} from "./failure";
import type { ManagerError } from "./manager-error";
import type { ExchangeEvent, OnWrite } from "./port";
import type { RequestQueue } from "./queue";
import { backoff, RetryBudget, type RetryPolicy, retryAfter } from "./retry-policy";
import type { Login, Subject } from "./subject";
import { type Transport, TransportError, type TransportReply, type TransportRequest } from "./transport";

/** A call that is about to be sent once more. */
export interface RetryEvent {
  readonly manager: string;
  /** `POST agents/secrets`. */
  readonly request: string;
  /** The attempt that is to come, counted from 2. */
  readonly attempt: number;
  readonly reason: string;
}

export interface CallerSettings {
  readonly manager: string;
  /** `http(s)://host:port`; messages name it if something other than a manager seems to answer. */
  readonly origin: string;
  readonly proxy?: HttpProxy | undefined;
  /** What the message of a refusal names. */
  readonly login?: Login;
  /** Path before `/im/api`, without a trailing slash; mostly empty. */
  readonly basePath: string;
  readonly transport: Transport;
  readonly queue: RequestQueue;
  readonly policy: RetryPolicy;
  /**
   * Milliseconds that all exchanges of one call may take together; the same limit applies to the pauses that a busy
   * manager asks for.
   */
  readonly deadline: number;
  /** Retries that are available before the first success earns another. */
  readonly retryBudget: number;
  /** The longest answer accepted where the call sets no limit of its own. */
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Once aborted, nothing more is sent but the logout, and reads in flight are given up. */
  readonly signal?: AbortSignal | undefined;
  /** Once aborted, writes in flight are given up as well. */
  readonly abandoned?: AbortSignal | undefined;
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
  readonly onExchange?: ((event: ExchangeEvent) => void) | undefined;
  readonly onWrite?: OnWrite | undefined;
}

/** Milliseconds for the logout: a finished run does not wait for a manager that no longer answers. */
const LAST_DEADLINE = 5_000;
/** The same after the run was cancelled. */
const LAST_DEADLINE_AFTER_CANCEL = 500;

/** Sends calls: authenticated, queued, and retried where that is safe. Rejects with a `ManagerError` only. */
export class Caller implements SessionCalls {
  readonly #settings: CallerSettings;
  readonly #budget: RetryBudget;
  /** Pauses that the manager asked for, one after another, without any other answer. */
  #pauses = 0;
  /** Milliseconds of these. */
  #paused = 0;
  /** The answer that showed that the manager is always busy: no further call is sent. */
  #alwaysBusy: ManagerError | undefined;

  constructor(settings: CallerSettings) {
    this.#settings = settings;
    this.#budget = new RetryBudget(settings.retryBudget);
  }

  async run<T>(call: Call<T>, authentication: Authentication): Promise<T> {
    const progress = newProgress();
    try {
      const answer = await this.#answer(call, authentication, progress);
      // Most calls are reads, and waiting for nothing takes its time.
      if (progress.end) await progress.end({ requests: progress.tries });
      return answer;
    } catch (error) {
      await progress.end?.({ requests: progress.tries, error });
      throw error;
    }
  }

  /** Tries until there is an answer, or no reason to try again. */
  async #answer<T>(call: Call<T>, authentication: Authentication, progress: CallProgress): Promise<T> {
    for (;;) {
      const current = authentication.pass();
      const pass = current instanceof Promise ? await current : current;
      const result = await this.#attempt(call, pass, progress);
      progress.tries += 1;
      if (!(result instanceof TransportError) && result.status === 200) {
        this.#answered();
        this.#settings.queue.succeeded();
        this.#budget.earn();
        return this.#read(call, result, pass);
      }
      await this.#recover(call, pass, result, progress, authentication);
    }
  }

  async runLast(call: Call<unknown>, pass: Pass): Promise<void> {
    const { clock, signal, transport } = this.#settings;
    const at = clock.now();
    const deadline = signal?.aborted ? LAST_DEADLINE_AFTER_CANCEL : LAST_DEADLINE;
    const ended = (end: TransportReply | TransportError) => this.#report(call, 1, at, end);
    await transport.send(this.#requestOf(call, pass, deadline)).then(ended, ended);
  }

  /**
   * Sends one request when the queue permits. Returns a fault of the transport, because the caller may recover from
   * it.
   */
  async #attempt(
    call: Call<unknown>,
    pass: Pass,
    progress: CallProgress,
  ): Promise<TransportReply | TransportError> {
    const { clock, queue, signal, abandoned, transport } = this.#settings;
    const turn = queue.acquire();
    if (turn) await turn;
    const begun = clock.elapsed();
    let at = 0;
    try {
      if (this.#alwaysBusy && !signal?.aborted)
        throw alwaysBusyError(this.#subject(call, pass), this.#alwaysBusy);
      if (call.kind === "write" && !signal?.aborted) await this.#announce(call, progress);
      if (signal?.aborted) throw cancelledError(this.#subject(call, pass), { isSent: false });
      const deadline = this.#settings.deadline - progress.spent;
      at = clock.now();
      const stop = call.kind === "read" ? signal : abandoned;
      const reply = await transport.send(this.#requestOf(call, pass, deadline, stop));
      this.#report(call, progress.tries + 1, at, reply);
      return reply;
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      this.#report(call, progress.tries + 1, at, error);
      if (error.fault === "abandoned" && call.kind === "read")
        throw cancelledError(this.#subject(call, pass), { isSent: true });
      return error;
    } finally {
      progress.took = Math.round(clock.elapsed() - begun);
      queue.release();
    }
  }

  async #announce(call: Call<unknown>, progress: CallProgress): Promise<void> {
    const { manager, onWrite } = this.#settings;
    if (onWrite === undefined || progress.end !== undefined) return;
    const { method, addresses } = call;
    const write = { manager, method, path: this.#pathOf(call), addresses: addresses?.(manager) ?? [] };
    progress.end = await onWrite(write);
  }

  #pathOf({ resource }: Call<unknown>): string {
    return this.#settings.basePath + (resource.startsWith("/") ? resource : `/im/api/v1/${resource}`);
  }

  #requestOf(
    call: Call<unknown>,
    { headers }: Pass,
    deadline: number,
    signal?: AbortSignal,
  ): TransportRequest {
    const { method, body } = call;
    const { maxBytes } = this.#settings;
    const most = Math.min(call.maxBytes ?? maxBytes, maxBytes);
    return { method, path: this.#pathOf(call), headers, body, maxBytes: most, deadline, signal };
  }

  /** The event leaves out the size of a call that carries a secret: it would reveal the length of the secret. */
  #report(call: Call<unknown>, attempt: number, at: number, end: TransportReply | TransportError): void {
    const { clock, manager, onExchange, proxy } = this.#settings;
    if (onExchange === undefined) return;
    const { method, body = "", confidential } = call;
    const [reply, fault] = end instanceof TransportError ? [undefined, end.fault] : [end];
    const isSized = confidential !== true;
    onExchange({
      type: "request",
      manager,
      method,
      path: this.#pathOf(call),
      attempt,
      at,
      ms: clock.now() - at,
      status: reply?.status,
      fault,
      sent: isSized ? Buffer.byteLength(body) : undefined,
      received: isSized ? (reply?.body.length ?? 0) : undefined,
      proxy: proxy?.origin,
    });
  }

  #read<T>(call: Call<T>, reply: TransportReply, pass: Pass): T {
    try {
      return call.read(reply, showing(call, pass.secrets));
    } catch (error) {
      if (error instanceof AnswerError) throw failureOfAnswer(error, this.#subject(call, pass));
      throw error;
    }
  }

  /** Returns when the call is to be tried again, and throws its error when it is not. */
  async #recover(
    call: Call<unknown>,
    pass: Pass,
    result: TransportReply | TransportError,
    progress: CallProgress,
    authentication: Authentication,
  ): Promise<void> {
    const subject = this.#subject(call, pass);
    const failure =
      result instanceof TransportError
        ? failureOfTransport(result, subject)
        : failureOfReply(result, subject);
    if (!(result instanceof TransportError)) this.#slowDown(result, progress, failure.error);
    const delay = this.#nextTry(failure, progress, pass, authentication);
    if (delay === undefined || this.#settings.signal?.aborted) throw failure.error;
    this.#settings.onRetry?.({
      manager: subject.manager,
      request: describeCall(call),
      attempt: progress.tries + 1,
      reason: failure.error.details.summary,
    });
    if (delay > 0) await this.#settings.clock.sleep(delay, this.#settings.signal);
  }

  /** A busy manager slows every call to it, whether or not this one is tried again. */
  #slowDown(reply: TransportReply, progress: CallProgress, error: ManagerError): void {
    if (reply.status !== 429 && reply.status !== 503) {
      this.#answered();
      return;
    }
    const { clock, deadline, policy, queue, random } = this.#settings;
    const asked = retryAfter(reply.headers["retry-after"], clock.now(), policy);
    const left = deadline - this.#paused;
    const pause = Math.min(asked ?? backoff(policy, progress.busy + 1, random), left);
    const { isNew, added } = queue.busy(pause);
    if (isNew) this.#pauses += 1;
    this.#paused += added;
    progress.paused += pause;
    // Each call has its own attempts, and a thousand calls together must not wait for a thousand times as long.
    if (this.#pauses >= policy.busyAttempts || (isNew && left <= 0)) this.#alwaysBusy = error;
  }

  /** The manager answered, and not that it is busy. */
  #answered(): void {
    this.#pauses = 0;
    this.#paused = 0;
  }

  /** The delay in milliseconds before the next try; `undefined` when there is none. */
  #nextTry(
    failure: Failure,
    progress: CallProgress,
    pass: Pass,
    authentication: Authentication,
  ): number | undefined {
    const { deadline, policy, random } = this.#settings;
    switch (failure.retry) {
      case "never":
        return undefined;
      case "login":
        if (progress.renewed || !authentication.renew(pass, failure.error)) return undefined;
        progress.renewed = true;
        return 0;
      case "busy":
        progress.busy += 1;
        if (progress.busy >= policy.busyAttempts || progress.paused > deadline) return undefined;
        return this.#alwaysBusy ? undefined : 0;
      case "backoff":
        // A time-out delays everything for a minute, so it counts twice: one more try, not three.
        progress.failures += failure.error.details.code === "manager-timeout" ? 2 : 1;
        progress.spent += Math.max(0, progress.took);
        if (progress.failures >= policy.attempts || progress.spent >= deadline) return undefined;
        if (!this.#budget.spend()) return undefined;
        return backoff(policy, progress.failures, random);
    }
  }

  #subject(call: Call<unknown>, pass: Pass): Subject {
    const { manager, origin, proxy, login } = this.#settings;
    const { method, secrets } = pass;
    return { manager, origin, proxy, login, call, method, show: showing(call, secrets) };
  }
}
