import { managerOf } from "../../model/address";
import { changesBeside, changesThat, countActions, type SharedChange } from "../../model/agent-spans";
import type { Change, DeferredChange } from "../../model/change";
import type { Diagnostic } from "../../model/diagnostic";
import type { Operation } from "../../model/operation";
import type { Due, Kept, Plan, PlanSummary, Uncompared, Unplanned } from "../../model/plan";
import type { OpenSelector } from "../../model/selector";
import { operationKind } from "../../resources/kinds";
import type { UnitPlan } from "../../resources/unit-plan";
import type { PriorState } from "../prior-state";
import { changesInOrder } from "./changes-in-order";
import { withLostSecrets } from "./deleted-lower-managers";
import { type LostAgent, matchedSelector, type SelectorCount } from "./selector-counts";

/** Collects the results of planning, unit by unit, in any order; the output is sorted. */
export class PlanDraft {
  /** Of each unit. */
  #changes: (readonly Change[])[] = [];
  #operations: Operation[] = [];
  readonly #deferred: DeferredChange[] = [];
  readonly #openSelectors: OpenSelector[] = [];
  readonly #unknown: Unplanned[] = [];
  readonly #blocked: Unplanned[] = [];
  readonly #kept: Kept[] = [];
  readonly #due: Due[] = [];
  readonly #uncompared: Uncompared[] = [];
  readonly #reserved = new Map<string, { count: number; names: readonly string[] }>();
  readonly #diagnostics: Diagnostic[] = [];
  /** Vanished agents to which selectors may have applied; they are forgotten. */
  readonly lostAgents: LostAgent[] = [];
  readonly #selectors: SelectorCount[] = [];
  #unchanged = 0;
  #notCompared = 0;
  #sameVersion = 0;

  add(unit: UnitPlan): void {
    if (unit.changes.length > 0) this.#changes.push(unit.changes);
    for (const operation of unit.operations) this.#operations.push(operation);
    for (const blocked of unit.blocked) this.#blocked.push(blocked);
    for (const kept of unit.kept) this.#keep(kept);
    for (const due of unit.due ?? []) this.#due.push(due);
    for (const uncompared of unit.uncompared ?? []) this.#uncompared.push(uncompared);
    this.#unchanged += unit.unchanged;
    this.#notCompared += unit.notCompared;
    this.#sameVersion += unit.sameVersion ?? 0;
  }

  /** Records that an agent to which a selector may have applied is no longer visible to the user. */
  loseAgent(agent: LostAgent): void {
    this.lostAgents.push(agent);
  }

  countSelectors(...counts: readonly SelectorCount[]): void {
    this.#selectors.push(...counts);
  }

  get selectorCounts(): readonly SelectorCount[] {
    return this.#selectors;
  }

  unknown(...unplanned: readonly Unplanned[]): void {
    this.#unknown.push(...unplanned);
  }

  block(...blocked: readonly Unplanned[]): void {
    this.#blocked.push(...blocked);
  }

  defer(...deferred: readonly DeferredChange[]): void {
    for (const change of deferred) this.#deferred.push(change);
  }

  openSelectors(...selectors: readonly OpenSelector[]): void {
    this.#openSelectors.push(...selectors);
  }

  diagnose(...diagnostics: readonly Diagnostic[]): void {
    this.#diagnostics.push(...diagnostics);
  }

