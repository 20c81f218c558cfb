import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadDesiredState } from "../../src/config/load-desired-state";
import { type DesiredManager, defaultPolicy, type SecretReference } from "../../src/model/desired-state";
import { Limits } from "../../src/model/limits";
import { loadText } from "./load-fixture";

const full = `
apiVersion: jp1im/v1
managers:
  tokyo:
    url: https://ImmHost01:20703/
    auth: { user: jp1admin, session: true, password: { env: TOKYO_PASSWORD } }
    tls: { ca: certs/ca.pem, cert: /etc/client.pem, key: client.key }
    initialSecret: { generation: 3, deliverTo: { file: { path: out/tokyo } } }
    clients:
      - { id: web, generation: 2, deliverTo: { file: out/web } }
      - { id: batch, deliverTo: { file: out/batch } }
    lowerManagers:
      - { host: osaka-host, initialSecret: { issueOn: osaka } }
      - { host: kobe-host, initialSecret: { env: KOBE } }
    agents:
      - { host: web01, secrets: { "007": { env: A } } }
      - { host: web02, managerHost: osaka-host, secrets: { b: { file: b } } }
      - { match: "batch-*", os: "Win*", addons: [Fluentd], managerHost: "osaka-*", secrets: {} }
    policy: { prune: none, unverified: keep, protect: ["x.*"], maxDeletes: 7, maxRotations: 5% }
  osaka:
    url: http://127.0.0.1:20703
    host: osaka-host
    auth: { initialSecret: { file: osaka.secret } }
state: { local: { path: state } }
`;

it("says where the secret of `auth` stands, for what is wrong with it", async () => {
  const text = full
    .replace("{ user: jp1admin, session: true, password:", "\n      user: jp1admin\n      password:")
    .replace("TOKYO_PASSWORD } }", "TOKYO_PASSWORD }");
  const { desired } = await loadText(text);
  expect(desired?.managers.get("tokyo")?.authPosition).toMatchObject({ line: 8, column: 17 });
  expect(desired?.managers.get("osaka")?.authPosition).toMatchObject({ column: 28 });
});

it.each([
  [Limits.secretsPerAgent, []],
  [Limits.secretsPerAgent + 1, ["out-of-range"]],
])("takes %d secrets of one agent in several entries", async (count, codes) => {
  const keys = Array.from({ length: count }, (_, index) => `k${index}: { env: A }`);
  const entry = (own: readonly string[]) => `\n      - { host: web01, secrets: { ${own.join(", ")} } }`;
  const { diagnostics } = await loadText(
    full
      .replace("    agents:", `    agents:${entry(keys.slice(0, 500))}${entry(keys.slice(500))}`)
      .replace('      - { host: web01, secrets: { "007": { env: A } } }\n', ""),
  );
  expect(diagnostics.map(({ code }) => code)).toEqual(codes);
});

it.each([
  ["1".repeat(12), []],
  ["1".repeat(13), ["out-of-range"]],
])("takes a template whose ID has at most 280 characters: generation %s", async (generation, codes) => {
  const template = `${"a".repeat(268)}{generation}`;
  const client = `{ idTemplate: "${template}", overlap: 1d, generation: ${generation}, deliverTo: { file: o } }`;
  const { diagnostics } = await loadText(full.replace("    clients:", `    clients:\n      - ${client}`));
  expect(diagnostics.map(({ code }) => code)).toEqual(codes);
});

