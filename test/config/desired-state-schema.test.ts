import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { variablePlaces } from "../../src/config/resolve-variables";
import { allKinds } from "../../src/model/kind-names";
import { Limits } from "../../src/model/limits";
import { referenceTypes } from "../../src/model/reference-types";
import { sinks } from "../../src/secrets/sinks/sinks";
import { sources } from "../../src/secrets/sources/sources";
import { loadText } from "./load-fixture";
import { keyList, properties, type Schema } from "./schema-table";

const root = join(__dirname, "../..");
const schema: Schema = JSON.parse(readFileSync(join(root, "schemas/desired-state.schema.json"), "utf8"));
const page = readFileSync(join(root, "docs/desired-state.md"), "utf8");

describe("the published schema", () => {
  it("describes every key and gives an example of it", () => {
    const silent = properties(schema).filter(
      ({ description, examples }) => !description || !examples?.length,
    );
    expect(silent.map(({ path }) => path)).toEqual([]);
    expect(properties(schema).length).toBeGreaterThan(40);
  });

  it("takes no unknown key anywhere", () => {
    const open: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== "object" || node === null) return;
      const { properties: known, additionalProperties } = node as Schema;
      if (known && additionalProperties !== false && typeof additionalProperties !== "object")
        open.push(path);
      for (const [key, value] of Object.entries(node)) if (key !== "examples") visit(value, `${path}/${key}`);
    };
    visit({ ...schema, properties: { ...schema.properties } }, "");
    // A map of names, such as `properties` itself, is no schema.
    expect(open.filter((path) => !path.endsWith("/properties"))).toEqual([]);
  });

  it("has every type of source and sink, and each is implemented", () => {
    for (const kind of ["source", "sink"] as const) {
      const known = [...referenceTypes[kind].keys()].sort();
      expect(Object.keys(schema.definitions?.[kind]?.properties ?? {}).sort()).toEqual(known);
      // A value in the desired state itself has no key there.
      const implemented = [...{ source: sources, sink: sinks }[kind].keys()];
      expect(implemented.filter((type) => type !== "literal").sort()).toEqual(known);
    }
  });

  it("has the key of every kind of resource, and lists where a manager may have several", () => {
    const { properties: known = {} } = schema.definitions?.manager ?? {};
    const inSchema = allKinds.map(({ key }) => [key, known[key]?.type === "array"]);
    expect(inSchema).toEqual(allKinds.map(({ key, isList }) => [key, isList]));
  });

  it("takes a variable where settings are taken from the environment, and nowhere else", () => {
    const found: string[] = [];
    const visit = (part: Schema | undefined, path: string): void => {
      const parts = [part, ...(part?.allOf ?? [])].flatMap((each) => [each, definitionOf(each)]);
      if (parts.some((each) => each?.$ref === VARIABLE || each?.allOf?.some(({ $ref }) => $ref === VARIABLE)))
        found.push(path);
      for (const each of parts) {
        for (const [key, value] of Object.entries(each?.properties ?? {})) visit(value, `${path}.${key}`);
        if (typeof each?.additionalProperties === "object") visit(each.additionalProperties, `${path}.*`);
      }
    };
    const definitionOf = (part: Schema | undefined) =>
      schema.definitions?.[part?.$ref?.replace("#/definitions/", "") ?? ""];
    for (const top of ["managers", "state", "audit"]) visit(schema.properties?.[top], top);
    expect(found.sort()).toEqual(placesIn(variablePlaces).sort());
  });

  it("states the manager's limits as the model does", () => {
    const { definitions = {} } = schema;
    const at = (name: string, key: string) => definitions[name]?.properties?.[key];
    const bounds = (part: Schema | undefined) => ({ min: part?.minLength, max: part?.maxLength });
    expect(bounds(at("client", "id"))).toEqual(Limits.clientId);
    expect(bounds(definitions.hostText)).toEqual(Limits.host);
    expect(bounds(at("auth", "user"))).toEqual(Limits.user);
    expect(bounds(at("agent", "secrets")?.propertyNames)).toEqual(Limits.secretKey);
    expect(at("agent", "secrets")?.maxProperties).toBe(Limits.secretsPerAgent);
  });
});

describe("the page on the desired state", () => {
  it("has an example that loads without a diagnostic and uses every key", async () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
    const { diagnostics } = await loadText(example);
    expect(diagnostics).toEqual([]);
    const absent = properties(schema).filter(
      ({ path }) => !new RegExp(`\\b${path.split(".").pop()}:\\s`).test(example),
    );
    expect(absent.map(({ path }) => path)).toEqual([]);
  });

  it("repeats the schema's keys and descriptions", () => {
    const list = /<!-- keys -->\n([\s\S]*?)<!-- \/keys -->/.exec(page)?.[1];
    expect(onOneLine(list ?? "")).toBe(onOneLine(keyList(schema)));
  });
});

const VARIABLE = "#/definitions/variable";

/** The paths of a template, with dots between their keys. */
function placesIn(template: typeof variablePlaces, path = ""): string[] {
  if (template === "variable") return [path];
  return Object.entries(template).flatMap(([key, below]) =>
    placesIn(below, path === "" ? key : `${path}.${key}`),
  );
}

/** Where a line of the page ends is not compared. */
const onOneLine = (text: string) => text.replace(/\s+/g, " ").trim();

test("the schema is a valid draft-07 one, which the tool itself does not check again at every start", () => {
  const ajv = new Ajv();
  expect(ajv.validateSchema(schema)).toBe(true);
  expect(ajv.errors).toBeNull();
});

test("no schema has an address on the network as its $id, where somebody else might serve another", () => {
  const folder = join(root, "schemas");
  const names = readdirSync(folder).filter((name) => name.endsWith(".schema.json"));
  const ids = names.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")).$id);
  expect(ids).toEqual(names);
});
