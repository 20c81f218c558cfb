import { resolve } from "node:path";
import type { AuditReport } from "../model/audit";
import { type Diagnostic, type DiagnosticError, failure } from "../model/diagnostic";
import { suggest } from "../model/shell-command";
import { fileFault } from "../platform/file-fault";
import { checkTrail } from "./audit/check-trail";
import { type InputOptions, portable, readDesired } from "./inputs/inputs";
import type { Platform } from "./platform";

export interface VerifyAuditOptions extends InputOptions {
  /** The file with the trail, or `-`; if absent, the one that the desired state declares. */
  readonly trail?: string | undefined;
  /** A digest that was stored elsewhere: `sha256:` and hex. One of the lines must have it. */
  readonly expected?: string | undefined;
}

export interface VerifiedAudit {
  readonly audit: AuditReport;
  /** An error for each fault. */
  readonly diagnostics: readonly Diagnostic[];
}

/** More than ten million lines; a trail is divided long before. */
const LARGEST_TRAIL = 2 * 1024 ** 3 - 1;

/**
 * Checks that no line of an audit trail was changed, removed, inserted or moved, as far as its chain of digests
 * proves it. Writes nothing. Throws a `DiagnosticError` if there is no trail.
 *
 * @example
 * const { audit } = await verifyAudit({ files: ["tokyo.yaml"] }, createPlatform());
 */
export async function verifyAudit(options: VerifyAuditOptions, platform: Platform): Promise<VerifiedAudit> {
  const { trail, expected } = options;
  const file = trail ?? (await declaredTrail(options, platform));
  const bytes = await readTrail(file, platform);
  const audit = { file, ...checkTrail({ bytes, expected }) };
  // Somebody emptied an empty file: a run that creates one writes a line.
  const isEmptied = audit.lines === 0 && expected === undefined;
  if (audit.runs.length === 0 && (audit.lines > 0 || isEmptied)) throw noTrail(file);
  return { audit, diagnostics: audit.faults.map((fault) => broken(file, fault)) };
}

async function declaredTrail(options: InputOptions, platform: Platform): Promise<string> {
  const { audit } = await readDesired(options, platform);
  if (audit?.to === "path") return portable(audit.path, platform.cwd);
  throw failure({
    code: "audit-unreadable",
    summary:
      audit === undefined
        ? "the desired state declares no audit trail"
        : "the desired state sends its audit trail to another program, which keeps it",
    remedy: `name the file that holds it: ${suggest("audit", "verify", "FILE")}`,
    position: audit?.position,
  });
}

async function readTrail(file: string, { cwd, stdin, fileSystem }: Platform): Promise<Buffer> {
  if (file === "-") return stdin();
  try {
    return await fileSystem.readFile(resolve(cwd, file), LARGEST_TRAIL);
  } catch (error) {
    const summary = `the audit trail ${file} cannot be read: ${fileFault(error)}`;
    const remedy = "name the file that holds the trail; the first run that writes makes it";
    throw failure({ code: "audit-unreadable", summary, remedy }, { cause: error });
  }
}

function noTrail(file: string): DiagnosticError {
  return failure({
    code: "audit-unreadable",
    summary: `${file === "-" ? "stdin" : file} holds no line of an audit trail`,
    remedy: "name the file that holds the trail",
  });
}

function broken(file: string, { line, detail }: AuditReport["faults"][number]): Diagnostic {
  return {
    code: "audit-broken",
    severity: "error",
    summary: line === undefined ? `${file}: ${detail}` : `${file}: line ${line} ${detail}`,
    remedy: "compare it with a copy that is kept elsewhere, and find out who could write to the file",
  };
}
