/** In a bundle the schemas are code that the build made of them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Ajv, ErrorObject, ValidateFunction } from "ajv";
import { buildSync } from "esbuild";
import fc from "fast-check";
import { parse } from "yaml";
import { swap, swapped } from "./fuzz/json-mutations";
import { mixedPlan } from "./report/plans";

const ROOT = join(__dirname, "..");
const built = mkdtempSync(join(tmpdir(), "jp1im-compiled-"));

interface SchemaModule {
  createAjv(): Ajv;
}

interface Compared {
  readonly name: string;
  readonly source: string;
  readonly documents: readonly unknown[];
}

const compared: readonly Compared[] = [
  {
    name: "desired-state",
    source: "src/config/desired-state-validator.ts",
    documents: [
      ...filesOf("test/config/fixtures", (name) => name.endsWith(".yaml.txt")),
      ...examples("jp1im.yaml"),
      ...examples("agents.yaml"),
    ],
  },
  { name: "plan", source: "src/library/plan-validator.ts", documents: [mixedPlan] },
  {
    name: "world",
    source: "src/simulator/world-schema.ts",
    documents: examples("world.yaml"),
  },
  {
    name: "fault",
    source: "src/simulator/world-schema.ts",
    documents: [{ manager: "tokyo", skip: 1, effect: { type: "status", status: 503, retryAfter: "1" } }],
  },
  {
    name: "edit",
    source: "src/simulator/world-schema.ts",
    documents: [{ type: "add-agents", manager: "tokyo", agents: { host: "web", addons: { x: true } } }],
  },
];

test.each(compared)("the compiled schema $name finds the errors that Ajv finds", (each) => {
  const [compiled, reference] = modulesOf(each.source).map(
    ({ createAjv }) => createAjv().getSchema(each.name) as ValidateFunction,
  );
  const agree = (document: unknown) =>
    expect(errorsOf(compiled, document)).toEqual(errorsOf(reference, document));
  for (const document of each.documents) agree(document);
  fc.assert(
    fc.property(fc.constantFrom(...each.documents), fc.array(swap, { maxLength: 4 }), (document, swaps) =>
      agree(swapped(document, swaps)),
    ),
    { numRuns: 300 },
  );
});

test("the quick check of a bundle, which reports nothing, decides as it is written, and accepts only valid documents", () => {
  const [{ name, source, documents } = { name: "", source: "", documents: [] }] = compared;
  const [compiled, written] = modulesOf("src/config/desired-state-check.ts").map(({ createAjv }) =>
    createAjv().getSchema(name),
  );
  const reference = atRunTime(source).createAjv().getSchema(name);
  const accepted = { yes: 0, no: 0 };
  const agree = (document: unknown) => {
    const isAccepted = compiled?.(document);
    expect(isAccepted).toBe(written?.(document));
    if (isAccepted) expect(reference?.(document)).toBe(true);
    accepted[isAccepted ? "yes" : "no"]++;
  };
  for (const document of documents) agree(document);
  fc.assert(
    fc.property(fc.constantFrom(...documents), fc.array(swap, { maxLength: 4 }), (document, swaps) =>
      agree(swapped(document, swaps)),
    ),
    { numRuns: 600 },
  );
  expect(Math.min(accepted.yes, accepted.no)).toBeGreaterThan(20);
});

/** `null` for a valid document. */
function errorsOf(validate: ValidateFunction | undefined, document: unknown): ErrorObject[] | null {
  return validate?.(document) ? null : (validate?.errors ?? []);
}

const modules = new Map<string, readonly SchemaModule[]>();

function modulesOf(source: string): readonly SchemaModule[] {
  const known = modules.get(source) ?? [require(bundled(source)) as SchemaModule, atRunTime(source)];
  modules.set(source, known);
  return known;
}

function bundled(source: string): string {
  const file = join(built, `${source.replaceAll("/", "-")}.cjs`);
  const script = `import { bundle } from ${JSON.stringify(join(ROOT, ".ci/bundling.mjs"))};
    await bundle(${JSON.stringify(source)}, ${JSON.stringify(file)});`;
  execFileSync(process.execPath, ["--input-type=module", "--eval", script]);
  return file;
}

/** The module as it is written: jest's transformer has compiled schemas, too. */
function atRunTime(source: string): SchemaModule {
  const options = { bundle: true, platform: "node", packages: "external", write: false } as const;
  const [built] = buildSync({ ...options, entryPoints: [join(ROOT, source)] }).outputFiles;
  const module = { exports: {} as SchemaModule };
  new Function("require", "module", "__dirname", built?.text ?? "")(
    require,
    module,
    dirname(join(ROOT, source)),
  );
  return module.exports;
}

function examples(file: string): unknown[] {
  return filesOf("examples", (name) => basename(name) === file);
}

function filesOf(folder: string, isWanted: (name: string) => boolean): unknown[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).filter(isWanted);
  return names.flatMap((name) => documentsOf(readFileSync(join(ROOT, folder, name), "utf8")));
}

/** Of a text that is no YAML, or holds itself by an alias, there is nothing to compare. */
function documentsOf(text: string): unknown[] {
  try {
    return [JSON.parse(JSON.stringify(parse(text, { logLevel: "error" })))];
  } catch {
    return [];
  }
}
