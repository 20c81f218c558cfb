import { checkTexts } from "../../src/config/check-texts";
import { loadDesiredState } from "../../src/config/load-desired-state";
import { fixtures, loadText } from "./load-fixture";

const text = `apiVersion: jp1im/v1
managers:
  tokyo:
    url: { env: TOKYO_URL }
    host: { env: TOKYO_HOST }
    auth: { user: { env: TOKYO_USER }, password: { env: TOKYO_PASSWORD } }
    tls: { ca: { env: TOKYO_CA }, cert: { env: CERT }, key: { env: KEY } }
    proxy: { env: TOKYO_PROXY }
state: { local: { path: { env: STATE } } }
`;

const env = {
  TOKYO_URL: "https://ImmHost01:20703",
  TOKYO_HOST: "immhost01",
  TOKYO_USER: "jp1admin",
  TOKYO_CA: "certs/ca.pem",
  CERT: "/etc/client.pem",
  KEY: "/etc/client.key",
  TOKYO_PROXY: "none",
  STATE: "state",
};

async function summariesOf(written: string, variables: Readonly<Record<string, string>>) {
  const { diagnostics } = await loadText(written, variables);
  return diagnostics.map(({ code, summary, position }) => [code, position?.line, position?.column, summary]);
}

it("a setting can come from the environment, and is then as if it had been written there", async () => {
  const { desired, diagnostics } = await loadText(text, env);
  expect(diagnostics).toEqual([]);
  expect(desired?.state).toEqual({ at: "local", path: `${fixtures}/state` });
  expect(desired?.managers.get("tokyo")).toMatchObject({
    url: "https://immhost01:20703",
    host: "immhost01",
    auth: { user: "jp1admin", password: { type: "env", options: "TOKYO_PASSWORD" } },
    tls: { ca: `${fixtures}/certs/ca.pem`, cert: "/etc/client.pem", key: "/etc/client.key" },
    proxy: "none",
  });
  // The password is a secret: it is not read here.
  expect([...(desired?.variables ?? [])].sort()).toEqual(Object.keys(env).sort());
});

it("a host that follows from a URL in the environment is spelled as it is there", async () => {
  const written = text.replace(/ {4}host: .*\n/, "");
  const { desired } = await loadText(written, env);
  expect(desired?.managers.get("tokyo")?.host).toBe("ImmHost01");
});

it("every missing variable is a diagnostic of the same run, with its place", async () => {
  expect(await summariesOf(text, { STATE: "state", TOKYO_URI: "https://a:1" })).toEqual([
    expect.arrayContaining([
      "variable-unset",
      4,
      10,
      expect.stringContaining("`TOKYO_URL`, which is not set"),
    ]),
    expect.arrayContaining([5, 11, expect.stringContaining("`managers.tokyo.host`")]),
    expect.arrayContaining([6, 19, expect.stringContaining("`managers.tokyo.auth.user`")]),
    expect.arrayContaining([7, 16]),
    expect.arrayContaining([7, 41]),
    expect.arrayContaining([7, 61]),
    expect.arrayContaining([8, 12]),
  ]);
  const { diagnostics } = await loadText(text, { ...env, TOKYO_URL: undefined as never, TOKYO_URI: "x" });
  expect(diagnostics[0]?.remedy).toContain("did you mean `TOKYO_URI`");
});

it("a value from the environment is checked as a written one, and shown with the variable's name", async () => {
  const wrong = {
    ...env,
    TOKYO_URL: "immhost01",
    TOKYO_HOST: "two hosts",
    TOKYO_USER: "",
    TOKYO_CA: "~/ca.pem",
    TOKYO_PROXY: "socks5://proxy:1080",
    STATE: "x".repeat(5000),
  };
  expect(await summariesOf(text, wrong)).toEqual([
    [
      "out-of-range",
      4,
      10,
      expect.stringMatching(/variable `TOKYO_URL`\) is not acceptable, found `immhost01`/),
    ],
    [
      "out-of-range",
      5,
      11,
      expect.stringMatching(/variable `TOKYO_HOST`\) is not acceptable, found `two hosts`/),
    ],
    ["out-of-range", 6, 19, expect.stringMatching(/variable `TOKYO_USER`\) is empty/)],
    [
      "out-of-range",
      7,
      16,
      expect.stringMatching(/variable `TOKYO_CA`\) is not acceptable, found `~\/ca.pem`/),
    ],
    ["out-of-range", 8, 12, expect.stringMatching(/variable `TOKYO_PROXY`\) is not acceptable, found/)],
    ["out-of-range", 9, 25, expect.stringMatching(/variable `STATE`\) is longer than 4096/)],
  ]);
  expect(await summariesOf(text, { ...env, TOKYO_URL: "https://a:99999" })).toEqual([
    [
      "out-of-range",
      4,
      10,
      expect.stringContaining("`https://a:99999` (from the environment variable `TOKYO_URL`)"),
    ],
  ]);
});

