/** A run without values on a desired state that nobody has reviewed: what it runs, and what it sends where. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiagnosticError, type PlanOptions, type Platform, plan } from "../../src/index";
import { nodeFileSystem } from "../../src/platform/file-system";
import { Rig } from "../rig/rig";
import { VaultStandIn } from "../secrets/vault-stand-in";

const WORLD = `
apiVersion: jp1im-simulator/v1
managers:
  tokyo: { host: immhost01, users: { jp1admin: { password: jp1-pass } }, agents: [{ host: web01 }] }
  evil: { host: evilhost, users: { jp1admin: { password: jp1-pass } } }
`;

const vault = new VaultStandIn();
beforeAll(() => vault.start());
afterAll(() => vault.stop());
afterEach(() => vault.requests.splice(0));

interface Declared {
  readonly url?: string;
  readonly password?: string;
  readonly source?: string;
  readonly more?: string;
}

const desired = ({
  url = "http://tokyo.test:20703",
  password = "{ env: PASSWORD }",
  source = "{ env: V }",
  more = "",
}: Declared) => `apiVersion: jp1im/v1
managers:
  tokyo:
    url: ${url}
    host: immhost01
    auth: { user: jp1admin, password: ${password} }
    agents: [{ host: web01, secrets: { a: ${source} } }]
${more}`;

/** A pull request in jp1im.yaml beside the protected branch in main/jp1im.yaml, in a folder where programs can start. */
class Site {
  readonly folder = mkdtempSync(join(tmpdir(), "jp1im-trust-"));
  readonly rig = new Rig(WORLD);

  constructor(change: Declared, main: Declared = {}) {
    mkdirSync(join(this.folder, "main"));
    writeFileSync(join(this.folder, "jp1im.yaml"), desired(change));
    writeFileSync(join(this.folder, "main/jp1im.yaml"), desired(main));
  }

  plan(options: Partial<PlanOptions>, platform: Partial<Platform> = {}) {
    const own = { ...this.rig.platform(), cwd: this.folder, fileSystem: nodeFileSystem };
    return plan({ files: ["jp1im.yaml"], ...options }, { ...own, ...platform });
  }

  /** The managers that were asked. */
  asked(): string[] {
    return [...new Set(this.rig.simulation.requests().map(({ manager }) => manager))];
  }
}

const trust = ["main/jp1im.yaml"];

function warningsOf(
  { rig }: Site,
  plan: { readonly diagnostics: readonly { code: string; summary: string }[] },
) {
  const reported = rig.events.flatMap((event) => (event.type === "diagnostic" ? [event.diagnostic] : []));
  return [...plan.diagnostics, ...reported]
    .filter(({ code }) => code === "not-trusted")
    .map(({ summary }) => summary);
}

/** An `exec` source that leaves a file behind. */
function program(): { readonly source: string; readonly ran: () => boolean } {
  const mark = join(mkdtempSync(join(tmpdir(), "jp1im-trust-")), "ran");
  return { source: `{ exec: [/bin/sh, -c, "touch ${mark}; echo jp1-pass"] }`, ran: () => existsSync(mark) };
}

test("without --trust no manager is asked, and the plan says so once", async () => {
  const site = new Site({});
  const planned = await site.plan({ secrets: false });
  expect(site.asked()).toEqual([]);
  expect(planned.summary).toMatchObject({ create: 1, unknown: 0 });
  expect(planned.not_asked).toEqual(["tokyo"]);
  expect(warningsOf(site, planned)).toEqual([expect.stringContaining("from the state alone")]);
  expect(planned.diagnostics[0]?.remedy).toContain("`--trust jp1im.yaml` trusts it as it is");
});

test("the login's program runs only where the trusted files name it", async () => {
  const { source, ran } = program();
  const site = new Site({ password: source });
  await site.plan({ secrets: false });
  await site.plan({ secrets: false, trust });
  expect(ran()).toBe(false);
  const trusting = new Site({ password: source }, { password: source });
  await trusting.plan({ secrets: false, trust });
  expect(ran()).toBe(true);
});

