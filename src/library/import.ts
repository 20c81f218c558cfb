import { importRun } from "../engine/adopt/adopt";
import { recordOwnedManagers } from "../engine/apply/record-managers";
import { meantAddress } from "../engine/nearest-address";
import { unfitAddresses, writtenManagers } from "../engine/scope";
import { memberAddress } from "../model/address";
import type { Adoption, Imported, RefusedAddress } from "../model/adoption";
import { declaredAddresses } from "../model/declared";
import type { DesiredState } from "../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import { readState } from "../state/read-state";
import type { RunEnd } from "./audit/audited-run";
import { type InputOptions, readDesired } from "./inputs/inputs";
import type { Platform } from "./platform";
import { withRun } from "./prepare-run";
import { throwDamage } from "./state/damage";
import { type LockWait, locked } from "./state/locked";
import { findStateKey } from "./state/state-key";
import { type StatePlace, statePlace, withState } from "./state/state-place";

export interface ImportOptions extends InputOptions, LockWait {
  /**
   * Addresses to import: a resource, an agent with all its declared secrets, or any place above. Empty for
   * everything.
   */
  readonly addresses: readonly string[];
  /**
   * The user confirms that the managers are those that the state was written for, even if that cannot be checked;
   * their addresses are recorded.
   */
  readonly sameManager?: boolean | undefined;
  /** Only determine what would be imported, without a lock and without writing. */
  readonly dryRun?: boolean | undefined;
  /** Requests in flight on each manager, at most; 10 by default. */
  readonly parallelism?: number | undefined;
}

/**
 * Imports declared resources that exist on the manager into the state, without changing them: from then on they are
 * owned, and their values are *unverified*. Their values are written only once their sources have them. Importing
 * again changes nothing. Throws a `DiagnosticError` for invalid input.
 *
 * @example
 * const { imported } = await importResources({ files: ["tokyo.yaml"], addresses: ["tokyo/client"] }, createPlatform());
 */
export async function importResources(options: ImportOptions, platform: Platform): Promise<Imported> {
  const { addresses: targets, dryRun = false, sameManager = false } = options;
  const desired = await readDesired(options, platform);
  const unfit = unfitAddresses(targets, desired);
  if (unfit.length > 0) throw new DiagnosticError(unfit);
  const place = await statePlace(options, desired, platform);
  const adoption = dryRun
    ? await rehearse(options, desired, place, platform)
    : await locked(
        { ...options, targets, desired, place, command: "import" },
        platform,
        async (context) => {
          throwDamage(context.state, writtenManagers({ managers: [], targets }, desired));
          const result = await importRun(context, { targets, sameManager }, context.state);
          const managers = [...desired.managers.values()];
          recordOwnedManagers(
            context.state,
            managers.filter(({ name }) => result.identified.has(name)),
          );
          await context.state.flush();
          return result.adoption;
        },
        endOf,
      );
  return {
    dry_run: dryRun,
    ...adoption,
    diagnostics: adoption.refused.map((each) => refusal(each, desired)),
  };
}

function endOf({ imported, refused, unknown }: Adoption): RunEnd {
  const addresses = imported.flatMap(({ address, names }) =>
    names.map((name) => memberAddress(address, name)),
  );
  if (refused.length + unknown.length === 0) return { addresses };
  return { addresses, outcome: addresses.length > 0 ? "partial" : "failed" };
}

async function rehearse(
  options: ImportOptions,
  desired: DesiredState,
  place: StatePlace,
  platform: Platform,
): Promise<Adoption> {
  const key = await findStateKey(place, platform);
  return withRun({ options, desired, place, key }, platform, async (context) => {
    const report = (diagnostic: Diagnostic) => platform.report({ type: "diagnostic", diagnostic });
    const { keyId } = context.fingerprints;
    const state = await readState({ storage: place.storage, keyId, report });
    const { addresses: targets, sameManager = false } = options;
    return (await importRun(await withState(context, state), { targets, sameManager }, undefined)).adoption;
  });
}

const refusals: Readonly<Record<RefusedAddress["reason"], readonly [summary: string, remedy: string]>> = {
  "not-declared": [
    "nothing of that address is declared",
    "declare it first; `jp1im export` writes what a manager holds as a desired state",
  ],
  "not-there": [
    "what is declared there is not on the manager",
    "there is nothing to import: an apply creates it",
  ],
  unknown: ["the manager could not tell whether it is there", "import again when it can"],
};

function refusal({ address, reason }: RefusedAddress, desired: DesiredState): Diagnostic {
  const [why, remedy] = refusals[reason];
  const meant = reason === "not-declared" ? meantAddress(address, [...declaredAddresses(desired)]) : "";
  const summary = `${address} was not imported: ${why}`;
  return { code: "not-importable", severity: "error", summary, remedy: `${meant}${remedy}`, address };
}
