// The constructs for cdktf, made of the Terraform provider's own schema: of each resource and data source its typed
// properties, and a getter for each attribute. What they do is in src/cdktf/provider/elements.ts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "./bundling.mjs";
import { loadSchema } from "./terraform-docs.mjs";

const WIDTH = 104;
const EXAMPLE = "examples/cdktf-provider/main.ts";

/** What a value of an attribute without a type of its own is; whatever else has none may be anything. */
const anyTypes = {
  deliver_to: "SecretSink | readonly SecretSink[] | IResolvable",
  password_source: "SecretSource | IResolvable",
};

/** The properties that each type of Terraform's takes, and what reads an attribute of it. */
const kinds = {
  string: { input: "string", output: "string", read: (name) => `this.getStringAttribute("${name}")` },
  number: { input: "number", output: "number", read: (name) => `this.getNumberAttribute("${name}")` },
  bool: {
    input: "boolean | IResolvable",
    output: "IResolvable",
    read: (name) => `this.getBooleanAttribute("${name}")`,
  },
  list: {
    input: "readonly string[]",
    output: "string[]",
    read: (name) => `this.getListAttribute("${name}")`,
  },
  set: {
    input: "readonly string[]",
    output: "string[]",
    read: (name) => `Fn.tolist(this.getListAttribute("${name}"))`,
  },
  map: {
    input: "{ readonly [key: string]: string }",
    output: "StringMap",
    read: (name) => `new StringMap(this, "${name}")`,
  },
  numbers: {
    input: "{ readonly [key: string]: number }",
    output: "NumberMap",
    read: (name) => `new NumberMap(this, "${name}")`,
  },
};

/** The text of the generated file. */
export async function terraformConstructs() {
  const { dataSources, providerAttributes, resourceTypes } = await loadSchema();
  const classes = [
    providerClass(providerAttributes),
    ...Array.from(resourceTypes.values(), (type) =>
      elementClass(pascal(type.name.replace(/^jp1im_/, "")), "ProviderResource", type),
    ),
    ...Array.from(dataSources.values(), (type) =>
      elementClass(`Data${pascal(type.name)}`, "ProviderDataSource", type),
    ),
  ];
  const body = classes.join("\n\n");
  return `// Generated from src/terraform by \`npm run generate\`. Do not edit.

import { ComplexList, ComplexObject, Fn, type IResolvable, NumberMap, StringMap, type TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import type { SecretSink, SecretSource } from "../props";
import { type AttributeNames, ProviderBlock, ProviderDataSource, ProviderResource } from "./elements";

${body}
`;
}

function providerClass(attributes) {
  const name = "Jp1imProvider";
  return [
    ...nestedInterfaces(name, attributes),
    `export interface ${name}Config {
${propertiesOf(name, attributes)}
  /** What tells several blocks of the provider apart: a resource names one as its \`provider\`. */
  readonly alias?: string;
}`,
    attributesTable(name, attributes),
    `${comment("", "The provider: one block is one JP1/IM manager.", exampleOf(name))}
export class ${name} extends ProviderBlock {
  static readonly tfResourceType = "jp1im";

  constructor(scope: Construct, id: string, config: ${name}Config = {}) {
    super(scope, id, ${tableOf(name)}, config);
  }
}`,
  ].join("\n\n");
}

function elementClass(name, base, { name: type, description, attributes }) {
  const isRequired = Object.values(attributes).some(({ given }) => given === "required");
  return [
    ...objectClasses(name, attributes),
    ...nestedInterfaces(name, attributes),
    configOf(name, attributes),
    attributesTable(name, attributes),
    `${comment("", description, exampleOf(name))}
export class ${name} extends ${base} {
  static readonly tfResourceType = "${type}";

  constructor(scope: Construct, id: string, config: ${name}Config${isRequired ? "" : " = {}"}) {
    super(scope, id, ${name}.tfResourceType, ${tableOf(name)}, config);
  }
${gettersOf(name, attributes)}
}`,
  ].join("\n\n");
}

function configOf(name, attributes) {
  const properties = propertiesOf(name, attributes);
  if (properties === "") return `export type ${name}Config = TerraformMetaArguments;`;
  return `export interface ${name}Config extends TerraformMetaArguments {\n${properties}\n}`;
}

const inputsOf = (attributes) => Object.entries(attributes).filter(([, { given }]) => given !== "computed");

function propertiesOf(owner, attributes) {
  return inputsOf(attributes)
    .map(([name, each]) => {
      const mark = each.given === "required" ? "" : "?";
      const notes = [
        ...(each.writeOnly ? ["Write-only."] : []),
        ...(each.replaces ? ["Another value replaces the resource."] : []),
      ];
      const text = [each.description, ...notes].join(" ");
      return `${comment("  ", text)}\n  readonly ${camel(name)}${mark}: ${inputType(owner, name, each)};`;
    })
    .join("\n");
}

