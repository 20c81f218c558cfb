import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { NamedText } from "../config/check-texts";
import type { Diagnostic } from "../model/diagnostic";
import { errorCode } from "../platform/error-code";
import { decodeText } from "../yaml/decode-text";
import { SynthesisError } from "./synthesis-error";

/**
 * The YAML files that paths name; a folder stands for every `*.yaml` and `*.yml` below it, as on the command line.
 * Throws a `SynthesisError` for a file that cannot be read.
 */
export function readYamlFiles(paths: readonly string[], folder: string): NamedText[] {
  return paths.flatMap((path) => filesOf(path, folder)).map((file) => readYaml(file, folder));
}

function filesOf(path: string, folder: string): string[] {
  const absolute = resolve(folder, path);
  if (!reading(path, () => statSync(absolute)).isDirectory()) return [path];
  const entries = reading(path, () => readdirSync(absolute, { withFileTypes: true }))
    .filter(({ name }) => !name.startsWith(".") && name !== "node_modules")
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    if (entry.isDirectory()) return filesOf(join(path, entry.name), folder);
    return /\.ya?ml$/.test(entry.name) ? [join(path, entry.name)] : [];
  });
}

function readYaml(file: string, folder: string): NamedText {
  const path = resolve(folder, file);
  const decoded = decodeText(reading(file, () => readFileSync(path)));
  if (!decoded.ok) {
    const { code, summary, remedy } = decoded;
    throw fault({ code, summary: `cannot read ${file}: ${summary}`, remedy });
  }
  return { file, folder: dirname(path), text: decoded.text };
}

function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    const summary = `cannot read ${file}: ${code === "ENOENT" ? "there is no such file or folder" : code}`;
    throw fault({
      code: "file-unreadable",
      summary,
      remedy: "paths start at the working folder of the desired state",
    });
  }
}

function fault(diagnostic: Omit<Diagnostic, "severity">): SynthesisError {
  return new SynthesisError([{ severity: "error", ...diagnostic }]);
}
