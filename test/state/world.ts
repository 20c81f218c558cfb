import { agentAddress, clientAddress } from "../../src/model/address";
import type { Diagnostic } from "../../src/model/diagnostic";
import { type FileSystem, nodeFileSystem } from "../../src/platform/file-system";
import { systemRandom } from "../../src/platform/random";
import { LocalStorage } from "../../src/state/local/local-storage";
import { type OpenStateOptions, openState } from "../../src/state/open-state";
import type { AgentPatch, IssuedRecord, StateView } from "../../src/state/port";
import type { LockRequest } from "../../src/state/storage";
import { ManualClock } from "../platform/manual-clock";

export const FOLDER = "/project/.jp1im";
/** Where the state of tokyo is. */
export const PARTITION = `${FOLDER}/managers/tokyo`;
export const LOG = `${PARTITION}/state.log`;
export const LOCK = `${PARTITION}/lock`;
/** The claim to a lock that `placeLock` placed. */
export const CLAIM = `${LOCK}.takeover.other`;

/** Options of a run on `host` whose warnings can be looked at. */
export function run(fileSystem: FileSystem, more: Partial<OpenStateOptions> = {}, folder = FOLDER) {
  const warnings: Diagnostic[] = [];
  const options: OpenStateOptions = {
    storage: new LocalStorage({ folder, fileSystem }),
    managers: ["tokyo"],
    keyId: "key-1",
    command: "apply",
    who: "operator@build-7",
    host: "build-7",
    pid: 100,
    lockTimeoutMs: 0,
    clock: new ManualClock(),
    random: systemRandom,
    isProcessAlive: () => true,
    report: (diagnostic) => warnings.push(diagnostic),
    ...more,
  };
  return { ...options, warnings };
}

/** A run that asks for the holder of a lock, or removes it. */
export const asker: LockRequest = run(nodeFileSystem);

/** Opens after a crash: the former process is gone. */
export async function reopen(fileSystem: FileSystem, more: Partial<OpenStateOptions> = {}) {
  const options = run(fileSystem, { ...more, isProcessAlive: () => false, host: "build-7" });
  return { state: await openState(options), warnings: options.warnings };
}

export function client(
  id: string,
  status: IssuedRecord["status"] = "delivered",
  generation = 1,
): IssuedRecord {
  return { kind: "client", address: clientAddress("tokyo", id), manager: "tokyo", generation, status };
}

export function webAgent(host: string) {
  const agent = { host, managerHost: "immhost01" };
  return { agent, address: agentAddress("tokyo", agent) };
}

export function patch(
  host: string,
  set: readonly (readonly [string, string | null])[],
  unset: readonly string[] = [],
): [string, AgentPatch] {
  const { agent, address } = webAgent(host);
  return [address, { manager: "tokyo", agent, digest: `digest-of-${host}`, set, unset }];
}

/** All that a state says, in one comparable text: a field without a value is an absent one. */
export function told(view: StateView): string {
  const records = [...view.records()].sort((a, b) => (a.address < b.address ? -1 : 1));
  return JSON.stringify(
    records.map((record) => [
      Object.entries(record)
        .filter(([, value]) => value !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
      [...view.fingerprints(record.address)].sort(([a], [b]) => (a < b ? -1 : 1)),
    ]),
  );
}
