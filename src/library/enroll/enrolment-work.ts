import { isRefused, ManagerError } from "../../api/manager-error";
import type { IssuedSecret, ManagerPort } from "../../api/port";
import { removeStaleDrafts } from "../../engine/apply/remove-stale-drafts";
import { type DesiredValues, resolveValues } from "../../engine/values/desired-values";
import { loginDemands } from "../../engine/values/value-demands";
import { clientAddress } from "../../model/address";
import type { DesiredClient, DesiredManager } from "../../model/desired-state";
import { type Diagnostic, DiagnosticError, failure } from "../../model/diagnostic";
import type { Enrolment } from "../../model/enrolment";
import type { DeclaredPlace } from "../../model/sink-place";
import { CLIENT_IS_TAKEN, issue } from "../../resources/issue";
import { filesOf, newToken, recordsOf } from "../../resources/issued-records";
import { ownershipOf } from "../../resources/own-sink-files";
import { mayTryAgain } from "../../resources/retry-write";
import { createDelivery } from "../../secrets/delivery";
import { enrolmentKey } from "../../secrets/enrolment-key";
import { createFingerprints } from "../../secrets/fingerprints";
import type { Delivery } from "../../secrets/port";
import { createRecovery } from "../../secrets/recovery";
import { createSecretResolver } from "../../secrets/resolver";
import type { IssuedRecord, StateStore } from "../../state/port";
import type { Storage } from "../../state/storage";
import { connections } from "../inputs/connect-declared";
import { unplaced } from "../inputs/declare";
import { secretsPlatformOf } from "../inputs/secrets-platform";
import { diagnosticsOfFault } from "../manager-diagnostic";
import type { Platform } from "../platform";
import type { EnrollOptions } from "./enroll-options";
import {
  type Delivered,
  deliverKept,
  type EnrolmentDeliveryInputs,
  isKept,
  keepAndDeliver,
  keptPath,
  WAY_OUT,
} from "./enrolment-delivery";
import type { EnrolmentProgress } from "./enrolment-progress";

/** One enrolment under its lock. */
export class EnrolmentWork {
  readonly address: string;
  readonly record: Omit<IssuedRecord, "status">;
  readonly #options: EnrollOptions;
  readonly #manager: DesiredManager;
  readonly #client: DesiredClient;
  readonly #storage: Storage;
  readonly #platform: Platform;
  /** Identifies this start's delivery. */
  readonly #token: string;

  constructor(
    options: EnrollOptions,
    manager: DesiredManager,
    client: DesiredClient,
    storage: Storage,
    platform: Platform,
  ) {
    this.#storage = storage;
    this.#options = options;
    this.#manager = manager;
    this.#client = client;
    this.#platform = platform;
    this.#token = newToken(platform.random);
    this.address = clientAddress(manager.name, client.id);
    this.record = { kind: "client", address: this.address, manager: manager.name, generation: 1 };
  }

  already({ issuedAt }: { readonly issuedAt?: string | undefined }): Enrolment {
    return this.#result("already", [], issuedAt);
  }

  confirmDelivered(state: StateStore, progress: Extract<EnrolmentProgress, { is: "delivered" }>): Enrolment {
    const files = filesOf(state.record(this.address));
    if (progress.toBeRecorded) state.put({ ...this.record, ...files, status: "delivered" });
    return this.already(progress);
  }

