/** The public library: what the CLI does, without console and exit codes. */

export type { EngineEvent } from "./engine/context";
export { type ApplyOptions, apply } from "./library/apply";
export { type ApplySavedOptions, applySavedPlan } from "./library/apply-saved-plan";
export { complete } from "./library/complete";
export { type DoctorOptions, doctor } from "./library/doctor";
export { enroll } from "./library/enroll";
export type { EnrollOptions } from "./library/enroll/enroll-options";
export { explain } from "./library/explain";
export { type Exported, type ExportOptions, exportManager } from "./library/export";
export type { ExportedDocument } from "./library/export/export-text";
export { type SaveOptions, saveExport } from "./library/export/save-export";
export { type GetOptions, getResources } from "./library/get";
export type { ListFilters } from "./library/get/filters";
export { type ImportOptions, importResources } from "./library/import";
export { checkInit, type InitOptions, initProject } from "./library/init";
export type { InputOptions } from "./library/inputs/inputs";
export {
  type InstalledProvider,
  type InstallProviderOptions,
  installTerraformProvider,
} from "./library/install-terraform-provider";
export {
  type InitialSecretIntent,
  type InitialSecretIssue,
  type IssueInitialSecretOptions,
  issueInitialSecret,
} from "./library/issue-initial-secret";
export { type PlanOptions, plan } from "./library/plan";
export { parsePlan, planDigest, serialisePlan } from "./library/plan-file";
export { createPlatform, type Platform } from "./library/platform";
export type { Overrides } from "./library/policy/judge-plan";
export { type Probed, type ProbeOptions, probe } from "./library/probe";
export { type RebuildOptions, type Rebuilt, rebuild } from "./library/rebuild";
export { type Rehearsed, type RehearseOptions, rehearseRebuild } from "./library/rehearse-rebuild";
export { type RekeyOptions, rekeyState } from "./library/rekey";
export { type ShardsOptions, shards } from "./library/shards";
export {
  listState,
  removeFromState,
  showState,
  unlockState,
} from "./library/state";
export {
  compactState,
  type PushOptions,
  pullState,
  pushState,
} from "./library/state/copies";
export { removeKept } from "./library/state/kept";
export type { LockWait } from "./library/state/locked";
export { type MigrateOptions, migrateState } from "./library/state/migrate";
export { type Moved, moveInState } from "./library/state/move-in-state";
export { topology } from "./library/topology";
export { validate } from "./library/validate";
export { type VerifiedAudit, type VerifyAuditOptions, verifyAudit } from "./library/verify-audit";
export {
  type Addressed,
  type AgentRef,
  agentAddress,
  clientAddress,
  initialSecretAddress,
  isTarget,
  isWithin,
  lowerManagerAddress,
  managerAddress,
  managerOf,
  parseAddress,
  secretAddress,
} from "./model/address";
export * from "./model/adoption";
export type * from "./model/audit";
export * from "./model/change";
export type { Completable } from "./model/completable";
export * from "./model/desired-state";
export { type Diagnostic, DiagnosticError, isServerWait, type SourcePosition } from "./model/diagnostic";
export * from "./model/diagnostic-codes";
export * from "./model/enrolment";
export * from "./model/explanation";
export * from "./model/export-summary";
export * from "./model/health";
export type { KindName } from "./model/kind-names";
export * from "./model/listing";
export * from "./model/operation";
export * from "./model/outcome";
export * from "./model/plan";
export * from "./model/probe";
export type * from "./model/probe-intent";
export * from "./model/project";
export * from "./model/rebuild";
export { SecretValue } from "./model/secret-value";
export * from "./model/selector";
export * from "./model/shard";
export * from "./model/state-listing";
export * from "./model/topology";
export * from "./model/validation";
export * from "./model/watch";
export { version } from "./version";
export { type WatchOptions, watch } from "./watch/watch";
export type { WatchScope } from "./watch/watched-managers";
