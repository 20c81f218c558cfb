import type { DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { unplanned } from "../../resources/failed-request";
import { checkIdentity, type Identity } from "../observe/manager-identity";
import type { Observer } from "../observe/observer";
import type { PriorState } from "../prior-state";
import type { PlanDraft } from "./plan-draft";

/** Whether managers are those that the state was written for; each is checked once in one planning. */
export class ManagerIdentities {
  readonly refusals: Diagnostic[] = [];
  /** Names of the managers that are, as far as the state shows. */
  readonly same = new Set<string>();
  readonly #draft: PlanDraft;
  /** The manager that replaces a lost one in a rebuild. */
  readonly #rebuilt: string | undefined;
  /** Managers whose part of the state cannot be read. */
  readonly #damaged: ReadonlyMap<string, Diagnostic>;
  readonly #checks = new Map<string, Promise<Identity>>();

  constructor(
    draft: PlanDraft,
    rebuilt: string | undefined,
    damaged: ReadonlyMap<string, Diagnostic> = new Map(),
  ) {
    this.#draft = draft;
    this.#damaged = damaged;
    this.#rebuilt = rebuilt;
  }

  /** Whether the manager may be planned; if not, it is *unknown* in the plan. */
  async check(desired: DesiredManager, prior: PriorState, observer: Observer | undefined): Promise<boolean> {
    const { name } = desired;
    const known = this.#checks.get(name);
    const check = known ?? this.#find(desired, prior, observer);
    this.#checks.set(name, check);
    const identity = await check;
    if (!known) this.#record(name, identity);
    return identity.is === "same";
  }

  async #find(desired: DesiredManager, prior: PriorState, observer: Observer | undefined): Promise<Identity> {
    const { name } = desired;
    const damage = this.#damaged.get(name);
    if (damage !== undefined) {
      return { is: "unknown", why: unplanned(name, damage) };
    }
    return name === this.#rebuilt ? { is: "same" } : checkIdentity(desired, prior, observer);
  }

  #record(name: string, identity: Identity): void {
    if (identity.is === "same") {
      this.same.add(name);
    } else if (identity.is === "unknown") {
      this.#draft.unknown(identity.why);
    } else {
      this.#draft.unknown(unplanned(name, identity.refusal));
      this.refusals.push(identity.refusal);
    }
  }
}
