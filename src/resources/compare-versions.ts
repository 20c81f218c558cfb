/** Compares the versions of a value at its source, without reading the value. */
import type { UncomparedReason } from "../model/plan";

/** The version of a value at its source, in the state's form. */
export interface DesiredVersion {
  readonly digest: string;
  /** Equal versions need not mean equal values, nor different versions different values. */
  readonly isHint: boolean;
}

/** The versions of one agent's declared secrets. */
export interface DesiredVersions {
  /** `undefined` if the source of a key has no versions. */
  of(key: string): DesiredVersion | undefined;
  /** Over the versions of all keys. */
  digest(): string;
  /** Whether an equal digest means equal values: every source has versions, and none is only a hint. */
  readonly areFirm: boolean;
}

export type VersionComparison = UncomparedReason | "same-version" | "rotated";

/** Compares with the version at the last write. A hint decides nothing, whatever it says. */
export function compareVersions(
  now: DesiredVersion | undefined,
  written: string | undefined,
): VersionComparison {
  if (now === undefined) return "no-version";
  if (written === undefined) return "not-recorded";
  const isSame = now.digest === written;
  if (now.isHint) return isSame ? "same-hint" : "other-hint";
  return isSame ? "same-version" : "rotated";
}
