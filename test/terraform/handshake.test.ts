import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { engines } from "../../package.json";
import { nodeFault, OLDEST_NODE } from "../../src/platform/node-version";
import { makeCertificate } from "../../src/terraform/certificate";
import { handshakeLine, readInvitation, socketPlace } from "../../src/terraform/handshake";
import { createLog } from "../../src/terraform/log";

const COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

test("Terraform is recognised by its cookie, and by a protocol that both speak", () => {
  const asked = { TF_PLUGIN_MAGIC_COOKIE: COOKIE, PLUGIN_PROTOCOL_VERSIONS: "5,6" };
  expect(readInvitation(asked)).toEqual({ is: "accepted" });
  expect(readInvitation({ ...asked, PLUGIN_CLIENT_CERT: "PEM" })).toEqual({
    is: "accepted",
    clientCertificate: "PEM",
  });
  expect(readInvitation({ ...asked, PLUGIN_PROTOCOL_VERSIONS: "4,5" })).toMatchObject({
    is: "refused",
    why: expect.stringContaining("asked for 4,5"),
  });
  expect(readInvitation({})).toMatchObject({
    is: "refused",
    why: expect.stringContaining("start it themselves"),
  });
});

test("the handshake is one line, without the padding of its base64", () => {
  const address = { network: "unix", name: "/tmp/x/rpc" } as const;
  expect(handshakeLine(address, Buffer.from("certificate!!"))).toBe(
    "1|6|unix|/tmp/x/rpc|grpc|Y2VydGlmaWNhdGUhIQ",
  );
  expect(handshakeLine(address, undefined)).toBe("1|6|unix|/tmp/x/rpc|grpc|");
});

test("the certificate is for localhost, signed by its own key, and valid now", () => {
  const now = Date.parse("2026-05-06T07:08:09Z");
  const { der, keyPem, pem } = makeCertificate(now);
  const read = new X509Certificate(der);
  expect(read.subjectAltName).toBe("DNS:localhost");
  expect(read.checkHost("localhost")).toBe("localhost");
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.ca).toBe(true);
  expect(Date.parse(read.validFrom)).toBeLessThan(now);
  expect(Date.parse(read.validTo)).toBeGreaterThan(now);
  expect(new X509Certificate(pem).fingerprint256).toBe(read.fingerprint256);
  expect(keyPem).toContain("BEGIN PRIVATE KEY");
  expect(makeCertificate(now).der).not.toEqual(der);
});

test("the socket is in a folder that nobody else can enter, and no path is longer than Node takes", async () => {
  const place = await socketPlace({});
  if (place === undefined) throw new Error("the folder for temporary files has a short path");
  expect(statSync(dirname(place.path)).mode & 0o777).toBe(0o700);
  await place.remove();
  expect(existsSync(dirname(place.path))).toBe(false);
  expect(await socketPlace({ PLUGIN_UNIX_SOCKET_DIR: `/tmp/${"x".repeat(100)}` })).toBeUndefined();
  expect(await socketPlace({ PLUGIN_UNIX_SOCKET_DIR: "/tmp/is-not-there" })).toBeUndefined();
});

test("a line of the log has six digits of a second, as Terraform reads it", () => {
  const lines: string[] = [];
  createLog(
    (line) => lines.push(line),
    () => Date.parse("2026-05-06T07:08:09.010Z"),
  )("warn", "say", { attempt: 2 });
  expect(lines).toEqual([
    '{"@level":"warn","@message":"say","@module":"provider.jp1im","@timestamp":"2026-05-06T07:08:09.010000Z","attempt":2}\n',
  ]);
});

test("without a log that somebody asked for, only warnings and errors are written", () => {
  const lines: string[] = [];
  const log = createLog(
    (line) => lines.push(line),
    () => 0,
    false,
  );
  for (const level of ["trace", "debug", "info", "warn", "error"] as const) log(level, "say");
  expect(lines.map((line) => JSON.parse(line)["@level"])).toEqual(["warn", "error"]);
});

test("without node on PATH the first line on stdout, which Terraform shows, says what is needed", () => {
  const launcher = join(__dirname, "../../src/terraform/launcher.sh");
  const { stdout, status } = spawnSync("/bin/sh", [launcher], {
    env: { PATH: "/nowhere" },
    encoding: "utf8",
  });
  expect(stdout).toBe(
    `the jp1im provider needs Node.js ${OLDEST_NODE.join(".")} or newer: there is no \`node\` on PATH\n`,
  );
  expect(status).toBe(1);
});

test("a Node that is too old is named with its version and its path", () => {
  expect(engines.node).toBe(`>=${OLDEST_NODE.join(".")}.0`);
  expect(nodeFault("the jp1im provider", "20.19.0", "/usr/bin/node")).toBeUndefined();
  expect(nodeFault("the jp1im provider", "22.1.0", "/usr/bin/node")).toBeUndefined();
  for (const old of ["18.20.4", "20.18.3"])
    expect(nodeFault("the jp1im provider", old, "/usr/bin/node")).toBe(
      `the jp1im provider needs Node.js 20.19 or newer: \`node\` on PATH is ${old} (/usr/bin/node)`,
    );
});
