import type * as index from "../index";

/** The functions of the library that the command line calls; a test injects its own. */
export type Library = Pick<
  typeof index,
  | "createPlatform"
  | "validate"
  | "topology"
  | "plan"
  | "apply"
  | "applySavedPlan"
  | "parsePlan"
  | "serialisePlan"
  | "planDigest"
  | "checkInit"
  | "initProject"
  | "doctor"
  | "explain"
  | "complete"
  | "probe"
  | "getResources"
  | "exportManager"
  | "saveExport"
  | "importResources"
  | "rebuild"
  | "rehearseRebuild"
  | "enroll"
  | "issueInitialSecret"
  | "listState"
  | "showState"
  | "removeFromState"
  | "moveInState"
  | "removeKept"
  | "pullState"
  | "pushState"
  | "migrateState"
  | "compactState"
  | "shards"
  | "rekeyState"
  | "unlockState"
  | "installTerraformProvider"
  | "verifyAudit"
  | "watch"
>;

/** The real one, loaded only when a command needs it. */
export async function loadLibrary(): Promise<Library> {
  return await import("../index.js");
}