  /** The intent is durable before the request, the sink before the record says *delivered*. */
  async issue(state: StateStore, progress: EnrolmentProgress): Promise<Enrolment> {
    const outside = secretsPlatformOf(this.#platform);
    const secrets = createSecretResolver(outside);
    const delivery = createDelivery({ ...outside, secrets });
    const desired = { managers: new Map([[this.#manager.name, this.#manager]]), inputs: [] };
    const { connect, close } = connections(desired, secrets, 1, this.#platform);
    try {
      const { values } = await resolveValues(loginDemands(this.#manager), secrets, this.#platform.report);
      const way = this.#delivery(delivery, values, state);
      await removeStaleDrafts({ state, delivery, report: this.#platform.report });
      const kept = await way.recovery.take(this.address);
      if (kept) {
        state.put(this.#intent(delivery, state));
        await state.flush();
        return this.#delivered(await deliverKept(way, kept), "delivered");
      }
      if (progress.is === "delivered" && (await this.#isOwn(way)))
        return this.confirmDelivered(state, progress);
      // No enrolment of this client wrote the files at the sinks.
      const isOurs = async () => false;
      await delivery.prove(this.#client.deliverTo, { isOurs }, true);
      const port = await connect(this.#manager.name);
      const issued = await this.#request(port, state, progress, this.#intent(delivery, state));
      if ("failed" in issued) return this.#result("failed", issued.failed);
      const { secret, lastUpdateTime: issuedAt } = issued;
      return this.#delivered(await keepAndDeliver(way, { secret, issuedAt }), "enrolled");
    } catch (error) {
      throw new DiagnosticError(diagnosticsOfFault(error).map(unplaced), { cause: error });
    } finally {
      await close();
    }
  }

  /**
   * The initial secret alone permits neither listing nor deleting clients. So a request whose answer was lost is sent
   * again: it succeeds if the first did not arrive, and finds the ID taken if it did.
   */
  async #request(
    port: ManagerPort,
    state: StateStore,
    progress: EnrolmentProgress,
    intent: IssuedRecord,
  ): Promise<IssuedSecret | { readonly failed: readonly Diagnostic[] }> {
    const before = state.record(this.address);
    let mayBeIssued = false;
    try {
      return await issue({
        intend: async () => {
          state.put(intent);
          await state.flush();
        },
        send: () => port.issueClient(this.#client.id),
        failed: async (error, attempt) => {
          if (!(error instanceof ManagerError)) throw error;
          const isTaken = error.details.messageId === CLIENT_IS_TAKEN;
          if (isTaken && mayBeIssued) throw await this.#lost(progress, error);
          if (isRefused(error) && !mayBeIssued) {
            // Nothing was done: restore the earlier record of the client.
            if (before?.kind === "client") state.put(before);
            else state.drop(this.address);
            await state.flush();
          }
          if (isTaken) throw progress.is === "asked" ? await this.#lost(progress, error) : this.#taken(error);
          mayBeIssued ||= !isRefused(error);
          if (!(await mayTryAgain(this.#platform, error, attempt, this.address))) throw error;
        },
      });
    } catch (error) {
      // Once a request may have been carried out, the enrolment has an outcome.
      if (!mayBeIssued) throw error;
      return { failed: diagnosticsOfFault(error) };
    }
  }

  #intent(delivery: Delivery, state: StateStore): IssuedRecord {
    const drafts = delivery.drafts(this.#client.deliverTo, this.#token);
    const files = filesOf(state.record(this.address));
    return { ...this.record, ...files, status: "issuing", ...(drafts.length > 0 && { drafts }) };
  }

  /** Whether each file at the sinks is one that an interrupted start wrote. */
  async #isOwn({ delivery, state, fingerprints }: EnrolmentDeliveryInputs): Promise<boolean> {
    const ownership = ownershipOf(recordsOf(state, this.address, this.#client), fingerprints);
    for (const place of await delivery.places(this.#client.deliverTo)) {
      const { file } = place.place.paths;
      const read = () => this.#platform.fileSystem.readFile(file?.absolute ?? "");
      if (file !== undefined && !(await ownership.isOurs(place, read))) return false;
    }
    return true;
  }

  /** An application has no state key; the initial secret serves as its key. */
  #delivery(delivery: Delivery, values: DesiredValues, state: StateStore): EnrolmentDeliveryInputs {
    const { auth } = this.#manager;
    const initialSecret = auth.method === "initial-secret" && values.get(auth.secret);
    if (!initialSecret) throw new Error("an enrolment has an initial secret");
    const { random } = this.#platform;
    const stateKey = enrolmentKey(initialSecret);
    const recovery = createRecovery({ places: this.#storage, stateKey, random });
    const parts = { address: this.address, storage: this.#storage, client: this.#client, token: this.#token };
    return { ...parts, delivery, recovery, state, fingerprints: createFingerprints(stateKey) };
  }

  #delivered(outcome: Delivered, status: "enrolled" | "delivered"): Enrolment {
    return "failed" in outcome
      ? { ...this.#result("failed", outcome.failed), places: outcome.places }
      : this.#result(status, [], outcome.issuedAt);
  }

  #result(status: Enrolment["status"], diagnostics: readonly Diagnostic[], issuedAt?: string): Enrolment {
    const { url, clientId } = this.#options;
    return {
      ...{ url, client_id: clientId, status, delivered_to: this.#shown() },
      issued_at: issuedAt,
      diagnostics,
    };
  }

  /** The resolved places of its sinks. */
  places(): Promise<readonly DeclaredPlace[]> {
    const { env, fileSystem, cwd } = this.#platform;
    return createDelivery({ env, fileSystem, cwd }).places(this.#client.deliverTo);
  }

  #shown(): string {
    const { fileSystem, cwd } = this.#platform;
    return createDelivery({ fileSystem, cwd }).describe(this.#client.deliverTo);
  }

  async #lost(progress: EnrolmentProgress, cause: unknown): Promise<DiagnosticError> {
    const id = JSON.stringify(this.#client.id);
    const why =
      progress.is === "asked" && progress.wasDelivered
        ? `an earlier start delivered its secret to ${this.#shown()}, and it is no longer there`
        : `an earlier request of this enrolment was carried out, and its secret did not verifiably reach ${this.#shown()}`;
    const summary = `the client ${id} is issued already: ${why}`;
    const file = keptPath(this.#storage, this.address);
    const remedy = (await isKept(this.#storage, this.address))
      ? `its secret is kept in ${file}, encrypted to another initial secret than this one: start again with that one`
      : WAY_OUT;
    return failure({ code: "sink-unwritable", summary, remedy }, { cause });
  }

  #taken(cause: unknown): DiagnosticError {
    const summary = `somebody else issued the client ${JSON.stringify(this.#client.id)} on ${this.#options.url}`;
    const remedy = "enroll under another --client-id, or deliver to where that client's secret is";
    return failure({ code: "not-ours", summary, remedy }, { cause });
  }
}