describe("a desired state", () => {
  it("is decoded with defaults, absolute paths and everything in order", async () => {
    const { desired, diagnostics } = await loadDesiredState({
      paths: ["-"],
      cwd: "/conf",
      stdin: async () => full,
    });
    expect(diagnostics).toEqual([]);
    expect(desired?.state).toEqual({ at: "local", path: "/conf/state" });
    expect([...(desired?.managers.keys() ?? [])]).toEqual(["osaka", "tokyo"]);
    const folder = "/conf";
    const { position: _, ...tokyo } = (desired?.managers.get("tokyo") ?? {}) as DesiredManager;
    expect(tokyo).toMatchObject({
      name: "tokyo",
      url: "https://immhost01:20703",
      host: "ImmHost01",
      auth: {
        method: "session",
        user: "jp1admin",
        password: { type: "env", options: "TOKYO_PASSWORD", folder },
      },
      tls: { ca: "/conf/certs/ca.pem", cert: "/etc/client.pem", key: "/conf/client.key" },
      initialSecret: { generation: 3, deliverTo: { type: "file", options: { path: "out/tokyo" }, folder } },
      clients: [
        { id: "batch", generation: 1, position: { file: "<stdin>", line: 11, column: 15 } },
        { id: "web", generation: 2 },
      ],
      lowerManagers: [
        { host: "kobe-host", initialSecret: { from: "source", source: { type: "env", options: "KOBE" } } },
        { host: "osaka-host", initialSecret: { from: "manager", manager: "osaka" } },
      ],
      agents: [
        { selector: { by: "host", host: "web01", managerHost: "ImmHost01" } },
        { selector: { by: "host", host: "web02", managerHost: "osaka-host" } },
        {
          selector: {
            by: "match",
            match: "batch-*",
            os: "Win*",
            addons: ["Fluentd"],
            managerHost: "osaka-*",
          },
        },
      ],
      policy: {
        prune: "none",
        unverified: "keep",
        protect: ["x.*"],
        maxDeletes: { count: 7 },
        maxRotations: { percent: 5 },
      },
    });
    expect([...(tokyo.agents[0]?.secrets.keys() ?? [])]).toEqual(["007"]);
    expect(desired?.managers.get("osaka")).toMatchObject({
      url: "http://127.0.0.1:20703",
      auth: { method: "initial-secret", secret: { type: "file", options: "osaka.secret", folder } },
      policy: defaultPolicy,
    });
  });

  it.each([
    ["007", "007"],
    ["1e3", "1e3"],
    ["yes", "yes"],
    ["0x1F", "0x1F"],
    ["1.10", "1.10"],
    ["true", "true"],
    ["12345678901234567890", "12345678901234567890"],
    ["a b", "a b"],
    ['"a\\tb"', undefined],
    ["'it''s'", "it's"],
    ["|-\n            two words", "two words"],
  ])("keeps an allowed literal exactly as written: %s", async (written, expected) => {
    const text = `apiVersion: jp1im/v1
managers:
  tokyo:
    url: https://immhost01:20703
    auth: { user: jp1admin, password: 007 }
    policy: { allowLiteralSecrets: true }
    agents:
      - host: web01
        secrets:
          key: ${written}
`;
    const { desired, diagnostics } = await loadText(text);
    const reference = desired?.managers.get("tokyo")?.agents[0]?.secrets.get("key")?.source;
    expect(revealed(reference)).toBe(expected);
    expect(diagnostics.map(({ code }) => code)).toEqual(expected === undefined ? ["secret-refused"] : []);
  });

  it("gives agents that share a block by alias one and the same block", async () => {
    const { desired } = await loadText(`apiVersion: jp1im/v1
managers:
  tokyo:
    url: https://immhost01:20703
    auth: { user: a, password: { env: A } }
    agents:
      - { host: web01, secrets: &common { a: { env: A } } }
      - { host: web02, secrets: *common }
`);
    const [first, second] = desired?.managers.get("tokyo")?.agents ?? [];
    expect(first?.secrets).toBe(second?.secrets);
  });

  it("needs at least one manager", async () => {
    const { diagnostics } = await loadText("apiVersion: jp1im/v1\nmanagers: {}\n");
    expect(diagnostics).toMatchObject([{ code: "no-input" }]);
  });
});

