import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadDesiredState } from "../../src/config/load-desired-state";

const folder = mkdtempSync(join(tmpdir(), "jp1im-overlays-"));
afterAll(() => rmSync(folder, { recursive: true }));

const base = `
    url: https://immhost01:20703
    auth: { user: jp1admin, password: { env: BASE } }
    tls: { ca: base.pem }
    policy: { prune: none, protect: [ "base.*" ] }
    initialSecret: { deliverTo: { file: out/initial } }
    lowerManagers: [{ host: osaka, initialSecret: { env: BASE } }]
    clients:
      - { id: web, deliverTo: { file: out/web } }
      - { idTemplate: "app-{generation}", overlap: 1d, deliverTo: { file: out/app } }
    agents:
      - { host: web01, secrets: { a: { env: BASE_A }, b: { env: BASE_B } } }
      - { match: "batch-*", os: linux, secrets: { a: { env: BASE_A }, b: { env: BASE_B } } }
`;

/** Loads files of one manager each, in their order. */
async function load(...managers: readonly string[]) {
  const paths = managers.map((manager, index) => {
    const name = `${index}.yaml`;
    writeFileSync(join(folder, name), `apiVersion: jp1im/v1\nmanagers:\n  tokyo:\n${manager}`);
    return name;
  });
  const { desired, diagnostics } = await loadDesiredState({ paths, cwd: folder });
  const told = diagnostics.map(({ code, severity, summary, position }) => ({
    code,
    severity,
    summary,
    place: `${position?.file}:${position?.line}`,
  }));
  return { tokyo: desired?.managers.get("tokyo"), told, diagnostics };
}

/** Key and variable of each secret that the entries give, in their order. */
function secretsOf(tokyo: Awaited<ReturnType<typeof load>>["tokyo"]) {
  return tokyo?.agents.map(({ secrets }) =>
    [...secrets].map(([key, { source }]) => `${key}=${"options" in source ? source.options : ""}`),
  );
}

it("a later file sets what the first left out", async () => {
  const { tokyo, told } = await load(
    "    auth: { user: u, password: { env: A } }\n    policy: { prune: none }\n",
    "    url: https://prod01:20703\n    tls: { ca: prod.pem }\n    policy: { unverified: keep }\n",
  );
  expect(told).toEqual([]);
  expect(tokyo).toMatchObject({
    url: "https://prod01:20703",
    host: "prod01",
    policy: { prune: "none", unverified: "keep" },
    tls: { ca: join(folder, "prod.pem") },
  });
});

it("without override, a different value is an error that shows both places and the way out", async () => {
  const { diagnostics } = await load(base, "    url: https://prod01:20703\n    tls: { ca: prod.pem }\n");
  expect(diagnostics.map(({ code, summary }) => [code, summary])).toEqual([
    ["conflicting-setting", expect.stringContaining("at 0.yaml:5:5")],
    ["conflicting-setting", expect.stringContaining("at 0.yaml:7:12")],
  ]);
  expect(diagnostics[0]?.remedy).toContain("add `override: true` to tokyo here");
});

it("an overlay that is read before its base is told to come last", async () => {
  const { diagnostics } = await load("    override: true\n    url: https://prod01:20703\n", base);
  expect(diagnostics).toMatchObject([
    { code: "conflicting-setting", remedy: expect.stringContaining("`-f 1.yaml -f 0.yaml` reads it last") },
  ]);
});

it("a manager with override replaces settings and resources of earlier files, and nothing else", async () => {
  const { tokyo, told } = await load(
    base,
    `    override: true
    url: https://prod01:20703
    auth: { initialSecret: { file: initial } }
    policy: { prune: owned, protect: [ "prod.*" ] }
    initialSecret: { generation: 2, deliverTo: { file: out/prod } }
    lowerManagers: [{ host: OSAKA, initialSecret: { issueOn: osaka } }]
    clients:
      - { id: web, generation: 3, deliverTo: { file: out/web } }
      - { idTemplate: "app-{generation}", overlap: 2d, generation: 2, deliverTo: { file: out/app } }
      - { id: new, deliverTo: { file: out/new } }
    agents:
      - { host: web01, secrets: { a: { env: PROD_A }, c: { env: PROD_C } } }
      - { match: "batch-*", os: linux, secrets: { b: { env: PROD_B } } }
  osaka: { url: "https://osaka:20703", auth: { user: u, password: { env: A } } }
`,
  );
  expect(told).toEqual([]);
  expect(tokyo).toMatchObject({
    url: "https://prod01:20703",
    host: "prod01",
    auth: { method: "initial-secret" },
    tls: { ca: join(folder, "base.pem") },
    policy: { prune: "owned", protect: ["base.*", "prod.*"] },
    initialSecret: { generation: 2 },
    lowerManagers: [{ host: "OSAKA", initialSecret: { from: "manager" } }],
    clients: [{ id: "app-2" }, { id: "new" }, { id: "web", generation: 3 }],
  });
  expect(secretsOf(tokyo)).toEqual([["b=BASE_B"], ["a=BASE_A"], ["a=PROD_A", "c=PROD_C"], ["b=PROD_B"]]);
  expect(JSON.stringify(tokyo)).not.toContain("override");
});

