/** In a bundle the schemas are code that the build made of them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Ajv, ErrorObject, ValidateFunction } from "ajv";
import fc from "fast-check";
import { parse } from "yaml";
import * as desiredState from "../src/config/desired-state-validator";
import * as plan from "../src/library/plan-validator";
import * as world from "../src/simulator/world-schema";
import { swap, swapped } from "./fuzz/json-mutations";
import { mixedPlan } from "./report/plans";

const ROOT = join(__dirname, "..");
const built = mkdtempSync(join(tmpdir(), "jp1im-compiled-"));

interface Compared {
  readonly name: string;
  readonly source: string;
  readonly atRunTime: { createAjv(): Ajv };
  readonly documents: readonly unknown[];
}

const compared: readonly Compared[] = [
  {
    name: "desired-state",
    source: "src/config/desired-state-validator.ts",
    atRunTime: desiredState,
    documents: [
      ...filesOf("test/config/fixtures", (name) => name.endsWith(".yaml.txt")),
      ...examples("jp1im.yaml"),
      ...examples("agents.yaml"),
    ],
  },
  { name: "plan", source: "src/library/plan-validator.ts", atRunTime: plan, documents: [mixedPlan] },
  {
    name: "world",
    source: "src/simulator/world-schema.ts",
    atRunTime: world,
    documents: examples("world.yaml"),
  },
  {
    name: "fault",
    source: "src/simulator/world-schema.ts",
    atRunTime: world,
    documents: [{ manager: "tokyo", skip: 1, effect: { type: "status", status: 503, retryAfter: "1" } }],
  },
  {
    name: "edit",
    source: "src/simulator/world-schema.ts",
    atRunTime: world,
    documents: [{ type: "add-agents", manager: "tokyo", agents: { host: "web", addons: { x: true } } }],
  },
];

test.each(compared)("the compiled schema $name finds the errors that Ajv finds", (each) => {
  const atBuildTime = require(bundled(each.source)) as Compared["atRunTime"];
  const [compiled, reference] = [atBuildTime, each.atRunTime].map(
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

/** `null` for a valid document. */
function errorsOf(validate: ValidateFunction | undefined, document: unknown): ErrorObject[] | null {
  return validate?.(document) ? null : (validate?.errors ?? []);
}

function bundled(source: string): string {
  const file = join(built, `${source.replaceAll("/", "-")}.cjs`);
  const script = `import { bundle } from ${JSON.stringify(join(ROOT, ".ci/bundling.mjs"))};
    await bundle(${JSON.stringify(source)}, ${JSON.stringify(file)});`;
  execFileSync(process.execPath, ["--input-type=module", "--eval", script]);
  return file;
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