describe("files of a desired state", () => {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-config-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), `apiVersion: jp1im/v1\n${text}`);
  };
  beforeAll(() => {
    write(
      "conf/b.yml",
      "managers: { tokyo: { url: 'https://a:1', clients: [{ id: b, deliverTo: { file: b } }] } }",
    );
    write(
      "conf/a/deep.yaml",
      "managers: { tokyo: { clients: [{ id: a, deliverTo: { file: a } }], tls: { ca: ca.pem } } }",
    );
    write(
      "auth.yaml",
      "managers: { tokyo: { url: 'https://a:1', auth: { user: u, password: { env: A } } } }",
    );
    write("more.yaml", "managers: { tokyo: { clients: [{ id: 7, deliverTo: { file: a } }] } }\n---\n[");
  });

  it.each(["host: web01", 'match: "web*"'])(
    "declare a key of the agents `%s` once among them all",
    async (agents) => {
      const keys = (env: string) =>
        `managers: { tokyo: { agents: [{ ${agents}, secrets: { key: { env: ${env} } } }] } }`;
      write("keys/one.yaml", keys("A"));
      write("keys/two.yaml", keys("B"));
      const { diagnostics } = await loadDesiredState({ paths: ["auth.yaml", "keys"], cwd: folder });
      expect(diagnostics).toMatchObject([
        {
          code: "duplicate-resource",
          position: { file: "keys/two.yaml" },
          summary: expect.stringContaining("keys/one.yaml"),
        },
      ]);
    },
  );

  it("merge by manager name, and each relative path starts at the folder of its own file", async () => {
    const { desired, diagnostics } = await loadDesiredState({ paths: ["conf", "auth.yaml"], cwd: folder });
    expect(diagnostics).toEqual([]);
    const tokyo = desired?.managers.get("tokyo");
    expect(tokyo?.clients.map(({ id, deliverTo }) => [id, deliverTo.folder])).toEqual([
      ["a", join(folder, "conf/a")],
      ["b", join(folder, "conf")],
    ]);
    expect(tokyo?.tls).toEqual({ ca: join(folder, "conf/a/ca.pem") });
    expect(desired?.inputs.map(({ path }) => path)).toEqual(
      ["conf/a/deep.yaml", "conf/b.yml", "auth.yaml"].map((path) => join(folder, path)),
    );
    expect(desired?.inputs[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("together say what is protected and when changes are frozen", async () => {
    const policy = (pattern: string, day: string) =>
      `managers: { tokyo: { policy: { protect: ["${pattern}"], freeze: [{ days: [${day}], timezone: UTC }] } } }`;
    write("policies/one.yaml", policy("one.*", "mon"));
    write("policies/two.yaml", policy("two.*", "tue"));
    const { desired } = await loadDesiredState({ paths: ["auth.yaml", "policies"], cwd: folder });
    const { protect, freeze } = desired?.managers.get("tokyo")?.policy ?? defaultPolicy;
    expect(protect).toEqual(["one.*", "two.*"]);
    expect(freeze).toMatchObject([{ days: [1] }, { days: [2] }]);
  });

  it("give a setting one value", async () => {
    write("hosts/one.yaml", "managers: { tokyo: { host: a } }");
    write("hosts/two.yaml", "managers: { tokyo: { host: b } }");
    const { diagnostics } = await loadDesiredState({ paths: ["auth.yaml", "hosts"], cwd: folder });
    expect(diagnostics).toMatchObject([
      {
        code: "conflicting-setting",
        position: { file: "hosts/two.yaml" },
        summary: expect.stringContaining("hosts/one.yaml"),
      },
    ]);
  });

  it("give one value if it is spelled alike, unless its path then means another file", async () => {
    const auth = (password: string) => `managers: { tokyo: { auth: { user: u, password: ${password} } } }`;
    const codes = async (password: string) => {
      write("east/tokyo.yaml", `managers: { tokyo: { url: "https://immhost01:20703" } }\n`);
      for (const name of ["east/auth.yaml", "west/auth.yaml"]) write(name, auth(password));
      const { diagnostics } = await loadDesiredState({ paths: ["east", "west"], cwd: folder });
      return diagnostics.map(({ code }) => code);
    };
    expect(await codes("{ env: PASSWORD }")).toEqual([]);
    expect(await codes("{ file: password }")).toEqual(["conflicting-setting"]);
  });

  it("count once when they are named twice", async () => {
    const paths = ["conf", "auth.yaml", "./auth.yaml", join(folder, "conf/b.yml")];
    const { desired } = await loadDesiredState({ paths, cwd: folder });
    expect(desired?.inputs).toHaveLength(3);
  });

  it("are read up to a limit for all of them together", async () => {
    const paths = ["conf", "auth.yaml"];
    const { desired } = await loadDesiredState({ paths, cwd: folder });
    const size = desired?.inputs.reduce((sum, { path }) => sum + statSync(path).size, 0) ?? 0;
    const codes = async (mostBytes: number) => {
      const { diagnostics } = await loadDesiredState({ paths, cwd: folder, mostBytes });
      return diagnostics.map(({ code, position }) => [code, position?.file]);
    };
    expect(await codes(size)).toEqual([]);
    expect(await codes(size - 1)).toMatchObject([["file-unreadable"]]);
  });

  it("are all checked in one run, and a broken one does not make others seem incomplete", async () => {
    const { desired, diagnostics } = await loadDesiredState({ paths: ["conf", "more.yaml"], cwd: folder });
    expect(desired).toBeUndefined();
    expect(diagnostics.map(({ code, position }) => [position?.file, code])).toEqual([
      ["more.yaml", "wrong-type"],
      ["more.yaml", "yaml-syntax"],
    ]);
  });

  it("are compared in what is valid: beside a key that no secret can have, the others are still declared", async () => {
    const manager =
      "apiVersion: jp1im/v1\nmanagers:\n  tokyo:\n    url: https://tokyo:20703\n    auth: { user: u, password: { env: P } }\n";
    const first = `${manager}    agents: [{ host: web01, secrets: { "schl\u00fcssel": { env: A }, b: { env: B } } }]\n`;
    const second =
      "apiVersion: jp1im/v1\nmanagers:\n  tokyo:\n    agents: [{ host: web01, secrets: { b: { env: C } } }]\n";
    writeFileSync(join(folder, "first.yaml"), first);
    writeFileSync(join(folder, "second.yaml"), second);
    const { diagnostics } = await loadDesiredState({ paths: ["first.yaml", "second.yaml"], cwd: folder });
    expect(diagnostics.map(({ code, position }) => [position?.file, code])).toEqual([
      ["first.yaml", "out-of-range"],
      ["second.yaml", "duplicate-resource"],
    ]);
  });
});

function revealed(reference: SecretReference | undefined): string | undefined {
  return reference?.type === "literal" && "value" in reference ? reference.value.reveal() : undefined;
}
