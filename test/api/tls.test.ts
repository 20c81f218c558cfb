import { generateKeyPairSync, type KeyExportOptions, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ManagerSettings } from "../../src/api/connect";
import type { ManagerPort } from "../../src/api/port";
import { systemClock } from "../../src/platform/clock";
import { connect, json, rejection, type SmallServer, startServer } from "./small-server";

const pem = (name: string) => readFileSync(join(__dirname, "fixtures", name));
const ca = pem("ca.pem");
const serverPair = { cert: pem("server.pem"), key: pem("server.key.pem") };
const clientPair = { cert: pem("client.pem"), key: pem("client.key.pem") };

let server: SmallServer | undefined;
let port: ManagerPort | undefined;
afterEach(async () => {
  await port?.close();
  await server?.close();
});

async function overTls(
  tls: ManagerSettings["tls"],
  mutual = false,
  url = (text: string) => text,
): Promise<ManagerPort> {
  const options = { ...serverPair, ...(mutual ? { ca, requestCert: true, rejectUnauthorized: true } : {}) };
  server = await startServer((_request, response) => json(response, { clientIds: ["a"] }), options);
  port = connect(url(server.url), tls === undefined ? {} : { tls });
  return port;
}

test("a manager whose certificate the given CA signed is trusted", async () => {
  expect(await (await overTls({ ca })).listClients()).toEqual(["a"]);
});

test("a client certificate is shown to a manager that asks for one", async () => {
  expect(await (await overTls({ ca, ...clientPair }, true)).listClients()).toEqual(["a"]);
});

test("any certificate is accepted where that is asked for", async () => {
  expect(await (await overTls({ insecure: true })).listClients()).toEqual(["a"]);
});

const refused = { code: "manager-tls", effect: "none" };

test("an unknown CA is refused, with the reason, and not tried again", async () => {
  const port = await overTls({ ca: pem("other-ca.pem") });
  const details = await rejection(port.deleteClients(["a"]));
  expect(details).toMatchObject(refused);
  expect(details.summary).toContain("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  expect(server?.connections()).toBe(1);
});

test("the system's CAs do not know a certificate of one's own", async () => {
  expect(await rejection((await overTls(undefined)).listClients())).toMatchObject(refused);
});

test("a certificate for another name is refused", async () => {
  const port = await overTls({ ca }, false, (url) => url.replace("127.0.0.1", "127.0.0.2"));
  const details = await rejection(port.deleteClients(["a"]));
  // Where only 127.0.0.1 is a loopback address, the connection itself is refused.
  expect(details.effect).toBe("none");
  expect(["ERR_TLS_CERT_ALTNAME_INVALID", "ECONNREFUSED", "EADDRNOTAVAIL"]).toContain(
    /\((\w+)\)$/.exec(details.summary)?.[1],
  );
});

test("a write that lacked the client certificate was not carried out, but that cannot be known for sure", async () => {
  const port = await overTls({ ca }, true);
  // TLS 1.3 refuses the certificate only after the client has begun to send.
  expect(await rejection(port.deleteClients(["a"]))).toMatchObject({ effect: "unknown" });
  expect(server?.received).toHaveLength(0);
});

test("https to a port that speaks http is a TLS error without an effect", async () => {
  server = await startServer((_request, response) => json(response, {}));
  port = connect(server.url.replace("http:", "https:"));
  expect(await rejection(port.deleteClients(["a"]))).toMatchObject(refused);
});

const der = new X509Certificate(ca).raw;
const encrypted = (type: "pkcs1" | "sec1" | "pkcs8") => {
  const options = { type, format: "pem", cipher: "aes-256-cbc", passphrase: "word" } as const;
  const { privateKey } =
    type === "sec1"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export(options as KeyExportOptions<"pem">);
};
const { cert, key } = clientPair;
const openssh = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n";
const request = "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n";

test.each([
  ["a CA", { ca: "nonsense" }, /`tls.ca` holds no certificate/],
  ["an empty CA", { ca: Buffer.alloc(0) }, /`tls.ca` is empty/],
  ["a CA in DER", { ca: der }, /`tls.ca` is DER, not PEM/],
  ["a CA in UTF-16", { ca: Buffer.from(`\ufeff${ca}`, "utf16le") }, /`tls.ca` is UTF-16 text/],
  ["a CA with a byte-order mark", { ca: `\ufeff${ca}` }, /`tls.ca` begins with a byte-order mark/],
  [
    "a CA with a conflict",
    { ca: `<<<<<<< a\n${ca}=======\n>>>>>>> b\n` },
    /`tls.ca` has the conflict markers/,
  ],
  [
    "a CA with CR only",
    { ca: String(ca).replaceAll("\n", "\r") },
    /`tls.ca` has lines that end with CR only/,
  ],
  ["a CA that git-crypt locked", { ca: Buffer.from("\0GITCRYPT\0\x01") }, /`tls.ca` is locked by git-crypt/],
  [
    "a request in the place of a CA",
    { ca: request },
    /`tls.ca` holds a certificate request, not a certificate/,
  ],
  ["a damaged CA", { ca: String(ca).replace("MII", "AAA") }, /`tls.ca` holds a certificate that is damaged/],
  ["a certificate", { cert: "nonsense", key }, /`tls.cert` holds no certificate/],
  ["a certificate in DER", { cert: der, key }, /`tls.cert` is DER/],
  ["an archive", { cert: Buffer.from("308209c9020103", "hex"), key }, /`tls.cert` is a PKCS #12 archive/],
  ["a key", { cert, key: "nonsense" }, /`tls.key` holds no private key/],
  ["a key in DER", { cert, key: Buffer.from("3082", "hex") }, /`tls.key` is DER/],
  ["a key of OpenSSH", { cert, key: openssh }, /`tls.key` is a key in the format of OpenSSH/],
  [
    "a key and a certificate that are swapped",
    { cert: key, key: cert },
    /`tls.cert` holds a .*private key, not a certificate/,
  ],
  [
    "an RSA key with a passphrase",
    { cert, key: encrypted("pkcs1") },
    /`tls.key` is encrypted with a passphrase/,
  ],
  [
    "an EC key with a passphrase",
    { cert, key: encrypted("sec1") },
    /`tls.key` is encrypted with a passphrase/,
  ],
  [
    "a PKCS #8 key with a passphrase",
    { cert, key: encrypted("pkcs8") },
    /`tls.key` is encrypted with a passphrase/,
  ],
  ["a key of another certificate", { cert, key: serverPair.key }, /do not belong together/],
] as const)("%s that cannot be used is reported before anything is sent", (_what, tls, message) => {
  expect(() => connect("https://127.0.0.1:1", { tls })).toThrow(message);
});

test("a client certificate that has expired is reported before anything is sent", () => {
  const now = () => Date.parse("2999-01-01T00:00:00Z");
  const clock = { ...systemClock, now };
  expect(() => connect("https://127.0.0.1:1", { tls: clientPair }, { clock })).toThrow(
    /`tls.cert` has expired/,
  );
});
