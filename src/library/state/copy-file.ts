import { failure } from "../../model/diagnostic";
import type { StateCopy } from "../../state/copied-state";
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

/** A copy as multi-line JSON with a checksum. It contains no secret in clear text: kept secrets are sealed. */
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
  if (document.format !== FORMAT) throw unreadable(file, "it is not a copy of a state");
  if (document.format_version !== FORMAT_VERSION)
    throw unreadable(file, `its format is not ${FORMAT_VERSION}, which this version reads`);
  if (!isCopy(document) || checksum !== checksumOf(document))
    throw unreadable(file, "it was edited or damaged after it was made");
  const parts = Object.entries(document.managers).map(([name, { serial, log, kept }]) => {
    return [name, { serial, log: Buffer.from(log), kept: new Map(Object.entries(kept)) }] as const;
  });
  return { lineage: document.lineage, managers: new Map(parts) };
}

/** Checks the document first, which also limits its depth. */
function isCopy(document: Record<string, unknown>): document is Record<string, unknown> & CopyDocument {
  const { format: _format, format_version: _version, lineage, managers, ...more } = document;
  return (
    Object.keys(more).length === 0 &&
    typeof lineage === "string" &&
    isObject(managers) &&
    Object.values(managers).every(isManager)
  );
}

function isManager(value: unknown): value is ManagerDocument {
  if (!isObject(value)) return false;
  const { serial, log, kept, ...more } = value;
  return (
    Object.keys(more).length === 0 &&
    Number.isSafeInteger(serial) &&
    typeof log === "string" &&
    isObject(kept) &&
    Object.values(kept).every((text) => typeof text === "string")
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readJson(text: string, file: string): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(text);
    if (isObject(document)) return document;
  } catch {
    // Falls through, because JSON's message would show a part of the file.
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
