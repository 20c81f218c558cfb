// The reference pages of the Terraform provider, in the layout of Terraform's registry: made of the schema itself and of
// the examples, which a test runs.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../", import.meta.url));
const NOTE = "<!-- Generated from src/terraform by `npm run generate`. Do not edit. -->";

/** Every page, by its path from the root. */
export async function terraformPages() {
  const { dataSources, ephemeralTypes, functions, providerAttributes, resourceTypes } = await loadSchema();
  const pages = new Map([["docs/terraform/index.md", indexPage(providerAttributes)]]);
  for (const [name, type] of resourceTypes)
    pages.set(`docs/terraform/resources/${short(name)}.md`, objectPage("resources", name, type));
  for (const [name, type] of dataSources)
    pages.set(`docs/terraform/data-sources/${short(name)}.md`, objectPage("data-sources", name, type));
  for (const [name, type] of ephemeralTypes)
    pages.set(
      `docs/terraform/ephemeral-resources/${short(name)}.md`,
      objectPage("ephemeral-resources", name, type),
    );
  for (const each of functions.values())
    pages.set(`docs/terraform/functions/${each.name}.md`, functionPage(each));
  return pages;
}

/** What the provider has, as its sources say. */
export async function loadSchema() {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-docs-"));
  try {
    const outfile = join(folder, "documentation-sources.cjs");
    await build({
      absWorkingDir: root,
      entryPoints: ["src/terraform/documentation-sources.ts"],
      outfile,
      bundle: true,
      platform: "node",
      format: "cjs",
      // It reads the package's own files as from `src/platform`.
      banner: { js: `__dirname = ${JSON.stringify(join(root, "src/platform"))};` },
      logLevel: "warning",
    });
    return createRequire(import.meta.url)(outfile);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const short = (name) => name.replace(/^jp1im_/, "");

function indexPage(attributes) {
  return page("jp1im", "JP1/IM managers: clients, lower managers and the secrets of agents.", [
    "# jp1im provider",
    "One provider block is one JP1/IM manager. [The Terraform provider](../terraform.md) explains how it works,\nwhat it keeps where, and what it costs.",
    ...example("provider.tf"),
    ...attributeSections(attributes),
  ]);
}

const titles = {
  resources: "Resource",
  "data-sources": "Data source",
  "ephemeral-resources": "Ephemeral resource",
};

function objectPage(kind, name, { description, attributes, identity }) {
  return page(name, description, [
    `# ${titles[kind]}: ${name}`,
    wrapped(description),
    ...example(`${kind}/${name}.tf`),
    ...attributeSections(attributes),
    ...(identity ? importSection(name, identity) : []),
  ]);
}

function functionPage({ name, summary, description = [], parameters, returns }) {
  const call = `provider::jp1im::${name}(${parameters.map((each) => each.name).join(", ")})`;
  return page(`${name} function`, summary, [
    `# Function: ${name}`,
    wrapped(summary),
    ...description.map((paragraph) => wrapped(paragraph)),
    fence(call),
    "## Arguments",
    list(parameters.map((each) => `${code(each.name)}: ${each.description}`)),
    "## Returns",
    typeName(returns),
    ...(existsSync(join(root, "examples/terraform", `functions/${name}.tf`))
      ? example(`functions/${name}.tf`)
      : []),
  ]);
}

const imports = {
  jp1im_client: "terraform import jp1im_client.fluentd tokyo/client/fluentd-web",
  jp1im_lower_manager: "terraform import jp1im_lower_manager.osaka tokyo/lower-manager/immhost-osaka",
  jp1im_agent_secrets: "terraform import jp1im_agent_secrets.web01 tokyo/agent/immhost-osaka/web01",
  jp1im_initial_secret: "terraform import jp1im_initial_secret.this tokyo/initial-secret",
  jp1im_desired_state: "terraform import jp1im_desired_state.tokyo ./jp1im.yaml",
};

const identities = {
  jp1im_client: '{ id = "fluentd-web" }',
  jp1im_lower_manager: '{ host = "immhost-osaka" }',
  jp1im_agent_secrets: '{ manager_host = "immhost-osaka", host = "web01" }',
  jp1im_initial_secret: '{ manager = "tokyo" }',
  jp1im_desired_state: '{ path = "./jp1im.yaml" }',
};

function importSection(name, identity) {
  const block = `import {\n  to       = ${imports[name].split(" ")[2]}\n  identity = ${identities[name]}\n}`;
  return [
    "## Import",
    name === "jp1im_desired_state" ? "By the path of its document:" : "By address:",
    fence(imports[name], "sh"),
    "By identity, with Terraform 1.12 and newer:",
    fence(block, "terraform"),
    list(
      Object.entries(identity.attributes).map(
        ([part, { given, description }]) =>
          `${code(part)}${given === "required" ? "" : " (optional)"}: ${description}`,
      ),
    ),
  ];
}

function attributeSections(attributes) {
  const items = (wanted) =>
    Object.entries(attributes).flatMap(([name, each]) =>
      wanted.includes(each.given) ? itemsOf(name, each) : [],
    );
  const section = (title, found) => (found.length === 0 ? [] : [`## ${title}`, list(found)]);
  return [
    ...section("Required", items(["required"])),
    ...section("Optional", items(["optional", "either"])),
    ...section("Given by the provider", items(["computed"])),
  ];
}

function itemsOf(name, { type, description, sensitive, writeOnly, replaces, nested }) {
  const traits = [
    nested ? "object" : typeName(type),
    ...(writeOnly ? ["write-only"] : []),
    ...(sensitive ? ["sensitive"] : []),
    ...(replaces ? ["another value replaces the resource"] : []),
  ];
  const inner = Object.entries(nested ?? {}).flatMap(([each, attribute]) =>
    itemsOf(`${name}.${each}`, attribute),
  );
  return [`${code(name)} (${traits.join(", ")}): ${description}`, ...inner];
}

function typeName(type) {
  if (typeof type === "string") return type === "dynamic" ? "any" : type;
  const [kind, of] = type;
  return kind === "object"
    ? `object of ${Object.keys(of).map(code).join(", ")}`
    : `${kind} of ${typeName(of)}`;
}

function example(file) {
  return [
    "## Example",
    fence(readFileSync(join(root, "examples/terraform", file), "utf8").trim(), "terraform"),
  ];
}

function page(title, description, parts) {
  const head = [
    "---",
    `page_title: ${JSON.stringify(title)}`,
    `description: ${JSON.stringify(description)}`,
    "---",
  ];
  return `${head.join("\n")}\n\n${[NOTE, ...parts].join("\n\n")}\n`;
}

function list(items) {
  return items.map((text) => wrapped(`- ${text}`, "  ")).join("\n");
}

/** In lines of at most 120 characters; what is in backticks stays together. */
function wrapped(text, indent = "") {
  const lines = [""];
  for (const word of text.match(/(?:`[^`]*`|\S)+/g)) {
    const line = `${lines.at(-1)}${lines.at(-1).trim() === "" ? "" : " "}${word}`;
    if (line.length <= 120) lines[lines.length - 1] = line;
    else lines.push(`${indent}${word}`);
  }
  return lines.join("\n");
}

const fence = (text, language = "") => `\`\`\`${language}\n${text}\n\`\`\``;
const code = (text) => `\`${text}\``;
