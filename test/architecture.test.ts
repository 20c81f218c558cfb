import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative } from "node:path";
import * as ts from "typescript";
import { sinkTypes, sourceTypes } from "../src/model/reference-types";

const ROOT = join(__dirname, "..");
const SRC = join(ROOT, "src");

/**
 * What each part may import: folders, or single files without their extension. `model` and `platform` import
 * nothing of ours; everything else may import those two.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  model: [],
  platform: [],
  version: ["platform"],
  yaml: ["model", "platform"],
  config: ["model", "platform", "yaml", "resources"],
  resources: ["model", "platform", "yaml", "api/port", "api/manager-error", "state/port", "secrets/port"],
  api: ["model", "platform"],
  secrets: ["model", "platform"],
  state: ["model", "platform"],
  engine: ["model", "platform", "resources", "api/port", "api/manager-error", "state/port", "secrets/port"],
  report: ["model", "platform"],
  library: [
    "model",
    "platform",
    "yaml",
    "config",
    "resources",
    "api",
    "secrets",
    "state",
    "engine",
    "version",
  ],
  index: [
    "model",
    "platform",
    "yaml",
    "config",
    "resources",
    "api",
    "secrets",
    "state",
    "engine",
    "library",
    "watch",
    "version",
  ],
  watch: ["model", "platform", "library", "engine/context", "state/postgres/database", "version"],
  simulator: ["model", "platform", "api/wire"],
  cli: ["model", "platform", "index", "simulator", "report", "library/platform", "version"],
  cdktf: ["model", "platform", "yaml", "config", "version"],
  terraform: ["model", "platform", "library", "report/reasons", "version"],
};

/** The rooms of the engine, each with those that it may import beside its root, which imports none of them. */
const engineRooms: Readonly<Record<string, readonly string[]>> = {
  observe: [],
  values: [],
  plan: ["observe", "values"],
  apply: ["plan", "values"],
  "saved-plan": ["apply", "plan"],
  adopt: ["apply", "plan", "observe", "values"],
};

/** What only these may call, each with the reason that it may. */
const revealers = ["api", "secrets"];
const consoleUsers = ["cli"];
const processUsers = [
  "cli",
  "library/platform",
  "platform/working-folder",
  "cdktf/reconcile",
  "terraform/load",
  "terraform/main",
  "terraform/say-first-line",
  "platform/file-system",
  "platform/load-bundle",
  "platform/operating-system",
  "platform/run-program",
];

/** Where the types of sources and sinks are known by their names: the tables, and what one type does. */
const typeRooms = [
  "model/reference-types",
  "model/sinks-in",
  ...["secrets/sources", "secrets/sinks"],
  ...["secrets/age", "secrets/exec", "secrets/sops", "secrets/vault"],
  // Recognise files that other programs encrypted as a whole, by what these wrote into them.
  ...["config/foreign-document", "platform/foreign-file"],
];
const typeNames = [...sourceTypes.keys(), ...sinkTypes.keys(), "several"];
/** Ordinary words: in quotes only comparisons with them count, and as names of variables and members nothing does. */
const commonWords = ["env", "file"];
const commonNames = [...commonWords, "exec", "age", "several"];
/** What is compared with such a word, and is no type. */
const otherTypes = ["origin", "writes"];

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.replaceAll("\\", "/").replace(/\.ts$/, ""))
  .sort();
const parsed = new Map(
  files.map((file) => {
    const text = readFileSync(join(SRC, `${file}.ts`), "utf8");
    return [file, ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)] as const;
  }),
);
const imports = new Map(files.map((file) => [file, importsOf(file)]));

