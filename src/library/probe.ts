import { ManagerError } from "../api/manager-error";
import { nearestTo } from "../engine/nearest";
import { isOpen } from "../engine/plan/freeze";
import { requireNotCancelled } from "../model/cancelled";
import type { DesiredManager } from "../model/desired-state";
import { type Diagnostic, DiagnosticError, failure } from "../model/diagnostic";
import { askedGapIds, isAskedGap } from "../model/gaps";
import { PROBE_FORMAT_VERSION, type ProbeReport } from "../model/probe";
import type { ProbeIntent } from "../model/probe-intent";
import { version } from "../version";
import { declaredManager } from "./inputs/declared-manager";
import { type InputOptions, readDesired, requireFreePlace } from "./inputs/inputs";
import { diagnosticsOfFault } from "./manager-diagnostic";
import type { Platform } from "./platform";
import { type CleanedUp, cleanUp } from "./probe/clean-up";
import { ProbeConnections } from "./probe/connections";
import { findLeftovers } from "./probe/find-leftovers";
import {
  type Journal,
  journalPath,
  readJournal,
  stampBeforeWrites,
  stamped,
  writeJournal,
} from "./probe/journal";
import { Lab } from "./probe/lab";
import { type Prepared, prepare } from "./probe/prepare";
import { runProbes } from "./probe/run-probes";
import type { ProbeSession } from "./probe/session";
import { type LockedContext, type LockWait, locked } from "./state/locked";
import { statePlace } from "./state/state-place";

export interface ProbeOptions extends InputOptions, LockWait {
  /** Name of a declared manager. */
  readonly manager: string;
  /** `HOST` or `MANAGERHOST/HOST`, as the manager lists it; not needed to clean up. */
  readonly agent?: string | undefined;
  /** IDs of gaps to skip. */
  readonly skip?: readonly string[] | undefined;
  /** Only remove what an earlier probe left. */
  readonly cleanUp?: boolean | undefined;
  /** The file for the report, from the working folder; refused if something else needs it. */
  readonly report?: string | undefined;
  /**
   * Called under the lock, before anything is created or removed; with false, nothing is changed. If absent,
   * approved.
   */
  readonly approve?: ((intent: ProbeIntent) => Promise<boolean>) | undefined;
}

