import { execFileSync } from "node:child_process";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { Limits } from "../../src/model/limits";
import { routes } from "../../src/simulator/routes";
import { contract } from "./contract";

const { schemas } = contract.components;
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(contract, "contract");

const accepts = (name: string, value: unknown): boolean =>
  ajv.compile({ $ref: `contract#/components/schemas/${name}` })(value);

test("the generated wire types are those of the contract", () => {
  const root = join(__dirname, "../..");
  const check = () =>
    execFileSync(process.execPath, [".ci/generate.mjs", "--check"], { cwd: root, stdio: "pipe" });
  expect(check).not.toThrow();
});

test("every schema can be compiled", () => {
  for (const name of Object.keys(schemas)) expect(() => accepts(name, {})).not.toThrow();
});

test("every example keeps its schema", () => {
  const media = mediaTypesOf(contract.paths);
  const examples = media.flatMap(({ schema, example, examples: named = {} }) => [
    ...(example === undefined ? [] : [{ schema, value: example }]),
    ...Object.values(named).map(({ value }) => ({ schema, value })),
  ]);
  expect(examples.length).toBeGreaterThan(15);
  for (const { schema, value } of examples) {
    const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"contract#/'));
    expect({ value, valid: ajv.compile(local)(value) }).toEqual({ value, valid: true });
  }
});

test.each([
  ["ClientId", Limits.clientId],
  ["Host", Limits.host],
  ["SecretKey", Limits.secretKey],
  ["SecretText", Limits.secretValue],
  ["InitialSecret", Limits.initialSecret],
])("the limits of %s are those of the model", (name, { min, max }) => {
  expect([min - 1, min, max, max + 1].map((length) => accepts(name, "x".repeat(length)))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test.each(["ClientId", "SecretKey", "SecretText", "InitialSecret"])(
  "%s takes printable ASCII only",
  (name) => {
    expect(["a b", "~", "a\tb", "é", "a\n", ""].map((text) => accepts(name, text))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(accepts(name, "a:b")).toBe(name !== "ClientId");
  },
);

test("a list of agents to delete has 1-200 entries", () => {
  const agents = (count: number) => ({ agents: Array(count).fill({ agenthost: "a", managerhost: "m" }) });
  expect([0, 1, 200, 201].map((count) => accepts("DeleteAgentsRequest", agents(count)))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test("every call names its chapter and what each answer's messages are", () => {
  for (const methods of Object.values(contract.paths)) {
    for (const operation of Object.values(methods)) {
      expect(operation["x-manual"]).toMatch(/^5\.\d+/);
      for (const response of Object.values(operation.responses)) {
        const name = response.$ref?.split("/").at(-1);
        const declared = name === undefined ? response : contract.components.responses[name];
        expect(declared?.["x-message-ids"]).toBeInstanceOf(Array);
      }
    }
  }
});

interface MediaType {
  readonly schema: object;
  readonly example?: unknown;
  readonly examples?: Record<string, { readonly value: unknown }>;
}

function mediaTypesOf(node: unknown): MediaType[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === "application/json" ? [value as MediaType] : mediaTypesOf(value),
  );
}

test("the simulator asks of each call the permission that the contract states", () => {
  const accessOf = { "*": "all-groups", agent: "agent-group", any: "any-group" } as const;
  const stated = Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const { security, "x-permission": permission } = operation;
      const schemes = security?.flatMap((each) => Object.keys(each));
      const free = schemes?.length === 0 ? "everyone" : "session";
      const access = permission ? accessOf[permission.resourceGroup] : free;
      return [`${method.toUpperCase()} ${path}`, schemes?.includes("initialSecret") ? "enrolment" : access];
    }),
  );
  const simulated = [...routes].map(([path, { method, access }]) => [`${method} ${path}`, access]);
  expect(Object.fromEntries(simulated)).toEqual(Object.fromEntries(stated));
});

test("an operation that does not exist may be answered 404 or 405, on every path", () => {
  for (const methods of Object.values(contract.paths)) {
    for (const { responses } of Object.values(methods)) {
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(["404", "405"]));
    }
  }
});

test("the scheme of an IM client secret is described, and no call of the contract takes it", () => {
  expect(Object.keys(contract.components.securitySchemes)).toContain("imClientSecret");
  for (const methods of Object.values(contract.paths)) {
    for (const { security = contract.security } of Object.values(methods)) {
      expect(security.flatMap((each) => Object.keys(each))).not.toContain("imClientSecret");
    }
  }
});
