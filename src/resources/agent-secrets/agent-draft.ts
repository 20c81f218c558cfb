import { secretAddressOn } from "../../model/address";
import { escapeSegment, secretsPlace } from "../../model/address-text";
import type { Action, Change, Reason } from "../../model/change";
import type { UncomparedReason } from "../../model/plan";
import type { VersionComparison } from "../compare-versions";
import { NamesByReason } from "../names-by-reason";
import { KeptCollector } from "../prune";
import type { UnitPlan } from "../unit-plan";
import type { AgentSecretsInputs } from "./agent-inputs";
import { type WriteReason, type Writes, writesOf } from "./writes";

/** Collects the changes of one agent. */
export class AgentDraft {
  readonly counts: Counts = { unchanged: 0, notCompared: 0, sameVersion: 0 };
  readonly uncompared = new NamesByReason<UncomparedReason>();
  readonly deletes: string[] = [];
  readonly kept = new KeptCollector();
  keptOwned = 0;
  readonly address: string;
  readonly #inputs: Omit<AgentSecretsInputs, "observed">;
  readonly #place: string;
  /** The changes that write nothing, and their keys. */
  readonly #others: Change[] = [];
  readonly #otherKeys: string[] = [];
  readonly #written: string[] = [];
  readonly #reasons: WriteReason[] = [];

  constructor(inputs: Omit<AgentSecretsInputs, "observed">) {
    this.#inputs = inputs;
    this.address = inputs.address;
    this.#place = secretsPlace(inputs.address);
  }

  write(key: string, reason: WriteReason): void {
    this.#written.push(key);
    this.#reasons.push(reason);
  }

  /** Adds an existing value that was not read. */
  unread(key: string, grade: VersionComparison | "not-listed"): void {
    if (grade === "rotated") {
      this.write(key, grade);
      return;
    }
    this.counts.notCompared++;
    if (grade === "same-version") this.counts.sameVersion++;
    else this.uncompared.add(grade, key);
  }

  undeclared(key: string, owned: boolean): void {
    const verdict = this.#inputs.pruner.judge(key, owned, () => secretAddressOn(this.address, key));
    if (verdict.delete) {
      this.deletes.push(key);
      this.#change(key, "delete", verdict.reason);
    } else {
      this.kept.add(verdict.kept, key);
      if (owned) this.keptOwned++;
    }
  }

  forget(key: string): void {
    this.#change(key, "forget", "gone");
  }

  /** Whether in the end exactly the declared keys are owned, with every value known. */
  get leavesDeclared(): boolean {
    const { desired, inScope, undecided } = this.#inputs;
    const known = this.counts.unchanged + this.#written.length;
    return !inScope && !undecided && this.keptOwned === 0 && known === desired.keys.size;
  }

  /** Asked once all are known. */
  get writes(): Writes {
    return writesOf(this.#written, this.#reasons);
  }

  #change(key: string, action: Action, reason: Reason): void {
    this.#otherKeys.push(key);
    this.#others.push({ address: this.#place + escapeSegment(key), kind: "secret", action, reason });
  }

  /** The changes by address. */
  sorted(): Required<Pick<UnitPlan, "changes" | "secrets">> {
    const { address: agent, writes } = this;
    const written = writes.keys.map((key, index) => this.#writing(key, index, writes));
    if (this.#others.length === 0) return { changes: written, secrets: { agent, keys: writes.keys } };
    const [changes, keys] = [
      [...written, ...this.#others],
      [...writes.keys, ...this.#otherKeys],
    ];
    const order = [...keys.keys()].sort((a, b) => (addressAt(changes, a) < addressAt(changes, b) ? -1 : 1));
    const inOrder = <T>(list: readonly T[]) => order.map((index) => list[index] as T);
    return { changes: inOrder(changes), secrets: { agent, keys: inOrder(keys) } };
  }

  /** A plan may have a million of these: a plain object literal takes a third less memory than one with spreads. */
  #writing(key: string, index: number, { segments, reasons }: Writes): Change {
    const { desired } = this.#inputs;
    const address = this.#place + segments[index];
    const kind = "secret";
    const reason = reasons[index] ?? "missing";
    const action = reason === "missing" ? "create" : "update";
    const fingerprint = desired.fingerprint(key);
    const version = desired.versions?.of(key);
    const change: Change =
      fingerprint === undefined
        ? { address, kind, action, reason }
        : { address, kind, action, reason, fingerprint };
    return version && !version.isHint ? { ...change, source_version: version.digest } : change;
  }
}

function addressAt(changes: readonly Change[], index: number): string {
  return changes[index]?.address ?? "";
}

export interface Counts {
  unchanged: number;
  notCompared: number;
  sameVersion: number;
}