  /** The answer of a manager that denies this user access, everywhere or in some places. */
  refusalOf(manager: string): Unplanned | undefined {
    return this.#unknown.find(
      ({ address, code }) => code === "manager-denied" && managerOf(address) === manager,
    );
  }

  get operations(): readonly Operation[] {
    return this.#operations;
  }

  /** Unsorted. */
  changesThat(isMeant: (change: SharedChange) => boolean): readonly Change[] {
    return this.#changes.flatMap((changes) => [...changesThat(changes, isMeant)]);
  }

  /** What is planned so far, unsorted. */
  get lists() {
    return {
      changes: this.#changes.flat(),
      deferred: this.#deferred as readonly DeferredChange[],
      open_selectors: this.#openSelectors as readonly OpenSelector[],
      unknown: this.#unknown as readonly Unplanned[],
      blocked: this.#blocked as readonly Unplanned[],
    };
  }

  /** Removes changes from the plan and from its requests. */
  remove(addresses: ReadonlySet<string>): void {
    this.#changes = this.#changes.map((changes) =>
      changes.some(({ address }) => addresses.has(address))
        ? changes.filter(({ address }) => !addresses.has(address))
        : changes,
    );
    this.#operations = this.#operations.flatMap((operation) => {
      const left = operationKind(operation).within(operation, (address) => !addresses.has(address));
      return left ? [left] : [];
    });
  }

  finish(priorOf: (manager: string) => PriorState) {
    const changes = withLostSecrets(changesInOrder(this.#changes), priorOf);
    const reserved = [...this.#reserved].map(
      ([address, { count, names }]): Kept => ({ address, reason: "reserved", count, names }),
    );
    const kept = [...this.#kept, ...reserved].sort(byAddress);
    const lists = {
      changes,
      operations: this.#operations.sort((a, b) => a.stage - b.stage || compare(a.id, b.id)),
      deferred: this.#deferred.sort(byAddress),
      selectors: this.#selectors.map((count) => matchedSelector(count, this.lostAgents)).sort(byAddress),
      open_selectors: this.#openSelectors.sort(byAddress),
      unknown: this.#unknown.sort(byAddress),
      blocked: this.#blocked.sort(byAddress),
      kept,
      due: this.#due.sort(byAddress),
      uncompared: this.#uncompared.sort(byAddress),
      diagnostics: this.#diagnostics,
    };
    const counts = {
      unchanged: this.#unchanged,
      notCompared: this.#notCompared,
      sameVersion: this.#sameVersion,
    };
    return { ...lists, summary: summarize(lists, counts) };
  }

  /**
   * Collects kept resources. Those that belong to agents and managers exist everywhere, so they get one entry for the
   * whole manager.
   */
  #keep(kept: Kept): void {
    if (kept.reason !== "reserved") {
      this.#kept.push(kept);
      return;
    }
    const { address, count, names } = kept;
    const place = kindPlace(address);
    const known = this.#reserved.get(place);
    if (known === undefined) {
      this.#reserved.set(place, { count, names: [...names].sort().slice(0, 5) });
      return;
    }
    known.count += count;
    // Most agents have the same names.
    if (names.every((name) => known.names.includes(name))) return;
    known.names = [...new Set([...known.names, ...names])].sort().slice(0, 5);
  }
}

/** The manager followed by the kind. */
function kindPlace(address: string): string {
  const end = address.indexOf("/", address.indexOf("/") + 1);
  return end === -1 ? address : address.slice(0, end);
}

/** The lists from which a plan's summary is counted. */
export type PlanLists = Pick<
  Plan,
  "changes" | "operations" | "deferred" | "open_selectors" | "kept" | "due" | "unknown" | "blocked"
>;

/** The summary of a plan; resources in sync exist only as counts. */
export function summarize(
  lists: PlanLists,
  { unchanged, notCompared, sameVersion = 0 }: Pick<UnitPlan, "unchanged" | "notCompared" | "sameVersion">,
): PlanSummary {
  const { "no-op": adopted, ...actions } = countActions(lists.changes);
  return {
    ...actions,
    deferred: lists.deferred.length,
    open_selectors: lists.open_selectors.length,
    lost: lossOf(lists.changes),
    unchanged: unchanged + adopted,
    not_compared: notCompared,
    same_version: sameVersion,
    kept: lists.kept.reduce((sum, { count }) => sum + count, 0),
    due: lists.due.length,
    unknown: lists.unknown.length,
    blocked: lists.blocked.length,
    requests: lists.operations.length,
  };
}

function lossOf(changes: readonly Change[]): number {
  let lost = 0;
  for (const { loses } of changesBeside(changes)) lost += loses?.secrets ?? 0;
  return lost;
}

function byAddress(a: { readonly address: string }, b: { readonly address: string }): number {
  return compare(a.address, b.address);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
