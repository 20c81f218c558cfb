import { loadText } from "./load-fixture";

const head = `apiVersion: jp1im/v1
managers:
  tokyo:
    url: https://immhost01:20703
    auth: { user: jp1admin, password: { env: PW } }
`;
const warningsOf = async (path: string) => {
  const sink = `    clients: [{ id: a, deliverTo: { vault: { path: ${path} } } }]\n`;
  const source = `    agents: [{ host: b, secrets: { k: { vault: { path: ${path}, field: f } } } }]\n`;
  const { desired, diagnostics } = await loadText(`${head}${sink}${source}`);
  expect(desired).toBeDefined();
  return diagnostics.map(
    ({ code, severity, position }) => `${severity} ${code} ${position?.line}:${position?.column}`,
  );
};

test("a path as the API has it is warned of, at sinks and at sources", async () => {
  const warnings = ["warning likely-mistake 6:52", "warning likely-mistake 7:56"];
  expect(await warningsOf("secret/data/web01")).toEqual(warnings);
  expect(await warningsOf("/secret/data/web01")).toEqual(warnings);
});

test.each([
  "secret/web01",
  "secret/data",
  "data/web01",
  "secret/x/data/y",
  "{ mount: secret, path: data/x }",
])("%s is not", async (path) => expect(await warningsOf(path)).toEqual([]));
