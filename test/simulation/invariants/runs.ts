/** What must hold of every run once it has ended, however it did. */

import { parseAddress } from "../../../src/model/address";
import { ExitCode } from "../../../src/model/exit-code";
import type { ChangeOutcome } from "../../../src/model/outcome";
import { holdsCanary } from "../canary";
import { sinkFiles } from "../desired";
import type { Run } from "../run";
import { type Scene, STRAY_KEPT, STRAY_TEXT } from "../scene";
import type { ManagerName } from "../world";
import { isBeyondSavedPlan } from "./deferred";
import { mismatches } from "./mismatches";
import { textsOfState } from "./state";

/** A sentence of what is wrong for each violation; nothing where all is well. */
export type RunInvariant = (run: Run, scene: Scene) => string[];

/** Whatever goes wrong around a run, it ends with diagnostics for a person, and ends at all. */
export const endsWithDiagnostics: RunInvariant = ({ result }) =>
  result?.type === "bug" ? [`it threw ${stackOf(result.error)}`] : [];

/** A run that ends leaves no file of the state open, and closes none twice. */
export const closesItsFiles: RunInvariant = ({ result, process }) =>
  result?.type === "died" || process.openFiles === 0 ? [] : [`${process.openFiles} files are open after it`];

/** What is reported as applied is so. */
export const whatIsAppliedIsSo: RunInvariant = (run, scene) => {
  if (run.result?.type !== "outcome" || scene.interfered) return [];
  return run.result.outcome.changes
    .filter(({ status, address }) => status === "applied" && address !== scene.contended)
    .filter((change) => !isSo(change, run, scene))
    .map(({ address, action }) => `it reports ${action} of ${address} as applied, and that is not so`);
};

/** The exit code says neither more nor less than what was done. */
export const exitCodeTellsTheTruth: RunInvariant = (run, scene) => {
  const { result, exitCode, action, effects } = run;
  const diagnostics: string[] = [];
  const claim = (isTrue: boolean, what: string) => {
    if (!isTrue) diagnostics.push(`it ends with ${exitCode}, and ${what}`);
  };
  switch (exitCode) {
    case ExitCode.done:
      if (result?.type !== "outcome" || action === "apply --target" || scene.interfered) break;
      for (const mismatch of mismatches(run, scene))
        if (!isBeyondSavedPlan(mismatch, run)) claim(false, mismatch);
      break;
    case ExitCode.partial:
      break;
    case ExitCode.cancelled:
      claim(run.process.signal.aborted, "nobody cancelled it");
      break;
    case ExitCode.locked:
      claim(effects === 0 || scene.interfered, "it wrote");
      break;
    case undefined:
      break;
    default:
      claim(effects === 0, `it changed ${effects} things`);
      claim(result?.type !== "outcome" || result.outcome.summary.applied === 0, "something was applied");
  }
  if (["plan", "import", "import ADDRESS"].includes(action) && run.exchanges.some(({ isWrite }) => isWrite))
    diagnostics.push(`${action} writes`);
  return diagnostics;
};

/** A desired state of two files that contradict each other is refused, whatever the command. */
export const refusesContradictions: RunInvariant = ({ isContradicted, action, result, exchanges }) => {
  if (!isContradicted || result?.type === "died") return [];
  const isRefused = result?.type === "refused" && exchanges.length === 0;
  return isRefused ? [] : [`${action} takes two files that contradict each other`];
};

/** A secret whose issue was answered to a run that lived on is in its sink, or kept for the next run. */
export const noIssuedSecretIsLost: RunInvariant = (run, scene) => {
  const { fileFault } = run.process.options;
  // The sink and the folder of kept secrets may both be on a disk that goes on failing.
  if (run.result?.type === "died" || (fileFault?.times ?? 1) > 1) return [];
  // Nor can it be kept where the state's server does not come back, or has given the lock away: it is issued again.
  if (scene.service?.hasFailedForGood) return [];
  return run.exchanges
    .filter(({ issued, status }) => issued !== undefined && status === 200)
    .flatMap(({ manager, issued, body: { clientId: id } }) => {
      const entry = scene.ledger.clients.get(`${manager} ${id}`);
      const client = run.desired.clients[id];
      // Deleted or issued again since, it opens nothing.
      if (!client || entry?.value !== issued) return [];
      const isDelivered = sinkFiles(id, client).every((file) => scene.read(file) === issued);
      const isKept = scene.recoverable.has(`${manager}/client/${encodeURIComponent(id)}`);
      return isDelivered || isKept ? [] : [`the secret of client ${id} was issued, and is nowhere`];
    });
};

/** No secret is in anything but the requests and the sinks. */
export const nothingLeaks: RunInvariant = (run, scene) => {
  const { result, plans, events } = run;
  const said = new Map([
    ...textsOfState(scene),
    ["its events", JSON.stringify(events)],
    ["its plans", JSON.stringify(plans)],
    ["its result", JSON.stringify(result?.type === "bug" ? String(result.error) : result)],
  ]);
  return [...said].filter(([, text]) => holdsCanary(text)).map(([name]) => `a secret is in ${name}`);
};

/** What is kept and no state knows of may be the only copy of a valid secret: no run removes it. */
export const keepsWhatItDoesNotKnow: RunInvariant = (_run, { keepsStray, machine }) =>
  keepsStray && machine.disk.peek(STRAY_KEPT)?.toString() !== STRAY_TEXT
    ? ["a kept secret of which the state knows nothing was removed"]
    : [];

/** Files of somebody else's stay as they are. */
export const overwritesNobodysFile: RunInvariant = (_run, { othersFiles, machine }) =>
  [...othersFiles]
    .filter(([path, text]) => machine.disk.peek(path)?.toString() !== text)
    .map(([path]) => `${path}, somebody's own file, was overwritten`);

function isSo({ address, action }: ChangeOutcome, run: Run, scene: Scene): boolean {
  const addressed = parseAddress(address);
  const { ledger } = scene;
  switch (addressed?.kind) {
    case "secret": {
      const { agent, key } = addressed;
      if (action === "forget" || action === "no-op") return true;
      return ledger.has(agent.managerHost, agent.host, key) === (action !== "delete");
    }
    case "client": {
      const secret = ledger.client(addressed.manager as ManagerName, addressed.id);
      if (action === "forget") return true;
      if (action === "delete") return secret === undefined;
      // Nobody can know that it was issued again by somebody else meanwhile.
      if (ledger.clients.get(`tokyo ${addressed.id}`)?.tampered) return true;
      const client = run.desired.clients[addressed.id];
      const files = client === undefined ? [] : sinkFiles(addressed.id, client);
      return secret !== undefined && files.every((file) => scene.read(file) === secret);
    }
    case "lower-manager":
      return action === "forget" || ledger.hasLowerManager(addressed.host) === (action !== "delete");
    case "initial-secret": {
      if (action === "forget") return true;
      // A kept secret is delivered without asking the manager, and nothing tells that somebody else replaced it since.
      if (action === "update" && !ledger.initialSecrets.has(addressed.manager as ManagerName)) return true;
      const { initialSecret } = scene.simulation.world.manager(addressed.manager);
      return scene.read(`out/${addressed.manager}.initial`) === initialSecret;
    }
    default:
      return true;
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