function inputType(owner, name, { type, nested }) {
  if (nested) return owner + pascal(name);
  if (type === "dynamic") return anyTypes[name] ?? "unknown";
  return kindOf(name, type).input;
}

/** Of what is written only, an attribute is null; of what has no type of its own, only its owner knows what it is. */
function gettersOf(owner, attributes) {
  return Object.entries(attributes)
    .filter(([, { type, nested, writeOnly }]) => !writeOnly && !nested && type !== "dynamic")
    .map(([name, { type, description, given }]) => {
      const { output, read } = isObjectList(type) ? objectList(owner, name) : kindOf(name, type);
      // What the configuration gives is described there.
      const described = given === "computed" ? `${comment("  ", description)}\n` : "";
      return `\n${described}  get ${camel(name)}(): ${output} {\n    return ${read(name)};\n  }`;
    })
    .join("\n");
}

function kindOf(name, type) {
  const [kind, of = "string"] = [type].flat();
  if (kind === "map" && of === "number") return kinds.numbers;
  if (!(kind in kinds) || of !== "string")
    throw new Error(`no construct can have ${name}, of type ${JSON.stringify(type)}`);
  return kinds[kind];
}

/** What tells the attributes from the arguments of Terraform itself, and how deep their names reach. */
function attributesTable(owner, attributes) {
  const names = namesOf(attributes);
  const line = `const ${tableOf(owner)}: AttributeNames = [${names.join(", ")}];`;
  if (line.length <= WIDTH) return line;
  return `const ${tableOf(owner)}: AttributeNames = [\n${names.map((each) => `  ${each},\n`).join("")}];`;
}

const tableOf = (owner) => `${owner[0].toLowerCase()}${owner.slice(1)}Attributes`;

function namesOf(attributes) {
  return inputsOf(attributes).map(([name, { nested }]) =>
    nested ? `{ name: "${name}", nested: [${namesOf(nested).join(", ")}] }` : `"${name}"`,
  );
}

function nestedInterfaces(owner, attributes) {
  return Object.entries(attributes).flatMap(([name, { nested }]) => {
    if (!nested) return [];
    const inner = owner + pascal(name);
    return [
      ...nestedInterfaces(inner, nested),
      `export interface ${inner} {\n${propertiesOf(inner, nested)}\n}`,
    ];
  });
}

const isObjectList = (type) => type[0] === "list" && type[1][0] === "object";

function objectList(owner, name) {
  const list = `${owner}${pascal(name)}List`;
  return { output: list, read: () => `new ${list}(this, "${name}", false)` };
}

/** A computed list of objects: its elements, and the list that gives them. */
function objectClasses(owner, attributes) {
  return Object.entries(attributes).flatMap(([name, { type }]) => {
    if (!isObjectList(type)) return [];
    const inner = owner + pascal(name);
    const fields = Object.entries(type[1][1]).map(([field, of]) => {
      const { output, read } = kindOf(field, of);
      return `  get ${camel(field)}(): ${output} {\n    return ${read(field)};\n  }`;
    });
    return [
      `export class ${inner} extends ComplexObject {\n${fields.join("\n\n")}\n}`,
      `export class ${inner}List extends ComplexList {
  get(index: number): ${inner} {
    return new ${inner}(this.terraformResource, this.terraformAttribute, this.wrapsSet, index);
  }
}`,
    ];
  });
}

/** The statement of the example that creates such a construct. */
function exampleOf(name) {
  const source = ts.createSourceFile(
    EXAMPLE,
    readFileSync(join(root, EXAMPLE), "utf8"),
    ts.ScriptTarget.ES2022,
  );
  const found = source.statements.find((each) => each.getText(source).includes(`new ${name}(`));
  if (!found)
    throw new Error(
      `${EXAMPLE} has no \`new ${name}(…)\`: add one, it is the example of the generated class`,
    );
  return found.getText(source);
}

/** As TypeScript has it: properties are in camel case, and objects have colons. */
function comment(indent, text, example) {
  const words = text
    .replace(/`[a-z]+(_[a-z]+)+`/g, camel)
    .replace(/`\{[^`]*\}`/g, (code) => code.replaceAll(" = ", ": "));
  const parts = [
    ...wrapped(words, WIDTH - indent.length),
    ...(example ? ["", "@example", ...example.split("\n")] : []),
  ];
  const lines = parts.map((line) => line.replaceAll("*/", "*\\/"));
  if (lines.length === 1) return `${indent}/** ${lines[0]} */`;
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`].join("\n");
}

function wrapped(text, width) {
  // Code stays on one line.
  return text.match(/(`[^`]*`|\S)+/g).reduce(
    ([...lines], word) => {
      const line = lines.pop();
      if (line === "") return [...lines, word];
      return line.length + word.length < width ? [...lines, `${line} ${word}`] : [...lines, line, word];
    },
    [""],
  );
}

function camel(name) {
  return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}

function pascal(name) {
  return camel(`_${name}`);
}
