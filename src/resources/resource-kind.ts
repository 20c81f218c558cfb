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
 * What a kind of resource is: how the YAML declares it, how it is listed and planned, which requests change it, and
 * how an existing one is imported. An operation is a request in a plan. `src/resources/kinds.ts` lists every kind,
 * and `src/model/kind-names.ts` has the names for messages.
 */
export interface ResourceKind<Declared = unknown, Desired = unknown> {
  readonly name: KindName;

  /** Decodes what a manager's entry in one file declares of this kind. The schema has accepted it. */
  decode(manager: YamlNode, context: DecodeContext): readonly Declared[];

  /**
   * Merges the declarations of all files into the sorted form of `DesiredManager`; a resource that is declared twice
   * is a diagnostic.
   */
  merge(
    manager: Pick<DesiredManager, "name" | "host">,
    declared: readonly Declared[],
    diagnostics: DiagnosticList,
  ): Desired;

  /** The names of everything that a manager has of this kind; absent if no single call lists them. */
  list?(port: ManagerPort): Promise<readonly string[]>;

  /** Warnings about declared resources, given what the manager lists. */
  doubts?(manager: DesiredManager, listed: readonly string[]): readonly Diagnostic[];

  /**
   * Plans a manager's resources of this kind from its list. Throws a `DiagnosticError` if a needed value is missing.
   * The secrets of agents lack this function: each agent is planned separately.
   */
  plan?(planning: KindPlanContext, listed: readonly string[]): UnitPlan;

  /** Makes a change of the state alone: forgets what is gone, owns what exists as declared. */
  changeState(state: StateStore, change: Change): void;

  /**
   * Whether a manager declares the resource of an address, or may declare it: only the manager knows which agents a
   * selector matches.
   */
  declares(manager: DesiredManager, addressed: Addressed): boolean;

  /** The requests that change resources of this kind. */
  readonly operations: { readonly [Type in Operation["type"]]?: OperationKind<OperationOf<Type>> };

  /** Imports declared resources that exist into the state. */
  import(importing: KindImportContext): Promise<void>;
}

type OperationOf<Type extends Operation["type"]> = Extract<Operation, { readonly type: Type }>;

export interface OperationKind<O extends Operation = Operation> {
  /** The resources that a request changes. */
  addresses(operation: O): readonly string[];

  /** The request with only its `wanted` resources; `undefined` if there are none. */
  within(operation: O, wanted: (address: string) => boolean): O | undefined;

  /**
   * Whether a request may be needed although none of its resources is wanted: a part of a plan then names the request
   * itself.
   */
  readonly isNeededAlone?: true;

  /** Requests with the same unit are sent one after the other; absent if all are independent. */
  unit?(operation: O): string;

  /** The work on such requests. */
  work(applying: KindApplyContext, operations: readonly O[]): OperationWork;

  /** The resources whose secrets it issues for their sinks. */
  delivers?(operation: O): readonly string[];

  /** The manager whose newly issued initial secret it sends. */
  issuer?(operation: O): string | undefined;

  /** How today's request differs at `place` from that of a saved plan, if that can be described. */
  difference?(saved: O, today: O, place: string): string | undefined;
}

export interface OperationWork {
  /**
   * Records the intent in the state. The engine makes many durable with one flush. Absent if `carryOut` does that
   * itself.
   */
  intend?(): void;
  /**
   * Sends the requests, and reports the result for each resource: the state has the intent before, and the result
   * after.
   */
  carryOut(): Promise<void>;
  /** Called instead of `carryOut`: undoes the intent. */
  giveUp?(): void;
  /** Called after everything, whatever the result. */
  end?(): void;
}

/** What today's request deletes at a place, in addition to that of a saved plan. */
export function alsoDeleted(
  saved: readonly string[],
  today: readonly string[],
  place: string,
): string | undefined {
  const more = today.filter((name) => !saved.includes(name));
  return more.length > 0 ? `${more.join(", ")} would be deleted at ${place} as well` : undefined;
}

/** Sends requests one after the other, and makes each intent durable before its request. */
export function oneByOne<O>(
  apply: (applying: KindApplyContext, operation: O) => Promise<void>,
): (applying: KindApplyContext, operations: readonly O[]) => OperationWork {
  return (applying, operations) => ({
    async carryOut() {
      for (const operation of operations) await apply(applying, operation);
    },
  });
}
