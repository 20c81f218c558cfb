import { proveSinks } from "../../engine/apply/prove-sinks";
import { resolveValues } from "../../engine/values/desired-values";
import { demandsOf } from "../../engine/values/value-demands";
import { issuesOf } from "../../model/declared";
import type { DesiredManager, DesiredState } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { suggest } from "../../model/shell-command";
import type { SecretResolver } from "../../secrets/port";
import { type StateKey, stateKeyId } from "../../secrets/state-key";
import { readStateOfPlan } from "../../state/key-of-plan";
import type { StateView } from "../../state/port";
import type { Storage } from "../../state/storage";
import type { InputOptions } from "../inputs/inputs";
import type { Platform } from "../platform";
import { withRun } from "../prepare-run";
import { readListing } from "../state";
import { findStateKey } from "../state/state-key";
import { isFolder, type StatePlace } from "../state/state-place";
import { CheckList, type CheckResult, failed } from "./check-list";

export interface LocalSide {
  readonly options: InputOptions;
  readonly desired: DesiredState;
  /** The managers in scope. */
  readonly managers: readonly DesiredManager[];
  readonly place: StatePlace;
  readonly secrets: SecretResolver;
  readonly platform: Platform;
}

/** Checks sources, sinks and the state. It writes nothing: it only inspects sinks, and creates no missing key. */
export async function checkLocalSide(side: LocalSide): Promise<CheckList> {
  const list = new CheckList();
  const { options, managers, place, secrets, platform } = side;
  const { storage } = place;
  await list.run("sources", [], async () => {
    // A login's source is checked with the login.
    const demands = managers.flatMap((manager) => [...demandsOf(manager, () => true)]);
    await resolveValues(demands, secrets, platform.report);
    return {
      detail:
        demands.length === 0 ? "none is declared" : `${demands.length} of ${demands.length} give a value`,
    };
  });
  const none = { detail: `there is none yet in ${storage.location}; the first apply or import makes it` };
  await list.run("state", [], async () => {
    if (await isNone(storage)) return none;
    const { listing, damage } = await readListing(options, platform);
    if (damage.length > 0) return damage.map(failed);
    const { records, lineage } = listing;
    return lineage === "" ? none : { detail: `${records.length} records in ${storage.location}` };
  });
  let known: { readonly key: StateKey; readonly state: StateView } | undefined;
  await list.run("state-key", ["state"], async () => {
    const key = await findStateKey(place, platform);
    const warnings: Diagnostic[] = [];
    const keyId = stateKeyId(key.key);
    const report = (diagnostic: Diagnostic) => warnings.push(diagnostic);
    const run = {
      storage,
      keyId,
      isNewKey: key.origin === "new",
      report,
      managers: managers.map(({ name }) => name),
    };
    const { state, keyed } = await readStateOfPlan({ ...run, mayTakeOver: isFolder(place) });
    known = { key, state };
    return [keyResult(key, state, storage.location), ...[...warnings, ...keyed].map(warned)];
  });
  await list.run("lock", ["state"], () => lockResults(side));
  await list.run("sinks", ["state", "state-key"], () => sinkResults(side, known));
  await list.run("audit-trail", [], () => trailResult(side));
  return list;
}

function keyResult({ origin, file }: StateKey, { lineage }: StateView, location: string): CheckResult {
  const places = {
    environment: "from JP1IM_STATE_KEY",
    command: "from the program of JP1IM_STATE_KEY_COMMAND",
    file: `in ${file}`,
  };
  if (origin !== "new") return { detail: places[origin] };
  if (lineage === "") return { detail: "there is none yet; the first apply or import makes it" };
  return {
    status: "warning",
    detail: `there is a state in ${location}, and no key in ${file}: every value would be written again`,
    remedy: "restore the key file, or name the key in JP1IM_STATE_KEY or JP1IM_STATE_KEY_FILE",
  };
}

async function trailResult({ desired: { audit }, platform }: LocalSide): Promise<CheckResult> {
  if (audit === undefined) return { detail: "none is declared" };
  const { proveTrail } = await import("../audit/open-run-trail.js");
  return { detail: await proveTrail(audit, platform) };
}

/** A list refuses one that is named and not there; a plan does not. */
async function isNone(storage: Storage): Promise<boolean> {
  return (await storage.managers()).length === 0 && (await storage.identity()) === undefined;
}

async function lockResults({ options, place, platform }: LocalSide): Promise<readonly CheckResult[]> {
  if (await isNone(place.storage)) return [{ detail: "nobody holds it" }];
  const { locks = [] } = (await readListing(options, platform)).listing;
  if (locks.length === 0) return [{ detail: "nobody holds it" }];
  return locks.map(({ manager, id, who, pid, command, since }) => ({
    status: "warning",
    detail: `that of ${manager} is held by ${who} (pid ${pid}, ${command}) since ${since}`,
    remedy: `wait until that run ends; if it is gone, run ${suggest("state", "unlock", id)}`,
  }));
}

async function sinkResults(
  { desired, managers, place, platform }: LocalSide,
  known: { readonly key: StateKey; readonly state: StateView } | undefined,
): Promise<readonly CheckResult[]> {
  if (known === undefined) return [];
  const issues = managers.flatMap(issuesOf);
  return withRun({ options: {}, desired, place, key: known.key }, platform, async (context) => {
    const mayWrite = (manager: string) => desired.managers.has(manager);
    const faults = await proveSinks(issues, { ...context, state: known.state, mayWrite });
    if (faults.length > 0) return faults.map(failed);
    return [
      {
        detail:
          issues.length === 0
            ? "none is declared"
            : `${issues.length} of ${issues.length} can be written, as far as looking shows`,
      },
    ];
  });
}

function warned(diagnostic: Diagnostic): CheckResult {
  const { code: _code, ...result } = failed(diagnostic);
  return { ...result, status: "warning" };
}
