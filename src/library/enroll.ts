import { dirname, join } from "node:path";
import type { DesiredClient, DesiredManager } from "../model/desired-state";
import { failure } from "../model/diagnostic";
import type { Enrolment } from "../model/enrolment";
import { sinkFiles } from "../secrets/sink-file-paths";
import type { StateView } from "../state/port";
import { readState } from "../state/read-state";
import type { EnrollOptions } from "./enroll/enroll-options";
import { dropLeftOver, isKept } from "./enroll/enrolment-delivery";
import { progressOf, refuseOthersFile } from "./enroll/enrolment-progress";
import { EnrolmentWork } from "./enroll/enrolment-work";
import { declareManager } from "./inputs/declare";
import { spelledReference } from "./inputs/spelled-reference";
import { parseState } from "./inputs/state-settings";
import type { Platform } from "./platform";
import { lockOptions, withOpenState } from "./state/locked";
import { placeAt } from "./state/state-place";

/**
 * Issues an application its own IM client secret with only the manager's initial secret (manual 3.7.1). A second
 * start does nothing if the first delivered the secret, and otherwise delivers it. Throws a `DiagnosticError` if
 * nothing was issued.
 *
 * @example
 * const client = { url: "https://immhost01:20703", clientId: "fluentd-web" };
 * const way = { initialSecret: "file:initial", deliverTo: ["file:fluentd-web.secret"] };
 * const { status } = await enroll({ ...client, ...way }, createPlatform());
 */
export async function enroll(options: EnrollOptions, platform: Platform): Promise<Enrolment> {
  const manager = await declareEnrolment(options, platform);
  const [client] = manager.clients;
  if (client === undefined) throw new Error("the enrolment declares no client");
  const files = sinkFiles(client.deliverTo);
  const folder = folderOf(client, options, platform);
  const { storage } = placeAt(folder, platform);
  const work = new EnrolmentWork(options, manager, client, storage, platform);
  // A second start needs no lock and no writable folder.
  const report = () => {};
  const before = await readState({ storage, report });
  for (const error of before.damaged.values()) throw error;
  const places = await work.places();
  refuseOthersFile(before, work.address, places);
  for (const other of await statesBeside(files, folder, platform))
    refuseOthersFile(other, work.address, places);
  const first = await progressOf(before.record(work.address), files, platform.fileSystem);
  if (first.is === "delivered" && !first.toBeRecorded) {
    await dropLeftOver(storage, work.address);
    return work.already(first);
  }
  const lock = lockOptions({ ...options, command: "enroll" }, platform);
  return withOpenState({ ...lock, storage, managers: [manager.name] }, async (state) => {
    const progress = await progressOf(state.record(work.address), files, platform.fileSystem);
    // If a secret is still kept, an existing file may be only one of several sinks, or belong to others.
    const isOpen =
      progress.is !== "delivered" || progress.toBeRecorded || (await isKept(storage, work.address));
    return isOpen ? work.issue(state, progress) : work.confirmDelivered(state, progress);
  });
}

async function declareEnrolment(options: EnrollOptions, platform: Platform): Promise<DesiredManager> {
  const { url, clientId, tls, initialSecret, deliverTo } = options;
  const sinks = deliverTo.map((text) => spelledReference(text, "sink", "--deliver-to"));
  return declareManager(
    nameFor(url),
    {
      url,
      auth: { initialSecret: spelledReference(initialSecret, "source", "--initial-secret") },
      tls,
      clients: [{ id: clientId, deliverTo: sinks.length === 1 ? sinks[0] : sinks }],
    },
    OPTIONS,
    platform,
    ({ clients: [client] }) => folderOf(client, options, platform),
  );
}

/** The option for each setting of the manager. */
const OPTIONS = {
  url: "--url",
  "auth.initialSecret": "--initial-secret",
  "clients[0].id": "--client-id",
  "clients[0].deliverTo": "--deliver-to",
  "tls.ca": "--ca",
  "tls.cert": "--cert",
  "tls.key": "--key",
  "tls.insecure": "--insecure",
};

/** A name from the manager's host and port. */
function nameFor(url: string): string {
  const host = URL.canParse(url) ? new URL(url).host : "";
  const name = host.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "");
  return name.slice(0, 100) || "manager";
}

/** The folder of the enrolment's record: the given one, else beside the first file, else in the working folder. */
function folderOf(client: DesiredClient | undefined, { state }: EnrollOptions, { cwd }: Platform): string {
  if (state !== undefined) return namedFolder(state, cwd);
  const [file] = client ? sinkFiles(client.deliverTo) : [];
  return file === undefined ? join(cwd, FOLDER) : folderBeside(file);
}

/** Ignores a URL in JP1IM_STATE, which is for the other commands. */
function namedFolder(state: string, cwd: string): string {
  const settings = parseState(state, cwd);
  if (settings.at === "local") return settings.path;
  throw failure({
    code: "usage",
    summary: "an enrolment keeps its state in a folder, and --state or JP1IM_STATE names a URL",
    remedy: "name a folder: --state PATH",
  });
}

const FOLDER = ".jp1im-enroll";

function folderBeside(file: string): string {
  return join(dirname(file), FOLDER);
}

/** Records about these files by enrolments without a folder of their own. Ignores unreadable records. */
async function statesBeside(
  files: readonly (string | undefined)[],
  own: string,
  platform: Platform,
): Promise<readonly StateView[]> {
  const folders = new Set(files.flatMap((file) => (file === undefined ? [] : [folderBeside(file)])));
  folders.delete(own);
  const states: StateView[] = [];
  for (const folder of folders) {
    const state = await readState({ ...placeAt(folder, platform), report: () => {} }).catch(() => undefined);
    if (state) states.push(state);
  }
  return states;
}
