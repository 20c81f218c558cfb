import type { ManagerPort } from "../api/port";
import type { Addressed } from "../model/address";
import type { Change } from "../model/change";
import type { DesiredManager } from "../model/desired-state";
import type { Diagnostic } from "../model/diagnostic";
import type { KindName } from "../model/kind-names";
import type { Operation } from "../model/operation";
import type { StateStore } from "../state/port";
import type { DecodeContext } from "../yaml/decode-context";
import type { DiagnosticList } from "../yaml/diagnostic-list";
import type { YamlNode } from "../yaml/yaml-node";
import type { KindApplyContext } from "./apply-context";
import type { KindImportContext } from "./import-context";
import type { KindPlanContext } from "./plan-context";
import type { UnitPlan } from "./unit-plan";

/**
 * What a kind of resource is: how the YAML declares it, how it is listed and planned, which requests change it, and how one
 * that exists is taken over. An operation is a request that a plan holds. `src/resources/kinds.ts` lists every kind, and
 * `src/model/kind-names.ts` has what messages call it.
 */
export interface ResourceKind<Declared = unknown, Desired = unknown> {
  readonly name: KindName;

  /** What the entry of a manager in one file declares of this kind. The schema has accepted it. */
  decode(manager: YamlNode, context: DecodeContext): readonly Declared[];

  /** What all files declare together, sorted, as `DesiredManager` holds it; a resource that is declared twice is a diagnostic. */
  merge(
    manager: Pick<DesiredManager, "name" | "host">,
    declared: readonly Declared[],
    diagnostics: DiagnosticList,
  ): Desired;

  /** The names of all that a manager has of this kind; absent where no single call lists them. */
  list?(port: ManagerPort): Promise<readonly string[]>;

  /** Warnings about what is declared, given what the manager lists. */
  doubts?(manager: DesiredManager, listed: readonly string[]): readonly Diagnostic[];

  /**
   * Plans what a manager has of this kind, from what it lists of it. Throws a `DiagnosticError` where a value is missing that
   * is needed. The secrets of agents have none: each agent is planned on its own.
   */
  plan?(planning: KindPlanContext, listed: readonly string[]): UnitPlan;

  /** Makes a change of the state alone: what is gone is forgotten, what is there as declared is owned from now on. */
  changeState(state: StateStore, change: Change): void;

  /** Whether a manager declares the resource of an address, or may: which agents a selector matches is for the manager to say. */
  declares(manager: DesiredManager, addressed: Addressed): boolean;

  /** The requests that change resources of this kind. */
  readonly operations: { readonly [Type in Operation["type"]]?: OperationKind<OperationOf<Type>> };

  /** Takes what is declared and exists into the state. */
  import(importing: KindImportContext): Promise<void>;
}

type OperationOf<Type extends Operation["type"]> = Extract<Operation, { readonly type: Type }>;

export interface OperationKind<O extends Operation = Operation> {
  /** The resources that a request changes. */
  addresses(operation: O): readonly string[];

  /** The request with only those of its resources that are `wanted`; `undefined` where none is. */
  within(operation: O, wanted: (address: string) => boolean): O | undefined;

  /** Whether a request may be needed though none of its resources is wanted: a part of a plan then names the request itself. */
  readonly isNeededAlone?: true;

  /** Requests with the same unit are sent one after the other; absent where each stands alone. */
  unit?(operation: O): string;

  /** The work on such requests. */
  work(applying: KindApplyContext, operations: readonly O[]): OperationWork;

  /** The resources whose secrets it issues for their sinks. */
  delivers?(operation: O): readonly string[];

  /** The manager whose fresh initial secret it sends along. */
  issuer?(operation: O): string | undefined;

  /** How today's request differs at `place` from the one of a saved plan, where that can be said. */
  difference?(saved: O, today: O, place: string): string | undefined;
}

export interface OperationWork {
  /** Puts the intent into the state. The engine makes many durable with one flush. Absent where `carryOut` sees to that. */
  intend?(): void;
  /** Sends the requests, and reports what became of each resource: the state has the intent before, and the result after. */
  carryOut(): Promise<void>;
  /** In the place of `carryOut`: takes the intent back. */
  giveUp?(): void;
  /** After all of it, whatever came of it. */
  end?(): void;
}

/** What a request of today deletes at a place, and that of a saved plan does not. */
export function alsoDeleted(
  saved: readonly string[],
  today: readonly string[],
  place: string,
): string | undefined {
  const more = today.filter((name) => !saved.includes(name));
  return more.length > 0 ? `${more.join(", ")} would be deleted at ${place} as well` : undefined;
}

/** Work on requests one after the other, each with its intent made durable before it is sent. */
export function oneByOne<O>(
  apply: (applying: KindApplyContext, operation: O) => Promise<void>,
): (applying: KindApplyContext, operations: readonly O[]) => OperationWork {
  return (applying, operations) => ({
    async carryOut() {
      for (const operation of operations) await apply(applying, operation);
    },
  });
}
