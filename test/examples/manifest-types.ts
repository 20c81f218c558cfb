import { join } from "node:path";
import ts from "typescript";

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

const FILE = join(__dirname, "manifests.ts");

/**
 * Where manifests are not what Kubernetes' OpenAPI document describes: `kubernetes-types` is generated from it. TypeScript
 * also reports a field that the API does not know, as the API server itself does for `kubectl apply`.
 */
export function typeErrors(manifests: readonly Manifest[]): readonly string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    lib: ["lib.es2020.d.ts"],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  const source = ts.createSourceFile(FILE, manifests.map(declaration).join("\n"), ts.ScriptTarget.ES2020);
  host.getSourceFile = (name, ...rest) => (name === FILE ? source : getSourceFile(name, ...rest));
  const program = ts.createProgram([FILE], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

function declaration(manifest: Manifest, index: number): string {
  const [version = "", group = "core"] = manifest.apiVersion.split("/").reverse();
  const module = `kubernetes-types/${group.replace(/\..*/, "")}/${version}`;
  return `export const m${index}: import("${module}").${manifest.kind} = ${JSON.stringify(manifest)};`;
}
