import { join } from "node:path";
import ts from "typescript";

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

const FILE = join(__dirname, "manifests.ts");
/** The API's types, read once. */
const declarations = new Map<string, ts.SourceFile | undefined>();

/** Where manifests are not what Kubernetes' own JSON schemas describe: `kubernetes-models` has validators made from them. */
export function schemaErrors(manifests: readonly Manifest[]): readonly string[] {
  return manifests.flatMap((manifest) => {
    const { [manifest.kind]: Model } = require(moduleOf(manifest));
    try {
      new Model(manifest).validate();
      return [];
    } catch (error) {
      return [`${manifest.kind}: ${(error as Error).message}`];
    }
  });
}

/** What the schemas let through: TypeScript reports a field that the API does not know, as the API server does for `kubectl apply`. */
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
  host.getSourceFile = (name, ...rest) => {
    if (name === FILE) return source;
    const known = declarations.get(name) ?? getSourceFile(name, ...rest);
    declarations.set(name, known);
    return known;
  };
  const program = ts.createProgram([FILE], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

function declaration(manifest: Manifest, index: number): string {
  return `export const m${index}: import("${moduleOf(manifest)}").I${manifest.kind} = ${JSON.stringify(manifest)};`;
}

/** `apps/v1`, and `v1` for the core. */
function moduleOf({ apiVersion }: Manifest): string {
  return `kubernetes-models/${apiVersion}`;
}
