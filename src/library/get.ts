import { connector } from "../engine/plan/make-plan";
import { emptyPrior, priorStates } from "../engine/prior-state";
import { requireScope } from "../engine/scope";
import { resolveValues } from "../engine/values/desired-values";
import { loginDemands } from "../engine/values/value-demands";
import { requireNotCancelled } from "../model/cancelled";
import type { DesiredManager, DesiredState } from "../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { ListedKind, Listing } from "../model/listing";
import type { Unplanned } from "../model/plan";
import { unplanned } from "../resources/failed-request";
import { createSecretResolver } from "../secrets/resolver";
import type { PartitionedView } from "../state/partitioned-view";
import { readState } from "../state/read-state";
import { createFilters, type Filters, type ListFilters } from "./get/filters";
import { listManager } from "./get/list-manager";
import { Ownership } from "./get/ownership";
import { connections } from "./inputs/connect-declared";
import { type InputOptions, readDesired } from "./inputs/inputs";
import { secretsPlatformOf } from "./inputs/secrets-platform";
import { diagnosticOfUnplanned } from "./manager-diagnostic";
import type { Platform } from "./platform";
import { DEFAULT_PARALLELISM } from "./prepare-run";
import { stateOfRun } from "./state/locate-state";

export interface GetOptions extends InputOptions, ListFilters {
  readonly kind: ListedKind;
  /** Names of declared managers; all of them by default. */
  readonly managers?: readonly string[] | undefined;
  /** Requests in flight on each manager, at most; 10 by default. */
  readonly parallelism?: number | undefined;
}

/**
 * Lists what the managers have now, and whether it is declared or owned. It only reads managers and the state,
 * without the lock. Throws a `DiagnosticError` for invalid input, and if nothing could be read.
 *
 * @example
 * const { items } = await getResources({ files: ["tokyo.yaml"], kind: "agents", match: "web*" }, createPlatform());
 */
export async function getResources(options: GetOptions, platform: Platform): Promise<Listing> {
  const { kind, managers = [], parallelism = DEFAULT_PARALLELISM } = options;
  const filters = createFilters(kind, options);
  const desired = await readDesired(options, platform);
  requireScope({ managers, targets: [] }, desired);
  const isMeant = (name: string) => kind !== "managers" || filters.takesName(name);
  const inScope = [...desired.managers.values()].filter(
    ({ name }) => (managers.length === 0 || managers.includes(name)) && isMeant(name),
  );
  const state = await stateOf(options, desired, platform);
  const priors = priorStates(state);
  const secrets = createSecretResolver(secretsPlatformOf(platform));
  // All logins without a value are reported together.
  await resolveValues(
    inScope.flatMap((manager) => [...loginDemands(manager)]),
    secrets,
    platform.report,
  );
  const { close, ...connecting } = connections(desired, secrets, parallelism, platform);
  const connect = connector({ ...connecting, clock: platform.clock, parallelism });
  try {
    const { report } = platform;
    const lists = await Promise.all(
      inScope.map((manager) => {
        const { name } = manager;
        const ownership = new Ownership(manager, priors.get(name) ?? emptyPrior(name), state);
        const context = { manager, connect: () => connect(name), ownership };
        return listManager(kind, { ...context, filters, parallelism, report });
      }),
    );
    requireNotCancelled(platform.signal);
    const unknown = [...lists.flatMap((list) => list.unknown), ...unknownOwnership(inScope, state)];
    const items = lists.flatMap((list) => list.items);
    if (nothingAnswered(kind, lists)) throw new DiagnosticError(unknown.map(diagnosticOfUnplanned));
    if (items.length + unknown.length === 0) warnOfNothing(kind, filters, platform);
    return { kind, items, unknown };
  } finally {
    await close();
  }
}

async function stateOf(
  options: GetOptions,
  desired: DesiredState,
  platform: Platform,
): Promise<PartitionedView> {
  const { storage } = await stateOfRun(options, desired, platform);
  const report = (diagnostic: Diagnostic) => platform.report({ type: "diagnostic", diagnostic });
  return readState({ storage, report });
}

/** Entries for managers with a damaged part of the state: ownership is unknown there. */
function unknownOwnership(managers: readonly DesiredManager[], { damaged }: PartitionedView): Unplanned[] {
  return managers.flatMap(({ name }) =>
    (damaged.get(name)?.diagnostics ?? []).map((damage) => unplanned(name, damage)),
  );
}

/** The list of managers has each declared manager, also if it does not answer. */
function nothingAnswered(kind: ListedKind, lists: readonly Pick<Listing, "items" | "unknown">[]): boolean {
  const isSilent = ({ items, unknown }: Pick<Listing, "items" | "unknown">) =>
    unknown.length > 0 && (kind === "managers" || items.length === 0);
  return lists.length > 0 && lists.every(isSilent);
}

function warnOfNothing(kind: ListedKind, filters: Filters, { report }: Platform): void {
  if (!filters.isGiven) return;
  const summary = `none of the ${kind.replace("-", " ")} matches the filters`;
  const nearMisses = filters.nearMisses();
  const remedy =
    nearMisses.length > 0
      ? `did you mean ${nearMisses.join(" ")}?`
      : "check the patterns; without filters every one is listed";
  report({
    type: "diagnostic",
    diagnostic: { code: "nothing-matched", severity: "warning", summary, remedy },
  });
}
