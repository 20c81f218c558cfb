import { createHash } from "node:crypto";
import { dirname } from "node:path";
import type { DesiredState, InputFile } from "../model/desired-state";
import { remedyForFile } from "../model/shell-command";
import { type FileSystem, nodeFileSystem } from "../platform/file-system";
import { foreignFile } from "../platform/foreign-file";
import { decodeText, MOST_BYTES, tooLarge } from "../yaml/decode-text";
import { type DiagnosticEntry, DiagnosticList } from "../yaml/diagnostic-list";
import { SourceText } from "../yaml/source-text";
import type { Declarations } from "./declarations";
import { attempt, findInputFiles, type InputPath, STDIN } from "./input-files";
import {
  concludeReading,
  type LoadResult,
  mergeAndCheck,
  noDeclarations,
  readDocuments,
} from "./read-documents";
import type { Variables } from "./resolve-variables";

export type { LoadResult } from "./read-documents";

export interface LoadOptions {
  /** The `-f` arguments: files, folders, and `-` for standard input. */
  readonly paths: readonly string[];
  /** Absolute folder that relative paths in `paths`, and in a text from standard input, start from. */
  readonly cwd: string;
  /** Reads standard input to its end; called only for `-`, and once. */
  readonly stdin?: () => Promise<string | Buffer>;
  readonly fileSystem?: FileSystem;
  /** The environment that settings such as `url: { env: NAME }` come from; without it, none is set. */
  readonly variables?: Variables;
  /** The limit for all files together: a file that would exceed it is not read. */
  readonly mostBytes?: number;
  /** Adds checks that need more than the text. They also run if the text has errors. */
  readonly check?: (desired: DesiredState) => Promise<readonly DiagnosticEntry[]>;
}

/**
 * Reads, checks and merges the desired state. It resolves whatever the files hold: errors become diagnostics.
 * At most 64 MiB are read of each file.
 */
export async function loadDesiredState(options: LoadOptions): Promise<LoadResult> {
  const diagnostics = new DiagnosticList();
  const context = { cwd: options.cwd, fileSystem: options.fileSystem ?? nodeFileSystem, diagnostics };
  const files = await findInputFiles(options.paths, context);
  const declarations = noDeclarations();
  const inputs: InputFile[] = [];
  let left = options.mostBytes ?? Number.POSITIVE_INFINITY;
  // False once a part of the input could not be read: that part may hold what seems to be missing.
  let complete = diagnostics.errorCount === 0;
  for (const file of files) {
    const bytes = await readInput(file, left, options, context);
    if (bytes === undefined) {
      complete = false;
      continue;
    }
    left -= bytes.length;
    inputs.push(inputFile(shownPath(file), bytes));
    complete = (await readFileDocuments(file, bytes, options, declarations, diagnostics)) && complete;
  }
  const desired = mergeAndCheck(declarations, complete, inputs, diagnostics);
  for (const diagnostic of (await options.check?.(desired)) ?? []) diagnostics.add(diagnostic);
  return concludeReading(desired, declarations, complete, diagnostics);
}

/** Computes its digest on demand: a plan needs it, `validate` alone does not. */
function inputFile(path: string, bytes: Buffer): InputFile {
  return {
    path,
    get sha256() {
      return createHash("sha256").update(bytes).digest("hex");
    },
  };
}

/** Adds what one input declares. False if a part of it, which may declare managers, could not be read. */
async function readFileDocuments(
  file: InputPath,
  bytes: Buffer,
  { cwd, variables = { env: {} } }: LoadOptions,
  declarations: Declarations,
  diagnostics: DiagnosticList,
): Promise<boolean> {
  const shown = file.path === STDIN ? "<stdin>" : file.shown;
  const foreign = foreignFile(bytes);
  if (foreign !== undefined) {
    const { why } = foreign;
    const remedy = remedyForFile(foreign.remedy, shown);
    diagnostics.add({
      code: "file-unreadable",
      summary: `${shown} ${why}`,
      remedy,
      position: { file: shown, line: 1, column: 1 },
    });
    return false;
  }
  const decoded = decodeText(bytes);
  if (!decoded.ok) {
    const { code, summary, remedy, line = 1 } = decoded;
    diagnostics.add({
      code,
      summary: `cannot read ${shown}: ${summary}`,
      remedy,
      position: { file: shown, line, column: 1 },
    });
    return false;
  }
  const folder = file.path === STDIN ? cwd : dirname(file.path);
  const source = new SourceText({ file: shown, folder, text: decoded.text });
  // Loads Ajv only when there is a document to check.
  const { compileSchema } = await import("./compile-schema.js");
  return readDocuments(source, compileSchema(), declarations, diagnostics, variables).complete;
}

async function readInput(
  file: InputPath,
  most: number,
  options: LoadOptions,
  context: { readonly fileSystem: FileSystem; readonly diagnostics: DiagnosticList },
): Promise<Buffer | undefined> {
  const { fileSystem, diagnostics } = context;
  if (file.path === STDIN) {
    const { stdin } = options;
    const text = await attempt(
      { ...file, shown: "<stdin>" },
      diagnostics,
      async () => (await stdin?.()) ?? "",
    );
    return text === undefined ? undefined : Buffer.from(text as string);
  }
  const status = await attempt(file, diagnostics, () => fileSystem.stat(file.path));
  if (status === undefined) return undefined;
  if (status.size > MOST_BYTES) {
    const { code, summary, remedy } = tooLarge(status.size);
    diagnostics.add({ code, summary: `cannot read ${file.shown}: ${summary}`, remedy });
    return undefined;
  }
  return attempt(file, diagnostics, () => fileSystem.readFile(file.path, Math.min(most, MOST_BYTES)));
}

function shownPath(file: InputPath): string {
  return file.path === STDIN ? "<stdin>" : file.path;
}
