/** What must hold of the audit trail, in histories that have one. */
import { checkTrail } from "../../../src/library/audit/check-trail";
import { type AuditLine, parseLine } from "../../../src/library/audit/line";
import { OTHER_MANAGER } from "../world";
import { changedBy, type RequestInvariant } from "./requests";
import type { StateInvariant } from "./state";

/** No write reaches a manager before the trail has its line: the same call about the same addresses. */
export const everyWriteIsRecorded: RequestInvariant = (exchange, scene) => {
  const { call, manager, isWrite } = exchange;
  // That one is known under another name to whoever was misled.
  if (scene.trail === undefined || !isWrite || String(manager) === OTHER_MANAGER.name) return [];
  const lines = (scene.read(scene.trail) ?? "").split("\n").flatMap((text) => parseLine(text) ?? []);
  const ended = new Set(lines.filter(isCertainlyOver).map(writeOf));
  const addresses = changedBy(exchange).sort().join();
  const isRecorded = lines.some(
    (line) =>
      line.event === "write-started" &&
      line.path.endsWith(`/${call}`) &&
      [...line.addresses].sort().join() === addresses &&
      !ended.has(writeOf(line)),
  );
  return isRecorded ? [] : [`it sends ${call} without a line in the audit trail`];
};

/** A request that the client gave up on may reach the manager later. */
function isCertainlyOver(line: AuditLine): boolean {
  return line.event === "write-ended" && line.outcome !== "unknown";
}

function writeOf(line: AuditLine): string {
  return "write" in line ? `${line.run} ${line.write}` : line.run;
}

/** However runs end, and however many at once: nothing in the trail looks like tampering. */
export const theTrailHolds: StateInvariant = (_, scene) => {
  const text = scene.trail === undefined ? undefined : scene.read(scene.trail);
  if (text === undefined) return [];
  return checkTrail({ bytes: Buffer.from(text, "utf8") }).faults.map(
    ({ line, detail }) => `line ${line} of the audit trail ${detail}`,
  );
};
