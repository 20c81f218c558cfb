import { failure } from "../../model/diagnostic";
import { loadLog } from "../../state/log/load-log";
import type { StateCopy } from "../../state/state-copy";
import { checksumOf } from "../plan-file";

const FORMAT = "jp1im-state";
const FORMAT_VERSION = "1.0";

interface CopyDocument {
  readonly format: string;
  readonly format_version: string;
  readonly lineage: string;
  readonly managers: Readonly<Record<string, ManagerDocument>>;
}

interface ManagerDocument {
  readonly serial: number;
  readonly log: string;
  readonly kept: Readonly<Record<string, string>>;
}

/** A copy as JSON on many lines, with a checksum over all the rest. It holds no secret value: what is kept is sealed. */
export function serialiseCopy({ lineage, managers }: StateCopy): string {
  const parts = [...managers].map(([name, { serial, log, kept }]): [string, ManagerDocument] => [
    name,
    { serial, log: log.toString("utf8"), kept: Object.fromEntries(kept) },
  ]);
  const document: CopyDocument = {
    ...{ format: FORMAT, format_version: FORMAT_VERSION, lineage },
    managers: Object.fromEntries(parts),
  };
  return `${JSON.stringify({ ...document, checksum: checksumOf(document) }, undefined, 1)}\n`;
}

/** Reads what `serialiseCopy` wrote. Throws a `DiagnosticError` (`copy-unreadable`) for anything else. */
export function parseCopy(text: string, file: string): StateCopy {
  const { checksum, ...document } = readJson(text, file);
  if (document.format !== FORMAT) throw unreadable(file, "it is no copy of a state");
  if (document.format_version !== FORMAT_VERSION)
    throw unreadable(file, `its format is not ${FORMAT_VERSION}, which this version reads`);
  if (checksum !== checksumOf(document)) throw unreadable(file, "it was edited or damaged after it was made");
  // Its checksum holds: this tool wrote it.
  const { lineage, managers } = document as unknown as CopyDocument;
  const parts = Object.entries(managers).map(([name, { serial, log, kept }]) => {
    const bytes = Buffer.from(log);
    // What is damaged in the copy already is not to be put anywhere.
    loadLog(bytes, `${file}: ${name}`, undefined);
    return [name, { serial, log: bytes, kept: new Map(Object.entries(kept)) }] as const;
  });
  return { lineage, managers: new Map(parts) };
}

function readJson(text: string, file: string): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === "object" && document !== null && !Array.isArray(document)) return { ...document };
  } catch {
    // Falls through: JSON's own message would show a part of the file.
  }
  throw unreadable(file, "it is not a whole JSON document");
}

function unreadable(file: string, why: string) {
  return failure({
    code: "copy-unreadable",
    summary: `${file} cannot be used as a copy of a state: ${why}`,
    remedy: "name a file that `jp1im state pull` wrote",
  });
}