it("credentials in a URL from the environment are not shown", async () => {
  const { diagnostics } = await loadText(text, { ...env, TOKYO_URL: "https://u:HUNTER2@immhost01:20703" });
  expect(diagnostics.map(({ code }) => code)).toEqual(["out-of-range"]);
  expect(JSON.stringify(diagnostics)).not.toContain("HUNTER2");
});

it("a setting that another file writes out may not differ from the variable", async () => {
  const other = "---\napiVersion: jp1im/v1\nmanagers: { tokyo: { host: immhost02 } }\n";
  expect(await summariesOf(text + other, env)).toEqual([
    [
      "conflicting-setting",
      12,
      22,
      expect.stringContaining(
        "`immhost02` here, `immhost01` (from the environment variable `TOKYO_HOST`) at",
      ),
    ],
  ]);
});

it("a block that is merged into several managers reports its missing variable once", async () => {
  const shared = `apiVersion: jp1im/v1
x-base: &base { auth: { user: { env: JP1_USER }, password: { env: PW } } }
managers:
  a: { <<: *base, url: "https://a:1" }
  b: { <<: *base, url: "https://b:1" }
`;
  expect(await summariesOf(shared, {})).toEqual([["variable-unset", 2, 31, expect.anything()]]);
});

it("only a variable that a reviewed desired state uses is read of an unreviewed one", async () => {
  const { diagnostics } = await loadDesiredState({
    paths: ["-"],
    cwd: fixtures,
    stdin: async () => text,
    variables: { env: { ...env, TOKYO_HOST: "HUNTER2 HUNTER2" }, allowed: new Set(["TOKYO_URL"]) },
  });
  expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(["not-trusted"]));
  expect(diagnostics).toHaveLength(7);
  expect(JSON.stringify(diagnostics)).not.toContain("HUNTER2");
});

it.each([
  ["url: { env: 3 }", "wrong-type"],
  ["url: { env: A=B }", "out-of-range"],
  ['url: { env: "" }', "out-of-range"],
  ["url: {}", "missing-key"],
  ["url: { file: path }", "missing-key"],
  ["url: { env: A, file: path }", "unknown-key"],
  ["url: [a]", "wrong-type"],
  ["url: { enf: A }", "unknown-key"],
])("what is no reference to a variable is a diagnostic: %s", async (url, code) => {
  const { diagnostics } = await loadText(text.replace("url: { env: TOKYO_URL }", url), env);
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain(code);
  expect(diagnostics.map((diagnostic) => diagnostic.position?.line)).toContain(4);
});

it("nothing but settings takes a variable", async () => {
  const agents = "    agents: [{ host: { env: A }, secrets: {} }]\nstate:";
  expect(await summariesOf(text.replace("state:", agents), env)).toEqual([
    ["wrong-type", 9, 22, expect.stringContaining("must be a text, found a mapping")],
  ]);
});

it("where no environment is at hand yet, what comes from it stays as it is written", () => {
  const osaka = text.replace("tokyo:", "osaka:").replace(/state:.*/, "");
  const texts = [text, osaka].map((each, index) => ({ file: `${index}`, folder: "/", text: each }));
  const { desired, diagnostics, documents } = checkTexts(texts);
  expect(diagnostics).toEqual([]);
  expect(desired?.managers.size).toBe(2);
  expect(documents[0]?.[0]).toMatchObject({ managers: { tokyo: { url: { env: "TOKYO_URL" } } } });
});