export interface Probed {
  /** Absent for a run that only cleans up. */
  readonly report?: ProbeReport;
  /** Whether a fault prevented some of the probes. */
  readonly isPartial: boolean;
  /** Number of removed scratch objects of an earlier probe; absent if none left a journal. */
  readonly removed?: number;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Finds out how a manager behaves where its manual is unclear, with scratch objects that it always removes; after a
 * kill, the next probe removes them. Resolves to `undefined` if it was not approved; throws a `DiagnosticError` if
 * nothing was sent.
 *
 * @example
 * const probed = await probe({ files: ["tokyo.yaml"], manager: "tokyo", agent: "test01" }, createPlatform());
 */
export async function probe(options: ProbeOptions, platform: Platform): Promise<Probed | undefined> {
  requireOptions(options);
  const desired = await readDesired(options, platform);
  const manager = declaredManager(options.manager, desired);
  refuseUnfit(manager, platform);
  if (options.report !== undefined) {
    const report = { path: options.report, option: "--report", code: "probe-unwritable" } as const;
    await requireFreePlace(report, options, desired, platform);
  }
  const place = await statePlace(options, desired, platform);
  const run = { ...options, desired, place, command: "probe", managers: [manager.name] };
  const work = async ({ secrets, trail }: LockedContext) => {
    const connections = new ProbeConnections(manager, secrets, platform, trail?.onWrite);
    const session = { manager, connections, platform, path: journalPath(place.folder, manager.name) };
    try {
      const probed = await probeUnderLock(session, options);
      if (probed === undefined) trail?.decline();
      return probed;
    } catch (error) {
      throw error instanceof ManagerError ? new DiagnosticError(diagnosticsOfFault(error)) : error;
    } finally {
      await connections.close();
    }
  };
  return locked(run, platform, work, (probed) => ({ outcome: isWhole(probed) ? "done" : "partial" }));
}

function isWhole(probed: Probed | undefined): boolean {
  return probed === undefined || (!probed.isPartial && probed.diagnostics.length === 0);
}

async function probeUnderLock(session: ProbeSession, options: ProbeOptions): Promise<Probed | undefined> {
  const { manager, platform, path, connections } = session;
  const earlier = await readJournal(platform.fileSystem, path, manager);
  if (earlier === undefined && options.cleanUp) return { isPartial: false, diagnostics: [] };
  const raw = await connections.open(platform.signal);
  const leftovers = earlier && (await findLeftovers(session, raw, earlier));
  const prepared = options.cleanUp ? undefined : await prepare(session, raw, options, leftovers);
  for (const diagnostic of prepared?.warnings ?? []) platform.report({ type: "diagnostic", diagnostic });
  const intent = {
    ...{ manager: manager.name, url: manager.url },
    leftovers,
    scratch: prepared?.scratch,
  };
  if ((await options.approve?.(intent)) === false) return undefined;
  requireNotCancelled(platform.signal);
  const cleaned = earlier ? await removeLeftovers(session, earlier) : { diagnostics: [] };
  if (prepared === undefined) return { isPartial: false, ...cleaned };
  if (cleaned.diagnostics.length > 0) throw new DiagnosticError(cleaned.diagnostics);
  return { ...cleaned, ...(await probeFor(session, prepared, options.skip ?? [])) };
}

/**
 * Removes leftovers of a killed probe, which may have sent a write that the manager still carries out. A time in the
 * future proves nothing.
 */
function removeLeftovers(session: ProbeSession, earlier: Journal): Promise<CleanedUp> {
  const now = session.platform.clock.now();
  return cleanUp(session, earlier, Math.min(earlier.writesUntil ?? now, now));
}

/** Runs all probes with scratch objects, and removes them. */
async function probeFor(session: ProbeSession, prepared: Prepared, skip: readonly string[]): Promise<Probed> {
  const { manager, platform, path, connections } = session;
  // A manager may allow one session only.
  await connections.close();
  let logins = 0;
  const onLogin = () => {
    logins += 1;
  };
  const raw = await connections.open(platform.signal, { onLogin });
  const journal = stamped(prepared.journal, platform);
  await writeJournal(platform.fileSystem, path, journal);
  connections.beforeWrite = stampBeforeWrites(platform, path, journal);
  const lab = new Lab({
    ...{ agent: journal.agent, prefix: journal.prefix, raw, mayClients: journal.clients },
    open: (method) => connections.open(platform.signal, { method }),
    hasSession: manager.auth.method === "session",
    logins: () => logins,
    requests: () => connections.requests,
  });
  const answers = await settled(() => askAll(lab, skip, platform));
  // The scratch objects are always removed.
  const { diagnostics } = await cleanUp(session, journal, connections.openWriteAt);
  if ("value" in answers) return { ...answers.value, diagnostics };
  for (const diagnostic of diagnostics) platform.report({ type: "diagnostic", diagnostic });
  throw answers.error;
}

async function askAll(
  lab: Lab,
  skip: readonly string[],
  platform: Platform,
): Promise<{ readonly report: ProbeReport; readonly isPartial: boolean }> {
  const { productVersion } = await lab.settings.raw.port.version();
  platform.report({ type: "phase", phase: "observe", total: askedGapIds.length - skip.length });
  const { results, isPartial } = await runProbes(lab, skip, (address) =>
    platform.report({ type: "step", phase: "observe", address }),
  );
  requireNotCancelled(platform.signal);
  const report: ProbeReport = {
    ...{ format_version: PROBE_FORMAT_VERSION, jp1im: version },
    // A version of another form might be any text, such as a name.
    manager: /^\d\d-\d\d(-\d\d)?$/.test(productVersion) ? productVersion : undefined,
    probes: results,
  };
  return { report, isPartial };
}

async function settled<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly error: unknown }> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}

function requireOptions({ skip = [], agent, cleanUp: onlyCleans }: ProbeOptions): void {
  const unknown = skip.filter((id) => !isAskedGap(id));
  if (unknown.length > 0) {
    const meant = unknown.flatMap((id) => nearestTo(id, askedGapIds) ?? []);
    throw failure({
      code: "usage",
      summary: `--skip: there is no gap ${unknown.map((id) => JSON.stringify(id)).join(", ")}`,
      remedy: `${meant.length === 0 ? "" : `did you mean ${meant.join(", ")}? `}name some of: ${askedGapIds.join(", ")}`,
    });
  }
  if (agent !== undefined || onlyCleans) return;
  throw failure({
    code: "usage",
    summary: "--agent is missing",
    remedy: "name an agent on which nothing depends: --agent HOST, or --agent MANAGERHOST/HOST",
  });
}

/** Refuses a login with the initial secret, which permits no call of a probe, and a manager in a freeze window. */
function refuseUnfit({ name, auth, policy, position }: DesiredManager, { clock }: Platform): void {
  if (auth.method === "initial-secret") {
    throw failure({
      code: "usage",
      summary: `${name} logs in with its initial secret, which permits no call that a probe needs`,
      remedy: "declare a JP1 user with JP1_Console_Admin under `auth:`",
      position,
    });
  }
  const window = policy.freeze.find((each) => isOpen(each, clock.now()));
  if (window === undefined) return;
  throw failure({
    code: "frozen",
    summary: `${name} is frozen${window.reason === undefined ? "" : ` (${window.reason})`}: ${window.shown}`,
    remedy: "probe when the window is over",
    address: name,
    position: window.position,
  });
}
