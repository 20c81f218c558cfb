/** The doctor's checks of the way to a manager, over real sockets: each fault has its check, and skips what needs it. */
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Check, createPlatform, doctor, type Platform } from "../../src/index";
import { systemClock } from "../../src/platform/clock";
import { parseWorld } from "../../src/simulator/parse-world";
import { type Simulator, startSimulator } from "../../src/simulator/simulator";
import { type SmallProxy, startProxy } from "../api/small-proxy";

const FIXTURES = join(__dirname, "../api/fixtures");
const world = (more = "") => `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: jp1-pass } }
    agents: [{ host: web01, os: linux, secrets: { smtp.password: x } }]
    ${more}
`;

let folder: string;
let simulator: Simulator;
let proxy: SmallProxy | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jp1im-doctor-"));
  copyFileSync(join(FIXTURES, "ca.pem"), join(folder, "ca.pem"));
});
afterEach(async () => {
  await simulator?.close();
  await proxy?.close();
  proxy = undefined;
  rmSync(folder, { recursive: true });
});

const overTls = (name: string) => `tls: { cert: ${name}.pem, key: ${name}.key.pem }`;

async function start(more?: string): Promise<string> {
  simulator = await startSimulator(parseWorld(world(more), "world.yaml"), { folder: FIXTURES });
  return simulator.managers.get("tokyo")?.url ?? "";
}

/** The checks of the manager, each as `check status`, and in full by name. */
async function examined(url: string, settings = "", own: Partial<Platform> = {}) {
  const yaml = `apiVersion: jp1im/v1
managers:
  tokyo:
    url: ${url}
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
    ${settings}
`;
  writeFileSync(join(folder, "jp1im.yaml"), yaml);
  const platform = createPlatform({ cwd: folder, env: { PASSWORD: "jp1-pass" }, ...own });
  const { checks } = await doctor({ files: ["jp1im.yaml"] }, platform);
  const ofManager = checks.filter(({ manager }) => manager === "tokyo");
  return {
    lines: ofManager.map(({ check, status }) => `${check} ${status}`),
    of: (name: Check["check"]) => ofManager.find(({ check }) => check === name),
  };
}

test("a manager in order passes every check, in this order, and nothing is written", async () => {
  const url = await start(overTls("server"));
  const { lines, of } = await examined(url, "tls: { ca: ca.pem }");
  expect(lines).toEqual([
    ...["name-resolution ok", "tcp ok", "proxy ok", "tls ok", "version ok"],
    ...["session-login ok", "request-login ok"],
    ...["clients ok", "lower-managers ok", "agents ok", "agent-secrets ok", "identity ok"],
    ...["clock ok", "latency ok"],
  ]);
  expect(of("tls")?.detail).toMatch(/^TLSv1\.3, for .*localhost.*, issued by .+, valid until 2120-/);
  const paths = simulator.requests().map(({ path }) => path);
  expect(
    paths.filter((path) => !/\/(version|login|logout|list|subManagers|agents|agents\/secrets)$/.test(path)),
  ).toEqual([]);
  expect(existsSync(join(folder, ".jp1im"))).toBe(false);
});

test.each([
  ["server", "", /signed by no trusted authority/, /`tls\.ca`/],
  ["expired", "tls: { ca: expired.pem }", /has expired/, /it was valid until 20\d\d-.*renew the certificate/],
])("a certificate %s with %j fails the check of TLS", async (name, settings, detail, remedy) => {
  copyFileSync(join(FIXTURES, "expired.pem"), join(folder, "expired.pem"));
  const { lines, of } = await examined(await start(overTls(name)), settings);
  expect(of("tls")).toMatchObject({ status: "failed", code: "manager-tls" });
  expect(of("tls")?.detail).toMatch(detail);
  expect(of("tls")?.remedy).toMatch(remedy);
  expect(lines.slice(3, 6)).toEqual(["tls failed", "version skipped", "session-login skipped"]);
});

test("a certificate for another name is told by the names that it has", async () => {
  const url = (await start(overTls("server"))).replace("127.0.0.1", "127.0.0.2");
  proxy = await startProxy();
  const { of } = await examined(url, `proxy: ${proxy.url}\n    tls: { ca: ca.pem }`);
  expect(of("tls")).toMatchObject({
    status: "failed",
    detail: expect.stringContaining("for another host name (ERR_TLS_CERT_ALTNAME_INVALID)"),
    remedy: expect.stringContaining("localhost"),
  });
});

test("what `tls.insecure` accepts is a warning", async () => {
  const { lines, of } = await examined(await start(overTls("expired")), "tls: { insecure: true }");
  expect(of("tls")).toMatchObject({ status: "warning" });
  expect(lines).toContain("version ok");
});

test("a certificate that ends soon is a warning", async () => {
  const url = await start(overTls("server"));
  const clock = { ...systemClock, now: () => Date.parse("2119-12-20T00:00:00Z") };
  const { of } = await examined(url, "tls: { ca: ca.pem }", { clock });
  expect(of("tls")).toMatchObject({ status: "warning", remedy: "have the certificate renewed" });
  expect(of("tls")?.detail).toMatch(/: \d+ days left$/);
});

test("https where the manager speaks http fails the check of TLS", async () => {
  const { of } = await examined((await start()).replace("http:", "https:"));
  expect(of("tls")).toMatchObject({
    status: "failed",
    detail: expect.stringContaining("the answer is not TLS"),
  });
});

test("a port on which nothing listens, and a name without an address, end there", async () => {
  const closed = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => closed.once("listening", resolve));
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  const unheard = await examined(`http://127.0.0.1:${port}`);
  expect(unheard.lines.slice(0, 3)).toEqual(["name-resolution ok", "tcp failed", "proxy skipped"]);
  expect(unheard.of("tcp")?.detail).toContain("(ECONNREFUSED)");
  const unknown = await examined("http://no-such-host.invalid:20703");
  expect(unknown.lines.slice(0, 2)).toEqual(["name-resolution failed", "tcp skipped"]);
  expect(unknown.of("name-resolution")?.code).toBe("manager-unreachable");
});

test("a proxy that refuses is named with what to change, and one that passes is named too", async () => {
  const url = await start(overTls("server"));
  proxy = await startProxy(403);
  const refused = await examined(url, `proxy: ${proxy.url}\n    tls: { ca: ca.pem }`);
  expect(refused.lines.slice(1, 5)).toEqual(["tcp ok", "proxy failed", "tls skipped", "version skipped"]);
  expect(refused.of("proxy")?.detail).toContain("refuses to connect");
  await proxy.close();
  proxy = await startProxy();
  const passed = await examined(url, `proxy: ${proxy.url}\n    tls: { ca: ca.pem }`);
  expect(passed.lines.slice(2, 5)).toEqual(["proxy ok", "tls ok", "version ok"]);
  expect(passed.of("proxy")?.detail).toContain(proxy.url);
});

test("a proxy setting that cannot be used fails, and no value of it is shown", async () => {
  const env = { PASSWORD: "jp1-pass", HTTPS_PROXY: "socks5://user:proxy-pass@proxy:1080" };
  const { lines, of } = await examined("https://immhost01.invalid:20703", "", { env });
  expect(lines.slice(0, 3)).toEqual(["proxy failed", "tls skipped", "version skipped"]);
  expect(JSON.stringify(of("proxy"))).not.toContain("proxy-pass");
});

test("a CA file that is not there fails the check of TLS", async () => {
  const { of } = await examined(await start(overTls("server")), "tls: { ca: gone.pem }");
  expect(of("tls")).toMatchObject({ status: "failed", code: "file-unreadable" });
});