test("no part imports what is above it or beside it", () => {
  const wrong = files.flatMap((file) =>
    (imports.get(file) ?? [])
      .filter((target) => !isAllowed(file, target))
      .map((target) => `${file} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("no phase of the engine imports a later one, and its root none at all", () => {
  const roomOf = (file: string) => /^engine\/([^/]+)\//.exec(file)?.[1];
  const wrong = files
    .filter((file) => file.startsWith("engine/"))
    .flatMap((file) =>
      (imports.get(file) ?? []).flatMap((target) => {
        const [from, to] = [roomOf(file), roomOf(target)];
        const isFree = to === undefined || to === from || (from && engineRooms[from]?.includes(to));
        return isFree ? [] : [`${file} -> ${target}`];
      }),
    );
  expect(wrong).toEqual([]);
});

/** Of a kind's folder, these alone have effects. */
const effective = /^resources\/[^/]+\/(apply|import|kind)$/;

test("what a kind decodes and plans has no effect", () => {
  const allowedToPure = /^(model|yaml)\/|^state\/port$|^resources\//;
  const withEffects =
    /^resources\/(apply-context|import-context|retry-write|delete-together|withhold-deletions|kinds|issue|deliver-issued|issued-records|own-sink-files)$/;
  const wrong = files
    .filter((file) => /^resources\/[^/]+\//.test(file) && !effective.test(file) && !withEffects.test(file))
    .flatMap((file) =>
      (imports.get(file) ?? [])
        .filter((target) => !allowedToPure.test(target) || withEffects.test(target) || effective.test(target))
        // The clock's formats are pure.
        .filter((target) => target !== "platform/clock")
        .map((target) => `${file} -> ${target}`),
    );
  expect(wrong).toEqual([]);
});

test("each folder in `resources` is a kind of resource", () => {
  const folders = files.flatMap((file) => /^resources\/([^/]+)\//.exec(file)?.[1] ?? []);
  expect(folders.filter((folder) => !files.includes(`resources/${folder}/kind`))).toEqual([]);
});

/** The tables, and what shows or sends each kind in a way of its own (decision 0016). */
const knowsEveryKind = [
  "api/manager-client",
  "library/export/export-content",
  "library/export/export-text",
  "library/state/unknown-to-state",
  "library/topology",
  "model/address",
  "model/kind-names",
  "resources/kinds",
  "state/log/log-entry",
  "state/port",
  "terraform/functions/functions",
];

test("only these files name every kind of resource", () => {
  const spellings = [
    /^(clients|client|clientAddress|clientKind)$/,
    /^(lowerManagers|lowerManager|lower-manager|lowerManagerAddress|lowerManagerKind|subordinates)$/,
    /^(initialSecret|initialSecrets|initial-secret|initialSecretAddress|initialSecretKind)$/,
    /^(agents|agent|secret|secretAddress|agentSecretsKind)$/,
  ];
  // The simulator is a manager of its own.
  const own = files.filter((file) => partOf(file) !== "simulator" && !file.endsWith(".generated"));
  const found = own.filter((file) => {
    const missing = new Set(spellings);
    visit(file, (node) => {
      if ((!ts.isIdentifier(node) && !ts.isStringLiteralLike(node)) || ts.isExportSpecifier(node.parent))
        return;
      for (const spelling of missing) if (spelling.test(node.text)) missing.delete(spelling);
    });
    return missing.size === 0;
  });
  expect(found).toEqual(knowsEveryKind);
});

test("every part of the source tree stands in the table", () => {
  expect([...new Set(files.map(partOf))].filter((part) => !(part in allowed))).toEqual([]);
});

test("no file imports itself by a detour", () => {
  expect(findCycles()).toEqual([]);
});

test("only config, the engine and the faces use packages, and the model uses none", () => {
  const wrong = files.filter(
    (file) =>
      ["model", "platform"].includes(partOf(file)) &&
      modulesOf(file).some((name) => !name.startsWith(".") && !isBuiltin(name)),
  );
  expect(wrong).toEqual([]);
  const builtins = files
    .filter((file) => partOf(file) === "model")
    .flatMap(modulesOf)
    .filter(isBuiltin);
  expect(builtins.filter((name) => name !== "node:util")).toEqual([]);
});

test("only the wire and the secrets reveal a secret value", () => {
  // Its class has to spell the name.
  expect(filesWhere((node) => names(node, "reveal"), [...revealers, "model/secret-value"])).toEqual([]);
});

test.each([
  "s.reveal()",
  "s?.reveal()",
  "list.map((s) => s.reveal)",
  's["reveal"]()',
  "const { reveal } = s",
  "const { reveal: r } = s",
])("a reveal a secret value is recognised in `%s`", (text) => {
  let isFound = false;
  walkText(text, (node) => {
    isFound ||= names(node, "reveal");
  });
  expect(isFound).toBe(true);
});

test("only the command line knows the console and the process", () => {
  expect(filesWhere((node) => usesGlobal(node, "console"), consoleUsers)).toEqual([]);
  expect(filesWhere((node) => usesGlobal(node, "process"), processUsers)).toEqual([]);
});

test.each([
  ["process.exit()", true],
  ["const { env } = process", true],
  ["const p = process", true],
  ["f(process)", true],
  ["globalThis.process", true],
  ['globalThis["process"]', true],
  ["const { process: p } = globalThis", true],
  ["global.process", true],
  ['import process from "node:process"', true],
  ['import { env } from "process"', true],
  ["const { pid } = typeof process", true],
  ["step.process()", false],
  ["const step = { process: 1 }", false],
  ["interface Step { process(): void }", false],
  ["class Step { process() {} }", false],
])("a use of the process is recognised in `%s`: %s", (text, expected) => {
  let isFound = false;
  walkText(text, (node) => {
    isFound ||= usesGlobal(node, "process");
  });
  expect(isFound).toBe(expected);
});

test("only its own file and the tables know a type of source or sink by its name", () => {
  expect(filesWhere(namesType, typeRooms)).toEqual([]);
});

test.each([
  ['if (reference.type === "vault") warn()', true],
  ['return type !== "file" || isThere()', true],
  ['return this.#type === "env"', true],
  ['if ("file" in sink) read(sink)', true],
  ['switch (type) { case "file": break }', true],
  ['const place = { type: "exec", options }', true],
  ['const place = { type: "file", options }', true],
  ['const KEYS = new Set(["password", "recipients", "exec"])', true],
  ['if (list.includes("env")) warn()', true],
  ['const types = ["env", "file"]', true],
  ["const bare = { env: one, file: two }", true],
  ["found(value.sops)", true],
  ["const { vault } = value", true],
  ["const CREDENTIAL = /\\.vault\\.auth/", true],
  ['async function look() { const { type } = await system.stat(path); return type === "file" }', false],
  ['if (status?.type === "file") refuse()', false],
  ['if (found.origin === "file") read()', false],
  ['const options = ["file", "manager"]', false],
  ["const { env, cwd } = platform", false],
  ["const [, age] = /x/.exec(text)", false],
  ['import { exec } from "./exec"', false],
  ['set(key, value, "env")', false],
])("a switch on the type of a source or sink is recognised in `%s`: %s", (text, expected) => {
  let isFound = false;
  walkText(text, (node) => {
    isFound ||= namesType(node);
  });
  expect(isFound).toBe(expected);
});

test("no file is longer than 300 lines", () => {
  const long = files.filter(
    (file) =>
      !file.endsWith(".generated") && readFileSync(join(SRC, `${file}.ts`), "utf8").split("\n").length > 301,
  );
  expect(long).toEqual([]);
});

test("every public function has an example", () => {
  const functions = statementsOf("index").flatMap(exportedFunctions);
  expect(functions.length).toBeGreaterThan(50);
  const hasExample = (at: ts.Node | undefined) =>
    at !== undefined && ts.getJSDocTags(at).some(({ tagName }) => tagName.text === "example");
  expect(functions.filter(([, at]) => !hasExample(at)).map(([name]) => name)).toEqual([]);
});

/** What a statement exports of another file, each with its declaration there. */
function exportedFunctions(statement: ts.Statement): readonly (readonly [string, ts.Node | undefined])[] {
  if (!ts.isExportDeclaration(statement) || statement.isTypeOnly) return [];
  const file = (statement.moduleSpecifier as ts.StringLiteral).text.slice(2);
  const declared = new Map(
    statementsOf(file)
      .filter(ts.isFunctionDeclaration)
      .filter(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
      .map((each) => [each.name?.text ?? "", each]),
  );
  if (statement.exportClause === undefined) return [...declared];
  const { elements } = statement.exportClause as ts.NamedExports;
  return elements
    .filter(({ isTypeOnly, name }) => !isTypeOnly && /^[a-z]/.test(name.text) && file !== "version")
    .map(({ name: { text } }) => [text, declared.get(text)]);
}

function statementsOf(file: string): readonly ts.Statement[] {
  return parsed.get(file)?.statements ?? [];
}

test("every file and folder that docs/development.md names is there", () => {
  const tracked = spawnSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" }).stdout.trim().split("\n");
  const paths = new Set(tracked.flatMap((file) => [...foldersOf(file), file]));
  const text = readFileSync(join(ROOT, "docs", "development.md"), "utf8");
  const named = [...text.matchAll(/`((?:[\w.-]+\/)*[\w.-]+(?:\/[\w.-]+|\.(?:ts|md|json)))`/g)].map(
    ([, path = ""]) => path,
  );
  expect(named.length).toBeGreaterThan(100);
  const isThere = (path: string) =>
    path.startsWith("build/") || [...paths].some((each) => `/${each}`.endsWith(`/${path}`));
  expect(named.filter((path) => !isThere(path.replace(/\/[A-Z]+\.ts$/, "")))).toEqual([]);
});

const bin = join(ROOT, "dist", "cli", "bin.js");
const isBuilt = existsSync(bin) && existsSync(join(SRC, "cli", "bin.ts"));

(isBuilt ? test : test.skip)("`--version` loads nothing but a small file", () => {
  const report =
    'import m from "node:module"; process.on("exit", () => process.stderr.write(JSON.stringify(Object.keys(m._cache))));';
  const preload = `data:text/javascript,${encodeURIComponent(report)}`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", preload, bin, "--version"], {
    encoding: "utf8",
  });
  expect(stdout).toMatch(/\d+\.\d+\.\d+/);
  const loaded: string[] = JSON.parse(stderr);
  expect(loaded).toEqual([bin]);
  // What it would load without a module of its own is in the other bundle.
  expect(statSync(bin).size).toBeLessThan(10_000);
});

function foldersOf(file: string): string[] {
  return file === "." ? [] : [...foldersOf(dirname(file)), dirname(file)];
}

function partOf(file: string): string {
  return file.split("/")[0] ?? file;
}

function isAllowed(file: string, target: string): boolean {
  const part = partOf(file);
  if (partOf(target) === part) return true;
  return (allowed[part] ?? []).some((each) => target === each || target.startsWith(`${each}/`));
}

/** The files of ours that a file imports, types and dynamic imports included. */
function importsOf(file: string): string[] {
  const targets = modulesOf(file).filter((name) => name.startsWith("."));
  return [...new Set(targets.map((name) => resolveImport(file, name)))].filter(
    (name) => !name.startsWith(".."),
  );
}

function resolveImport(file: string, name: string): string {
  const path = relative(SRC, join(SRC, dirname(file), name)).replaceAll("\\", "/");
  return path.replace(/\.js$/, "");
}

/** The names of all modules that a file imports, in any of the ways there are. */
function modulesOf(file: string): string[] {
  const names: string[] = [];
  visit(file, (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
      names.push(textOf(node.moduleSpecifier));
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      names.push(textOf(node.argument.literal));
    else if (ts.isCallExpression(node) && isLoading(node) && node.arguments[0])
      names.push(textOf(node.arguments[0]));
  });
  return names;
}

function isLoading({ expression }: ts.CallExpression): boolean {
  return expression.kind === ts.SyntaxKind.ImportKeyword || expression.getText() === "require";
}

function textOf(node: ts.Node): string {
  return ts.isStringLiteralLike(node) ? node.text : "";
}

function walkText(text: string, look: (node: ts.Node) => void): void {
  const walk = (node: ts.Node): void => {
    look(node);
    ts.forEachChild(node, walk);
  };
  walk(ts.createSourceFile("look.ts", text, ts.ScriptTarget.ES2022, true));
}

function visit(file: string, look: (node: ts.Node) => void): void {
  const source = parsed.get(file);
  const walk = (node: ts.Node): void => {
    look(node);
    ts.forEachChild(node, walk);
  };
  if (source) walk(source);
}

/** Files outside `exempt` in which a node is found. */
function filesWhere(found: (node: ts.Node) => boolean, exempt: readonly string[]): string[] {
  return files.filter((file) => {
    if (exempt.some((each) => file === each || file.startsWith(`${each}/`))) return false;
    let isThere = false;
    visit(file, (node) => {
      isThere ||= found(node);
    });
    return isThere;
  });
}

/** Whether it is this name, in code or in quotes: a member that is only passed on has been taken all the same. */
function names(node: ts.Node, name: string): boolean {
  return (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) && node.text === name;
}

/** Whether a node is the global of a name, an import of its module, or the object that holds all globals. */
function usesGlobal(node: ts.Node, name: string): boolean {
  if (ts.isStringLiteralLike(node)) return [name, `node:${name}`].includes(node.text) && isModule(node);
  if (!ts.isIdentifier(node)) return false;
  return (node.text === name && !isMember(node)) || ["globalThis", "global"].includes(node.text);
}

function isModule({ parent }: ts.StringLiteralLike): boolean {
  return (
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    (ts.isCallExpression(parent) && isLoading(parent))
  );
}

/** Whether an identifier only names a member of something else. */
function isMember(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  return (
    "name" in parent &&
    parent.name === node &&
    (ts.isClassElement(parent) || ts.isTypeElement(parent) || ts.isObjectLiteralElement(parent)) &&
    !ts.isShorthandPropertyAssignment(parent)
  );
}

/** Whether a node tells a type of source or sink from others by its name. */
function namesType(node: ts.Node): boolean {
  if (ts.isStringLiteralLike(node)) {
    if (!typeNames.includes(node.text) || isModule(node)) return false;
    return !commonWords.includes(node.text) || (isCompared(node) && !isOfFile(node));
  }
  if (ts.isIdentifier(node)) return typeNames.includes(node.text) && !commonNames.includes(node.text);
  if (ts.isArrayLiteralExpression(node)) return node.elements.filter(isTypeName).length > 1;
  if (ts.isRegularExpressionLiteral(node))
    return typeNames.some((name) => !commonWords.includes(name) && wordsOf(node.text).includes(name));
  if (!ts.isObjectLiteralExpression(node)) return false;
  return node.properties.filter(({ name }) => name && typeNames.includes(name.getText())).length > 1;
}

function isTypeName(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) && typeNames.includes(node.text);
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[a-z]+/gi) ?? [];
}

/** Whether a text is what a value is held against, looked up by, or said to be the type of. */
function isCompared(node: ts.StringLiteralLike): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) {
    const other = parent.left === node ? parent.right : parent.left;
    return !otherTypes.includes(wordsOf(other.getText()).at(-1) ?? "");
  }
  if (ts.isPropertyAssignment(parent)) return parent.name.getText() === "type";
  if (ts.isCallExpression(parent)) return /\.(has|get|includes)$/.test(parent.expression.getText());
  return ts.isCaseClause(parent) || ts.isElementAccessExpression(parent);
}

/** Whether it is about a `FileStatus`, which has a type as well: by its name, or by the function or member around it. */
function isOfFile(node: ts.Node): boolean {
  if (/^status\b/.test(node.parent.getText())) return true;
  let whole = node;
  while (!ts.isSourceFile(whole.parent) && !ts.isClassLike(whole.parent)) whole = whole.parent;
  return /\b(l?stat|FileStatus)\b/.test(whole.getText());
}

/** Each cycle of imports once, as the files on it. Imports of types count: they tie files together as well. */
function findCycles(): string[] {
  const done = new Set<string>();
  const cycles = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.add([...path.slice(start), file].join(" -> "));
    if (start >= 0 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) walk(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  return [...cycles];
}
