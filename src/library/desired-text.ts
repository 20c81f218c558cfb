import { loadDesiredState } from "../config/load-desired-state";
import { parseAddress } from "../model/address";
import { sourcesOf } from "../model/declared";
import type { DesiredState } from "../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { Outcome } from "../model/outcome";
import type { Plan } from "../model/plan";
import { declares } from "../resources/kinds";
import type { StateStore } from "../state/port";
import { readState } from "../state/read-state";
import { type ApplyOptions, applyDesired } from "./apply";
import { applySavedDesired } from "./apply-saved-plan";
import { readDesired } from "./inputs/inputs";
import { forgetTakeover, hasTakenOver, takenByOthers } from "./manager-run/takeovers";
import { planDesired } from "./plan";
import type { Platform } from "./platform";
import { type LockWait, locked } from "./state/locked";
import { statePlace } from "./state/state-place";
import { declaredAndThere } from "./state/unknown-to-state";
import { lostByText, type TextOwner, takeoversOfText, textCaller } from "./text-takeovers";

/** A desired state that a caller has as text. The text may be stored and shown, so it must not contain secrets. */
export interface DesiredText {
  readonly text: string;
  /** Absolute folder for relative paths and for the state's default folder `.jp1im`. */
  readonly folder: string;
}

export interface DesiredTextOptions extends LockWait {
  /** The state's place, as for `--state`; a local path is absolute. */
  readonly state?: string | undefined;
  readonly parallelism?: number | undefined;
}

/** The text is passed as standard input. */
const files = ["-"];

/**
 * The errors in the text itself. Settings from the environment are not checked, because the run may have another
 * environment.
 *
 * @example
 * const errors = await checkDesiredText({ text: "managers: {}", folder: "/srv" }, createPlatform());
 */
export async function checkDesiredText(
  text: DesiredText,
  platform: Platform,
): Promise<readonly Diagnostic[]> {
  const { cwd, stdin, fileSystem, env } = platformOf(text, platform);
  const loaded = await loadDesiredState({ paths: files, cwd, stdin, fileSystem, variables: { env } });
  const literals = loaded.desired ? literalsIn(loaded.desired) : [];
  return [...loaded.diagnostics, ...literals].filter(({ code }) => !code.startsWith("variable-"));
}

/**
 * Plans the text, for an apply of exactly that plan. Rejects with a `DiagnosticError` like `plan`.
 *
 * @example
 * const { changes } = await planDesiredText({ text, folder: "/srv/jp1im" }, {}, createPlatform());
 */
export async function planDesiredText(
  text: DesiredText,
  options: DesiredTextOptions,
  platform: Platform,
): Promise<Plan> {
  const own = platformOf(text, platform);
  return planDesired({ ...options, files, save: true }, await readText(options, own), own);
}

/** The same for a destroy. */
export async function planDestroyOfText(
  text: DesiredText,
  options: DesiredTextOptions,
  platform: Platform,
): Promise<Plan> {
  const own = platformOf(text, platform);
  return planDesired({ ...options, files, mode: "destroy" }, await readText(options, own), own);
}

/**
 * Declared resources that exist on managers and that a destroy leaves there because the state has no record of them.
 */
export interface LeftByDestroy {
  /** Refusals for managers that the state does not know. */
  readonly refusals: readonly Diagnostic[];
  readonly addresses: readonly string[];
}

/** What a planned destroy leaves. It reads no values, because a destroy needs none. */
export async function leftByDestroy(
  destroy: Plan,
  text: DesiredText,
  options: DesiredTextOptions,
  platform: Platform,
): Promise<LeftByDestroy> {
  const own = platformOf(text, platform);
  const plan = await planDesired({ ...options, files, secrets: false }, await readText(options, own), own);
  const deleted = new Set(destroy.changes.map(({ address }) => address));
  return {
    refusals: plan.diagnostics.filter(({ code }) => code === "no-state"),
    addresses: declaredAndThere(plan).filter((address) => !deleted.has(address)),
  };
}

/**
 * Addresses that a plan deletes, or forgets as initial secrets, although the last applied text did not declare them
 * either: something else manages them with the same state.
 */
export async function deletionsOfOthers(
  { changes }: Plan,
  last: DesiredText | undefined,
  platform: Platform,
): Promise<readonly string[]> {
  const deleted = deletedIn(changes);
  if (deleted.length === 0 || last === undefined) return deleted;
  const isDeclared = await declaredIn(last, platform);
  return deleted.filter((address) => !isDeclared(address));
}

/** Whether the text declares, or may declare, the resource at an address. */
export async function declaredIn(
  text: DesiredText,
  platform: Platform,
): Promise<(address: string) => boolean> {
  const { cwd, stdin, fileSystem, env } = platformOf(text, platform);
  const { desired } = await loadDesiredState({ paths: files, cwd, stdin, fileSystem, variables: { env } });
  return (address) => {
    const addressed = parseAddress(address);
    const manager = addressed && desired?.managers.get(addressed.manager);
    return addressed !== undefined && manager !== undefined && declares(manager, addressed);
  };
}

