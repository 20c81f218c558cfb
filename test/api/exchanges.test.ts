import { connectManager } from "../../src/api/connect";
import type { ExchangeEvent } from "../../src/api/port";
import { type Transport, TransportError } from "../../src/api/transport";
import { SecretValue } from "../../src/model/secret-value";

/** Plays the answers in turn. */
function playing(answers: readonly (TransportError | { readonly status: number; readonly body: string })[]) {
  const left = [...answers];
  const transport: Transport = {
    send: async () => {
      const answer = left.shift();
      if (answer === undefined || answer instanceof TransportError)
        throw answer ?? new Error("no answer left");
      const headers = { "content-type": "application/json" };
      return { status: answer.status, headers, body: Buffer.from(answer.body) };
    },
    close: async () => {},
  };
  const seen: ExchangeEvent[] = [];
  const credentials = { method: "user", user: "jp1admin", password: new SecretValue("HUNTER2") } as const;
  const port = connectManager(
    { name: "tokyo", url: "http://tokyo.test:20703/base", credentials },
    { transport, onExchange: (event) => seen.push(event) },
  );
  return { port, seen };
}

test("each exchange is reported with what was sent where, its attempt, status and sizes", async () => {
  const body = '{"clientIds":["a"]}';
  const { port, seen } = playing([
    new TransportError("lost", true, "the connection broke"),
    { status: 200, body },
  ]);
  await port.listClients();
  const common = { manager: "tokyo", method: "GET", path: "/base/im/api/v1/secret/client/list", sent: 0 };
  expect(seen).toMatchObject([
    { ...common, attempt: 1, fault: "lost", received: 0 },
    { ...common, attempt: 2, status: 200, received: body.length },
  ]);
});

test("neither a body nor a credential is in it, nor the size of one that carries a secret", async () => {
  const { port, seen } = playing([{ status: 200, body: "" }]);
  await port.putLowerManager("osaka", new SecretValue("CANARY"));
  expect(seen).toMatchObject([{ path: "/base/im/api/v1/subManagers/createInfo", status: 200 }]);
  // A size would tell the length of the secret.
  expect(seen[0]?.sent).toBeUndefined();
  expect(seen[0]?.received).toBeUndefined();
  expect(JSON.stringify(seen)).not.toMatch(/CANARY|HUNTER2|osaka/);
});
