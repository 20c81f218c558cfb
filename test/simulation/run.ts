import type { EngineEvent } from "../../src/engine/context";
import type { Imported } from "../../src/index";
import type { Diagnostic } from "../../src/model/diagnostic";
import type { ExitCode } from "../../src/model/exit-code";
import type { Outcome } from "../../src/model/outcome";
import type { Plan } from "../../src/model/plan";
import type { ActionName } from "./actions";
import type { DesiredChoice } from "./desired";
import type { SimulatedProcess } from "./machine";
import type { Exchange } from "./network";

/** How an action ended, as a library call tells it. */
export type Result =
  | {
      readonly type: "outcome";
      readonly outcome: Outcome;
      /** Of a rebuild: whether it says that nothing of it is left to do. */
      readonly isRebuilt?: boolean;
    }
  | { readonly type: "plan"; readonly plan: Plan }
  | { readonly type: "imported"; readonly imported: Imported }
  /** An action without an outcome of its own. */
  | { readonly type: "done" }
  | { readonly type: "refused"; readonly diagnostics: readonly Diagnostic[] }
  /** Something else than an expected fault was thrown. */
  | { readonly type: "bug"; readonly error: unknown }
  | { readonly type: "died" };

/** One run of the program, and everything that it did and said. */
export interface Run {
  readonly number: number;
  readonly action: ActionName;
  /** All that it may change; absent for a run without targets. */
  readonly target?: string;
  readonly process: SimulatedProcess;
  /** The files of its desired state. */
  readonly files: readonly string[];
  /** One file contradicts the other. */
  readonly isContradicted: boolean;
  /** What it was asked to bring about: nothing for a destroy. */
  readonly desired: DesiredChoice;
  readonly isDestroy: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Nothing went wrong around it, and nobody interfered. */
  readonly isQuiet: boolean;
  readonly exchanges: Exchange[];
  readonly events: EngineEvent[];
  /** The plans that it applied, in turn; the last one is being applied. */
  readonly plans: Plan[];
  /** Writes that changed something on a manager. */
  effects: number;
  result?: Result;
  exitCode?: ExitCode;
}