/** The same for addresses that another caller, such as a Terraform resource, took over. */
export async function deletionsOfTakenOver(
  { changes }: Plan,
  text: DesiredText,
  { token, ...options }: DesiredTextOptions & Pick<TextOwner, "token">,
  platform: Platform,
): Promise<readonly string[]> {
  const deleted = deletedIn(changes);
  if (deleted.length === 0) return [];
  const { state } = await recordedOf(text, options, platform);
  return takenByOthers(deleted, textCaller(token), state);
}

/** Addresses that this text and the last applied one declare, and that another caller has taken over since. */
export async function takenFromText(
  text: DesiredText,
  { owner, ...options }: DesiredTextOptions & { readonly owner: TextOwner },
  platform: Platform,
): Promise<readonly string[]> {
  const { desired, state } = await recordedOf(text, options, platform);
  return lostByText(desired, owner, state);
}

async function recordedOf(text: DesiredText, options: DesiredTextOptions, platform: Platform) {
  const own = platformOf(text, platform);
  const desired = await readText(options, own);
  const { storage } = await statePlace({ ...options, files }, desired, own);
  return { desired, state: await readState({ storage, report: () => {} }) };
}

function deletedIn(changes: Plan["changes"]): readonly string[] {
  return changes.flatMap(({ action, kind, address }) =>
    action === "delete" || (action === "forget" && kind === "initial-secret") ? [address] : [],
  );
}

/** For an apply: its owner, and whether its outcome is kept; if it is, takeovers from others are recorded. */
export interface TextApplyOptions extends DesiredTextOptions {
  readonly owner: TextOwner;
  readonly isKept: (outcome: Outcome) => boolean;
}

/**
 * Applies the plan of a text, as `applySavedPlan` applies that of files: if the managers, the state or a value have
 * changed, it rejects with a `DiagnosticError` (`plan-stale`) and sends nothing.
 *
 * @example
 * const owner = { token: "4711", had: () => false };
 * const options = { owner, isKept: ({ summary }: Outcome) => summary.failed === 0 };
 * const outcome = await applyDesiredText(saved, { text, folder: "/srv/jp1im" }, options, createPlatform());
 */
export async function applyDesiredText(
  saved: Plan,
  text: DesiredText,
  { owner, isKept, ...options }: TextApplyOptions,
  platform: Platform,
): Promise<Outcome> {
  const own = platformOf(text, platform);
  const desired = await readText(options, own);
  const place = await statePlace({ ...options, files }, desired, own);
  const takingOver = async (state: StateStore, apply: () => Promise<Outcome>) => {
    const record = takeoversOfText(desired, owner, saved, state);
    const outcome = await apply();
    if (isKept(outcome)) await record(state);
    return outcome;
  };
  return applySavedDesired(saved, { ...options, place, within: takingOver }, desired, own);
}

/** Forgets the takeovers of a caller that no longer exists. */
export async function forgetTextOwner(
  text: DesiredText,
  { token, ...options }: DesiredTextOptions & Pick<TextOwner, "token">,
  platform: Platform,
): Promise<void> {
  const { desired, state: now } = await recordedOf(text, options, platform);
  const by = textCaller(token);
  const managers = [...desired.managers.keys()].filter((name) => hasTakenOver(now, name, by));
  if (managers.length === 0) return;
  const own = platformOf(text, platform);
  const place = await statePlace({ ...options, files }, desired, own);
  await locked({ ...options, desired, place, managers, command: "destroy" }, own, async ({ state }) => {
    for (const name of managers) await forgetTakeover(state, name, by);
  });
}

/**
 * Deletes what the state owns on the text's managers, like `jp1im destroy`. It calls `approve` under the state's
 * lock, and resolves to `undefined` if that refuses.
 *
 * @example
 * await destroyDesiredText({ text, folder: "/srv/jp1im" }, {}, createPlatform());
 */
export async function destroyDesiredText(
  text: DesiredText,
  options: DesiredTextOptions & Pick<ApplyOptions, "targets" | "approve">,
  platform: Platform,
): Promise<Outcome | undefined> {
  const own = platformOf(text, platform);
  const run = { ...options, files, mode: "destroy", command: "destroy" } as const;
  return applyDesired(run, await readText(options, own), own);
}

function platformOf({ text, folder }: DesiredText, platform: Platform): Platform {
  return { ...platform, cwd: folder, stdin: async () => Buffer.from(text, "utf8") };
}

async function readText(options: DesiredTextOptions, platform: Platform): Promise<DesiredState> {
  const desired = await readDesired({ ...options, files }, platform);
  const literals = literalsIn(desired);
  if (literals.length > 0) throw new DiagnosticError(literals);
  return desired;
}

/** Refuses literals even if the policy of the text allows them. */
function literalsIn({ managers }: DesiredState): readonly Diagnostic[] {
  return [...managers.values()].flatMap((manager) =>
    [...sourcesOf(manager)].flatMap(({ source, position }): Diagnostic[] => {
      if (source.type !== "literal") return [];
      const summary = "a secret stands here in clear text, and the text is stored";
      const remedy =
        "move it to a source, such as `{ env: NAME }`, and change it; `allowLiteralSecrets` does not count here";
      return [
        { code: "literal-secret", severity: "error", summary, remedy, address: manager.name, position },
      ];
    }),
  );
}
