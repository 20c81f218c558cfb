/** Whether a value has changed at its source, by its version there: the value itself is not read. */
import type { UncomparedReason } from "../model/plan";

/** The version of a value at its source, as the state keeps it. */
export interface DesiredVersion {
  readonly digest: string;
  /** Equal versions do not have to mean equal values, nor other ones other values. */
  readonly isHint: boolean;
}

/** The versions of what is declared for one agent. */
export interface DesiredVersions {
  /** `undefined` where the source of a key cannot tell. */
  of(key: string): DesiredVersion | undefined;
  /** Over the versions of all keys. */
  digest(): string;
  /** Whether an equal digest means equal values: every source can tell, and not only as a hint. */
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
