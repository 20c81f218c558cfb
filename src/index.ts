/** The public library: what the CLI does, without console and exit codes. */

export type { EngineEvent } from "./engine/run";
export * from "./model/address";
export * from "./model/desired-state";
export * from "./model/diagnostic";
export * from "./model/diagnostic-codes";
export * from "./model/outcome";
export * from "./model/plan";
export { SecretValue } from "./model/secret-value";
export { type ApplyOptions, type ApplySavedOptions, apply, applySavedPlan, type LockWait } from "./run/apply";
export type { InputOptions } from "./run/inputs";
export { type PlanOptions, plan } from "./run/plan";
export { parsePlan, serialisePlan } from "./run/plan-file";
export {
  listState,
  removeFromState,
  type StateDetail,
  type StateEntry,
  type StateListing,
  showState,
  unlockState,
} from "./run/state";
export { type Surroundings, surroundings } from "./run/surroundings";
export { type Validation, validate } from "./run/validate";
export { version } from "./version";