test("a manager that the trusted files declare is asked with the login that they declare", async () => {
  const { source, ran } = program();
  const site = new Site({ password: source });
  site.rig.simulation.edit({
    manager: "tokyo",
    type: "set-agent-secret",
    host: "web01",
    key: "a",
    secret: "x",
  });
  const planned = await site.plan({ secrets: false, trust });
  expect(site.asked()).toContain("tokyo");
  expect(ran()).toBe(false);
  expect(planned.summary).toMatchObject({ create: 0, update: 1 });
  expect(planned.not_asked).toBeUndefined();
  expect(warningsOf(site, planned)).toEqual([]);
});

test("another URL under a trusted name gets nothing, nor does a manager that is not declared there", async () => {
  const more = `  evil:
    url: http://evil.test:20703
    host: evilhost
    auth: { user: jp1admin, password: { env: PASSWORD } }
    clients: [{ id: app, deliverTo: { file: app } }]
`;
  const site = new Site({ url: "http://evil.test:20703", more: more.replace("evil.test", "evil2.test") });
  const planned = await site.plan({ secrets: false, trust });
  expect(site.asked()).toEqual([]);
  expect(warningsOf(site, planned)).toEqual([
    expect.stringContaining("--trust does not declare it"),
    expect.stringMatching(/http:\/\/tokyo\.test:20703, and here it is at http:\/\/evil\.test:20703/),
  ]);
});

test("settings of the connection are those of the trusted files", async () => {
  const url = "https://tokyo.test:20703";
  const site = new Site(
    {
      url: `${url}\n    tls: { insecure: true, ca: evil.pem, cert: evil.pem, key: evil.pem }\n    proxy: http://evil.test:3128`,
    },
    { url: `${url}\n    tls: { ca: ca.pem }` },
  );
  copyFileSync(join(__dirname, "../api/fixtures/ca.pem"), join(site.folder, "main/ca.pem"));
  const seen: unknown[] = [];
  const { transport } = site.rig.platform();
  if (!transport) throw new Error("the rig has no transport");
  await site.plan(
    { secrets: false, trust },
    {
      transport: (manager) => {
        seen.push([manager.tls, manager.proxy]);
        return transport(manager);
      },
    },
  );
  expect(seen).toEqual([[{ ca: join(site.folder, "main/ca.pem") }, undefined]]);
});

test("a vault gets the token only as the trusted files, or the environment alone, say", async () => {
  vault.put("secret/web01", '{"a":"v"}');
  const at = (more: string) => `{ vault: { path: secret/web01, field: a${more} } }`;
  const address = `, address: "${vault.address}"`;
  const asked = async (change: string, main = "{ env: V }", env: Record<string, string> = {}) => {
    const site = new Site({ source: at(change) }, { source: main });
    Object.assign(site.rig.env, { VAULT_TOKEN: "root-token", ...env });
    const trusts = main === "{ env: V }" ? {} : { trust };
    const planned = await site.plan({ secrets: false, ...trusts });
    await site.plan({ secrets: false, refresh: false, ...trusts });
    return { requests: vault.requests.splice(0).length, warnings: warningsOf(site, planned).join() };
  };
  const { source, ran } = program();
  expect(await asked(address)).toEqual({
    requests: 0,
    warnings: expect.stringContaining(`the vault at ${vault.address} is not asked`),
  });
  expect((await asked(address, at(', address: "http://127.0.0.1:9"'))).requests).toBe(0);
  // The same address with another login, or with another authority, is another matter.
  expect((await asked(`${address}, auth: { token: ${source} }`, at(address))).requests).toBe(0);
  expect((await asked(`${address}, ca: evil.pem`, at(address))).requests).toBe(0);
  expect(ran()).toBe(false);
  const trusted = await asked(address, at(address));
  expect(trusted).toEqual({ requests: expect.any(Number), warnings: "" });
  expect(trusted.requests).toBeGreaterThan(0);
  const own = await asked("", undefined, { VAULT_ADDR: vault.address });
  expect(own.requests).toBeGreaterThan(0);
});

