import type { DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { checkIdentity, type Identity } from "../observe/manager-identity";
import type { Observer } from "../observe/observer";
import type { PriorState } from "../prior-state";
import type { PlanDraft } from "./plan-draft";

/** What one planning finds out about which managers are those that the state was written for; each is checked once. */
export class Identities {
  readonly refusals: Diagnostic[] = [];
  /** Names of those that are, as far as the state can tell. */
  readonly same = new Set<string>();
  readonly #draft: PlanDraft;
  /** The manager that a rebuild puts in the place of a lost one. */
  readonly #rebuilt: string | undefined;
  readonly #checks = new Map<string, Promise<Identity>>();

  constructor(draft: PlanDraft, rebuilt: string | undefined) {
    this.#draft = draft;
    this.#rebuilt = rebuilt;
  }

  /** Whether the manager may be planned; where not, it is *unknown* in the plan. */
  async check(desired: DesiredManager, prior: PriorState, observer: Observer | undefined): Promise<boolean> {
    const { name } = desired;
    const known = this.#checks.get(name);
    const check =
      known ??
      (name === this.#rebuilt
        ? Promise.resolve<Identity>({ is: "same" })
        : checkIdentity(desired, prior, observer));
    this.#checks.set(name, check);
    const identity = await check;
    if (!known) this.#record(name, identity);
    return identity.is === "same";
  }

  #record(name: string, identity: Identity): void {
    if (identity.is === "same") {
      this.same.add(name);
    } else if (identity.is === "unknown") {
      this.#draft.unknown(identity.why);
    } else {
      const { code, summary: detail, remedy = "" } = identity.refusal;
      this.#draft.unknown({ address: name, code, detail, remedy });
      this.refusals.push(identity.refusal);
    }
  }
}
