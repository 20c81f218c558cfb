import type { AuditSettings } from "../../model/desired-state";
import type { Platform } from "../platform";
import type { AuditedRun } from "./audited-run";
import { FileTrail } from "./file-trail";
import { RunTrail, unwritable } from "./run-trail";
import { Trail } from "./trail";
import type { TrailPlace } from "./trail-place";

/** Opens the trail and records the start of the run. Throws a `DiagnosticError` (`audit-unwritable`). */
export async function openRunTrail(
  settings: AuditSettings,
  run: AuditedRun,
  platform: Platform,
): Promise<RunTrail> {
  const id = platform.random.bytes(8).toString("hex");
  const trail = new Trail(await placeOf(settings, id, run.command, platform));
  const own = new RunTrail(trail, id, run, platform);
  await own.begin();
  return own;
}

/** Checks, without writing a line, whether a run could start. Throws a `DiagnosticError` (`audit-unwritable`). */
export async function proveTrail(settings: AuditSettings, platform: Platform): Promise<string> {
  const place = await placeOf(settings, "", "doctor", platform);
  return place.prove().catch((error) => {
    throw unwritable(error, place.shown);
  });
}

async function placeOf(
  settings: AuditSettings,
  run: string,
  command: string,
  platform: Platform,
): Promise<TrailPlace> {
  if (settings.to === "path") return new FileTrail(settings.path, command, platform);
  if (settings.to === "command") {
    const { ProgramTrail } = await import("./program-trail.js");
    return new ProgramTrail(settings.program, run, platform);
  }
  const { SyslogTrail } = await import("./syslog-trail.js");
  return new SyslogTrail(settings.address, settings.facility, run, platform);
}
