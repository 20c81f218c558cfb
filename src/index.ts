/** The public library: what the CLI does, without console and exit codes. */

export type { EngineEvent } from "./engine/context";
export * from "./model/address";
export * from "./model/adoption";
export * from "./model/change";
export * from "./model/desired-state";
export * from "./model/diagnostic";
export * from "./model/diagnostic-codes";
export * from "./model/operation";
export * from "./model/outcome";
export * from "./model/plan";
export * from "./model/rebuild";
export { SecretValue } from "./model/secret-value";
export * from "./model/selector";
export * from "./model/topology";
export { type ApplyOptions, apply } from "./run/apply";
export { type ApplySavedOptions, applySavedPlan } from "./run/apply-saved-plan";
export { enroll } from "./run/enroll";
export type { EnrollOptions, Enrolment } from "./run/enrolment";
export { type Exported, type ExportOptions, exportManager } from "./run/export";
export type { ExportedDocument } from "./run/export-text";
export { type Imported, type ImportOptions, importResources } from "./run/import";
export type { InputOptions } from "./run/inputs";
export {
  type InitialSecretIntent,
  type InitialSecretIssue,
  type IssueInitialSecretOptions,
  issueInitialSecret,
} from "./run/issue-initial-secret";
export type { Overrides } from "./run/judge-plan";
export { type KeptEntry, removeKept } from "./run/kept";
export type { LockWait } from "./run/locked";
export { type Moved, moveInState } from "./run/move-in-state";
export { type PlanOptions, plan } from "./run/plan";
export { parsePlan, serialisePlan } from "./run/plan-file";
export { type RebuildOptions, type Rebuilt, rebuild } from "./run/rebuild";
export { type Rehearsed, type RehearseOptions, rehearseRebuild } from "./run/rehearse-rebuild";
export { type NewKeyPlace, type Rekeyed, type RekeyOptions, rekeyState } from "./run/rekey";
export { type SaveOptions, saveExport } from "./run/save-export";
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
export { topology } from "./run/topology";
export { type Validation, validate } from "./run/validate";
export { version } from "./version";
