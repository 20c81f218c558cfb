import { fixtures, loadText } from "./load-fixture";

it("a state over HTTP has its addresses, its login and the files that prove it", async () => {
  const address = "https://states.example/{manager}";
  const { desired, diagnostics } = await loadText(`apiVersion: jp1im/v1
managers:
  tokyo: { url: "https://immhost01:20703", auth: { user: jp1admin, password: { env: TOKYO_PASSWORD } } }
state:
  http:
    address: ${address}
    updateMethod: PUT
    lockAddress: ${address}/lock
    lockMethod: POST
    unlockAddress: ${address}/unlock
    unlockMethod: DELETE
    username: ops
    password: { env: STATE_PASSWORD }
    tls: { ca: certs/ca.pem, cert: /etc/client.pem, key: client.key, insecure: true }
`);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(desired?.state).toEqual({
    ...{ at: "http", address, updateMethod: "PUT" },
    ...{ lockAddress: `${address}/lock`, lockMethod: "POST" },
    ...{ unlockAddress: `${address}/unlock`, unlockMethod: "DELETE" },
    username: "ops",
    password: expect.objectContaining({ type: "env", options: "STATE_PASSWORD" }),
    tls: {
      ...{ ca: `${fixtures}/certs/ca.pem`, cert: "/etc/client.pem" },
      ...{ key: `${fixtures}/client.key`, insecure: true },
    },
    position: expect.objectContaining({ line: 6 }),
  });
});