it("an entry with override replaces its own resource alone", async () => {
  const { tokyo, told } = await load(
    base,
    `    clients: [{ id: web, override: true, generation: 3, deliverTo: { file: out/web } }]
    initialSecret: { override: true, generation: 2, deliverTo: { file: out/prod } }
    lowerManagers: [{ host: osaka, override: true, initialSecret: { env: PROD } }]
    agents: [{ host: web01, override: true, secrets: { a: { env: PROD_A } } }]
`,
  );
  expect(told).toEqual([]);
  expect(tokyo).toMatchObject({
    initialSecret: { generation: 2 },
    lowerManagers: [{ initialSecret: { source: { options: "PROD" } } }],
    clients: [{ id: "app-1" }, { id: "web", generation: 3 }],
  });
  expect(secretsOf(tokyo)?.at(0)).toEqual(["b=BASE_B"]);
  const { told: others } = await load(
    base,
    `    url: https://prod01:20703
    clients:
      - { id: web, override: true, deliverTo: { file: out/prod } }
      - { idTemplate: "app-{generation}", overlap: 1d, deliverTo: { file: out/prod2 } }
`,
  );
  expect(others.map(({ code, place }) => [code, place])).toEqual([
    ["conflicting-setting", "1.yaml:4"],
    ["duplicate-resource", "1.yaml:7"],
  ]);
});

it("of three files the last one with override wins", async () => {
  const overlay = (name: string) => `    override: true\n    url: https://${name}:20703\n`;
  expect((await load(base, overlay("stage"), overlay("prod"))).tokyo?.url).toBe("https://prod:20703");
  const { told } = await load(base, overlay("stage"), "    url: https://prod:20703\n");
  expect(told).toMatchObject([{ code: "conflicting-setting", place: "2.yaml:4" }]);
  expect(told[0]?.summary).toContain("1.yaml");
});

it("an entry with override replaces every earlier entry of its agents", async () => {
  const agents = (more: string) => `    agents: [{ match: "batch-*", os: linux, ${more} }]\n`;
  const { tokyo, told } = await load(
    base,
    agents("secrets: { c: { env: STAGE_C } }"),
    agents("override: true, secrets: { a: { env: PROD_A }, c: { env: PROD_C } }"),
  );
  expect(told).toEqual([]);
  expect(secretsOf(tokyo)?.slice(1)).toEqual([["b=BASE_B"], [], ["a=PROD_A", "c=PROD_C"]]);
});

it("override: false is the same as none", async () => {
  const { told } = await load(base, "    override: false\n    url: https://prod01:20703\n");
  expect(told.map(({ code }) => code)).toEqual(["conflicting-setting"]);
});

it("within one file a second declaration is an error whatever it says", async () => {
  const { told } = await load(
    `${base}    override: true\n`.replace(
      "clients:",
      "clients:\n      - { id: web, override: true, deliverTo: { file: o } }",
    ),
  );
  expect(told.map(({ code, severity }) => [code, severity])).toContainEqual(["duplicate-resource", "error"]);
  const head = "apiVersion: jp1im/v1\nmanagers:\n  tokyo:\n";
  const { told: ofSetting } = await load(
    `    override: true\n${base}---\n${head}    override: true\n    url: https://prod01:20703\n`,
  );
  expect(ofSetting.map(({ code }) => code)).toEqual(["conflicting-setting"]);
});

it("an override that replaces nothing is reported, most likely its name is misspelt", async () => {
  const { tokyo, told } = await load(
    base,
    `    clients: [{ id: wbe, override: true, deliverTo: { file: out/wbe } }]
    agents: [{ host: web02, override: true, secrets: { a: { env: A } } }]
    lowerManagers: [{ host: kobe, override: true, initialSecret: { env: K } }]
`,
  );
  expect(told).toMatchObject([
    { code: "likely-mistake", severity: "warning", place: "1.yaml:4" },
    { code: "likely-mistake", severity: "warning", place: "1.yaml:5" },
    { code: "likely-mistake", severity: "warning", place: "1.yaml:6" },
  ]);
  expect(tokyo?.clients.map(({ id }) => id)).toEqual(["app-1", "wbe", "web"]);
});

it("override takes a truth value", async () => {
  const { told } = await load(base, '    override: "yes"\n');
  expect(told).toMatchObject([{ code: "wrong-type", place: "1.yaml:4" }]);
});