test("a vault gets the token of the trusted file's folder, and not one beside the change", async () => {
  const source = `{ vault: { path: secret/web01, field: a, address: "${vault.address}", auth: { token: { file: token } } } }`;
  const site = new Site({ source }, { source });
  writeFileSync(join(site.folder, "token"), "another-token");
  writeFileSync(join(site.folder, "main/token"), "root-token");
  const tokens = new Set<unknown>();
  vault.override = ({ headers }) => {
    tokens.add(headers["x-vault-token"]);
    return false;
  };
  await site.plan({ secrets: false, trust, refresh: false });
  vault.override = undefined;
  expect([...tokens]).toEqual(["root-token"]);
});

test("of the environment only variables are read that the trusted files take settings from", async () => {
  const read = async (url: string, options: object, main: Declared = {}) => {
    const site = new Site({ url }, main);
    Object.assign(site.rig.env, { TOKYO: "http://tokyo.test:20703", OTHER: "HUNTER2" });
    const result = await site.plan({ secrets: false, ...options }).catch((error) => error);
    return { asked: site.asked(), result };
  };
  const trusting = await read("{ env: TOKYO }", { trust }, { url: "{ env: TOKYO }" });
  expect(trusting.asked).toContain("tokyo");
  for (const [url, options] of [
    ["{ env: TOKYO }", {}],
    ["{ env: TOKYO }", { trust }],
    ["{ env: OTHER }", { trust }],
  ] as const) {
    const { asked, result } = await read(url, options);
    expect(asked).toEqual([]);
    expect(result).toBeInstanceOf(DiagnosticError);
    expect(result.diagnostics).toMatchObject([{ code: "not-trusted", position: { line: 4 } }]);
    expect(JSON.stringify(result.diagnostics)).not.toContain("HUNTER2");
  }
});

test("the state's place is that of the trusted files", async () => {
  const site = new Site({ more: "state: { local: { path: elsewhere } }\n" });
  expect((await site.plan({ secrets: false, trust })).state.location).toBe(".jp1im");
  expect((await site.plan({ secrets: false })).state.location).toBe("elsewhere");
});

test.each([
  'postgres: { url: "postgres://evil.invalid/x", password: { exec: [touch, ran] } }',
  'http: { address: "https://evil.invalid/{manager}", username: x, password: { exec: [touch, ran] } }',
  'git: { remote: "ssh://git@evil.invalid/state.git", branch: state }',
  "git: { remote: git@evil.invalid:state.git, branch: state }",
])(
  "the server of the state is asked only where the trusted files, or the caller, name it: %s",
  async (state) => {
    const site = new Site({ more: `state: { ${state} }` });
    const notTrusted = {
      diagnostics: [{ code: "not-trusted", remedy: expect.stringContaining("--state URL") }],
    };
    await expect(site.plan({ secrets: false })).rejects.toMatchObject(notTrusted);
    expect(existsSync(join(site.folder, "ran"))).toBe(false);
    // Here the trusted files leave the state where it is by default.
    expect((await site.plan({ secrets: false, trust })).state.location).toBe(".jp1im");
    expect((await site.plan({ secrets: false, state: "named" })).state.location).toBe("named");
  },
);

test("--trust without --no-secrets, from standard input or of a file that is wrong stops the run", async () => {
  const site = new Site({});
  const codesOf = async (options: object) => {
    const error = await site.plan(options).catch((caught) => caught);
    return error instanceof DiagnosticError ? error.diagnostics.map(({ code }) => code) : error;
  };
  expect(await codesOf({ trust })).toEqual(["usage"]);
  expect(await codesOf({ secrets: false, trust: ["-"] })).toEqual(["usage"]);
  expect(await codesOf({ secrets: false, trust: ["none.yaml"] })).toEqual(["file-unreadable"]);
  expect(site.asked()).toEqual([]);
});
