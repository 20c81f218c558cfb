import { agentAddress, secretAddressOn } from "../../model/address";
import { escapeSegment, secretsPlace } from "../../model/address-text";
import type { Action, Change, Reason } from "../../model/change";
import type { UncomparedReason } from "../../model/plan";
import type { VersionComparison } from "../compare-versions";
import { NamesByReason } from "../names-by-reason";
import { KeptCollector } from "../prune";
import type { UnitPlan } from "../unit-plan";
import type { AgentSecretsInputs } from "./agent-inputs";

/** Collects the changes of one agent. */
export class AgentDraft {
  readonly counts: Counts = { unchanged: 0, notCompared: 0, sameVersion: 0 };
  readonly uncompared = new NamesByReason<UncomparedReason>();
  readonly changes: Change[] = [];
  /** The key of each change. */
  readonly keys: string[] = [];
  readonly creates: string[] = [];
  readonly updates: string[] = [];
  readonly deletes: string[] = [];
  readonly kept = new KeptCollector();
  keptOwned = 0;
  readonly address: string;
  readonly #inputs: Omit<AgentSecretsInputs, "observed">;
  readonly #place: string;
  #last = "";
  #isSorted = true;

  constructor(inputs: Omit<AgentSecretsInputs, "observed">) {
    this.#inputs = inputs;
    this.address = agentAddress(inputs.manager, inputs.agent);
    this.#place = secretsPlace(this.address);
  }

  write(key: string, reason: "missing" | "changed" | "unverified" | "rotated"): void {
    (reason === "missing" ? this.creates : this.updates).push(key);
    const fingerprint = this.#inputs.desired.fingerprint(key);
    const version = this.#inputs.desired.versions?.of(key);
    const source = version && !version.isHint ? version.digest : undefined;
    this.change(key, reason === "missing" ? "create" : "update", reason, fingerprint, source);
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
      this.change(key, "delete", verdict.reason);
    } else {
      this.kept.add(verdict.kept, key);
      if (owned) this.keptOwned++;
    }
  }

  /** Whether in the end exactly the declared keys are owned, with every value known. */
  get leavesDeclared(): boolean {
    const { desired, inScope, undecided } = this.#inputs;
    const known = this.counts.unchanged + this.creates.length + this.updates.length;
    return !inScope && !undecided && this.keptOwned === 0 && known === desired.keys.size;
  }

  /** A plan may have a million of these: a plain object literal takes a third less memory than one with spreads. */
  change(key: string, action: Action, reason: Reason, fingerprint?: string, version?: string): void {
    const segment = escapeSegment(key);
    if (segment <= this.#last) this.#isSorted = false;
    this.#last = segment;
    this.keys.push(key);
    const address = this.#place + segment;
    const kind = "secret";
    if (fingerprint === undefined && version === undefined) {
      this.changes.push({ address, kind, action, reason });
    } else if (fingerprint !== undefined && version === undefined) {
      this.changes.push({ address, kind, action, reason, fingerprint });
    } else {
      this.changes.push({
        ...{ address, kind, action, reason },
        ...(fingerprint !== undefined && { fingerprint }),
        ...(version !== undefined && { source_version: version }),
      });
    }
  }

  /** The changes by address. Comparing keys saves comparing addresses, which are long. */
  sorted(): Required<Pick<UnitPlan, "changes" | "secrets">> {
    const { address: agent, changes, keys } = this;
    if (this.#isSorted) return { changes, secrets: { agent, keys } };
    const segments = keys.map(escapeSegment);
    const order = [...keys.keys()].sort((a, b) => ((segments[a] ?? "") < (segments[b] ?? "") ? -1 : 1));
    const inOrder = <T>(list: readonly T[]) => order.map((index) => list[index] as T);
    return { changes: inOrder(changes), secrets: { agent, keys: inOrder(keys) } };
  }
}

export interface Counts {
  unchanged: number;
  notCompared: number;
  sameVersion: number;
}
