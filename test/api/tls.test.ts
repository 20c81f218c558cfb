import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ManagerSettings } from "../../src/api/connect";
import type { ManagerPort } from "../../src/api/port";
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

test.each([
  ["a CA", { ca: "nonsense" }, /`tls.ca` holds no certificate/],
  ["a certificate", { cert: "nonsense", key: clientPair.key }, /cannot be used/],
  ["a key", { cert: clientPair.cert, key: "nonsense" }, /cannot be used/],
  ["a key of another certificate", { cert: clientPair.cert, key: serverPair.key }, /cannot be used/],
])("%s that cannot be used is told before anything is sent", (_what, tls, message) => {
  expect(() => connect("https://127.0.0.1:1", { tls })).toThrow(message);
});
