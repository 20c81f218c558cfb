import { secretAddressOn } from "../../model/address";
import { secretsPlace } from "../../model/address-text";
import { changesOfAgent, type SharedChange } from "../../model/agent-spans";
import type { Change } from "../../model/change";
import type { UncomparedReason } from "../../model/plan";
import type { VersionComparison } from "../compare-versions";
import { NamesByReason } from "../names-by-reason";
import { KeptCollector } from "../prune";
import type { AgentSecretsInputs } from "./agent-inputs";
import { isWriting, keyChange, keyChanges, type WriteReason, type Writes, writesOf } from "./writes";

/** Collects the changes of one agent. */
export class AgentDraft {
  readonly counts: Counts = { unchanged: 0, notCompared: 0, sameVersion: 0 };
  readonly uncompared = new NamesByReason<UncomparedReason>();
  readonly deletes: string[] = [];
  readonly kept = new KeptCollector();
  keptOwned = 0;
  readonly address: string;
  readonly #inputs: Omit<AgentSecretsInputs, "observed">;
  readonly #written: string[] = [];
  readonly #writes: SharedChange[] = [];
  /** The changes that write nothing. */
  readonly #others: string[] = [];
  readonly #otherChanges: SharedChange[] = [];

  constructor(inputs: Omit<AgentSecretsInputs, "observed">) {
    this.#inputs = inputs;
    this.address = inputs.address;
  }

  write(key: string, reason: WriteReason): void {
    this.#written.push(key);
    this.#writes.push(keyChange[reason]);
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
      this.#change(key, verdict.reason);
    } else {
      this.kept.add(verdict.kept, key);
      if (owned) this.keptOwned++;
    }
  }

  forget(key: string): void {
    this.#change(key, "gone");
  }

  /** Whether in the end exactly the declared keys are owned, with every value known. */
  get leavesDeclared(): boolean {
    const { desired, inScope, undecided } = this.#inputs;
    const known = this.counts.unchanged + this.#written.length;
    return !inScope && !undecided && this.keptOwned === 0 && known === desired.keys.size;
  }

  /** Asked once all are known. */
  get writes(): Writes {
    return writesOf(this.#written, this.#writes);
  }

  #change(key: string, reason: "undeclared" | "foreign" | "gone"): void {
    this.#others.push(key);
    this.#otherChanges.push(keyChange[reason]);
  }

  /** By address. A plan may have a million of them, so each is made when it is read. */
  get changes(): readonly Change[] {
    const { address: agent, writes } = this;
    const { keys, segments, secrets } =
      this.#others.length === 0
        ? writes
        : keyChanges([...this.#written, ...this.#others], [...this.#writes, ...this.#otherChanges]);
    if (keys.length === 0) return [];
    const { desired } = this.#inputs;
    const place = secretsPlace(agent);
    return changesOfAgent({ agent, keys, secrets }, (index) => {
      const [key = "", secret = keyChange.missing] = [keys[index], secrets[index]];
      const { kind, action, reason } = secret;
      const address = place + segments[index];
      if (!isWriting(secret)) return { address, kind, action, reason };
      const [fingerprint, version] = [desired.fingerprint(key), desired.versions?.of(key)];
      const source_version = version && !version.isHint ? version.digest : undefined;
      return { address, kind, action, reason, fingerprint, source_version };
    });
  }
}

export interface Counts {
  unchanged: number;
  notCompared: number;
  sameVersion: number;
}
