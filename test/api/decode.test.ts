import * as fc from "fast-check";
import { ManagerError } from "../../src/api/manager-error";
import type { ManagerPort } from "../../src/api/port";
import type { Transport } from "../../src/api/transport";
import { SecretValue } from "../../src/model/secret-value";
import { connect, rejection } from "./small-server";

let status = 200;
let headers: Record<string, string> = {};
let body: Buffer = Buffer.alloc(0);
const transport: Transport = { send: async () => ({ status, headers, body }), close: async () => {} };

const web01 = { host: "web01", managerHost: "m" };
const calls: readonly ((port: ManagerPort) => Promise<unknown>)[] = [
  (port) => port.version(),
  (port) => port.issueInitialSecret(),
  (port) => port.issueClient("x"),
  (port) => port.listClients(),
  (port) => port.deleteClients(["x"]),
  (port) => port.listLowerManagers(),
  (port) => port.putLowerManager("x", new SecretValue("s")),
  (port) => port.deleteLowerManagers(["x"]),
  (port) => port.listAgents(),
  (port) => port.listAgentSecrets(web01),
  (port) => port.changeAgentSecrets(web01, { add: [], delete: ["k"] }),
];

/** Objects that look like answers, so that the readers are entered and not only knocked at. */
const answerLike = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, true, 0, "", "a", "KAJY68204-W", "2024-02-29T12:34:56Z", [], {}),
    fc.array(tie("node"), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ..."productName productVersion apiVersion secret clientSecret lastUpdateTime clientIds subManagers agents".split(
          " ",
        ),
        ..."agentid agenthost managerhost os addons addonName enabled secrets key errhostlist messageList".split(
          " ",
        ),
        ..."messageId message token __proto__".split(" "),
      ),
      tie("node"),
    ),
  ),
})).node;

const bodies = fc.oneof(
  answerLike.map((value) => Buffer.from(JSON.stringify(value))),
  fc.json().map((text) => Buffer.from(text)),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);

test.each(calls.map((call, index) => [index, call] as const))(
  "a 200 that is an error as well is a failure: call %i",
  async (_index, call) => {
    const whole = {
      ...{ clientIds: ["a"], subManagers: ["b"], agents: [], secrets: [] },
      ...{ secret: "s", lastUpdateTime: "2024-02-29T12:34:56Z" },
      ...{ productName: "p", productVersion: "v", apiVersion: ["01.00.00"] },
    };
    status = 200;
    headers = { "content-type": "application/json" };
    body = Buffer.from(JSON.stringify({ ...whole, messageId: "KAJY68009-E", message: "it failed" }));
    const details = await rejection(call(connect("http://m", {}, { transport })));
    expect(details).toMatchObject({ code: "manager-failed", messageId: "KAJY68009-E" });
  },
);

test("whatever a manager answers, a call resolves or rejects with a ManagerError", async () => {
  const statuses = fc.constantFrom(200, 200, 200, 200, 400, 403, 404, 500, 503, 302, 199, 999);
  const port = connect("http://m", {}, { transport });
  await fc.assert(
    fc.asyncProperty(statuses, bodies, fc.nat(calls.length - 1), async (someStatus, someBody, index) => {
      [status, body, headers] = [someStatus, someBody, { "content-type": "application/json" }];
      const outcome = await calls[index]?.(port).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (outcome !== undefined && !(outcome instanceof ManagerError)) throw outcome;
    }),
    { numRuns: 3000 },
  );
});

test("whatever Content-Type an answer has, only JSON in UTF-8 is read", async () => {
  const port = connect("http://m", {}, { transport });
  [status, body] = [200, Buffer.from('{"clientIds":["ü"]}')];
  for (const type of [
    "application/json",
    "application/json;charset=UTF-8",
    'Application/JSON; charset="utf-8"',
  ]) {
    headers = { "content-type": type };
    expect(await port.listClients()).toEqual(["ü"]);
  }
  for (const type of ["text/json", "application/jsonp", "application/json; charset=utf-16", ""]) {
    headers = { "content-type": type };
    expect(await rejection(port.listClients())).toMatchObject({ code: "manager-malformed" });
  }
  headers = {};
  expect(await rejection(port.listClients())).toMatchObject({ code: "manager-malformed" });
});

test("the bytes of an earlier list are no list under another Content-Type", async () => {
  const port = connect("http://m", {}, { transport });
  [status, headers, body] = [200, { "content-type": "application/json" }, Buffer.from('{"secrets":[]}')];
  expect(await port.listAgentSecrets(web01)).toEqual([]);
  headers = { "content-type": "text/html" };
  expect(await rejection(port.listAgentSecrets(web01))).toMatchObject({ code: "manager-malformed" });
});

test.each([
  ["an agent without a host", { agents: [{ agentid: "1" }] }, "agents[0].agenthost is missing"],
  ["an agent twice", { agents: [agent("a"), agent("b"), agent("a")] }, "agents[2] repeats an earlier entry"],
  [
    "an add-on of the wrong type",
    { agents: [{ ...agent("a"), addons: [1] }] },
    "agents[0].addons[0] is of type number",
  ],
  ["a warning without an ID", { agents: [], messageList: [{}] }, "messageList[0].messageId is missing"],
  ["an odd warning", { agents: [], messageList: [{ messageId: "x" }] }, "messageList[0].messageId is no ID"],
  ["an array", [], "the answer is an array, not an object"],
  ["null", null, "the answer is null, not an object"],
])("an agent list with %s is malformed", async (_what, answer, summary) => {
  expect(await malformedBy(answer, (port) => port.listAgents())).toContain(summary);
});

test.each([
  ["a key twice", [{ key: "a" }, { key: "a" }], "secrets[1] repeats an earlier entry"],
  ["an empty key", [{ key: "" }], "secrets[0].key is empty"],
  ["a key that is too long", [{ key: "x".repeat(1025) }], "secrets[0].key has 1025 characters"],
  ["a key outside ASCII", [{ key: "ü" }], "secrets[0].key holds a character outside ASCII"],
  ["an entry that is null", [null], "secrets[0] is null, not an object"],
])("a key list with %s is malformed", async (_what, secrets, summary) => {
  expect(await malformedBy({ secrets }, (port) => port.listAgentSecrets(web01))).toContain(summary);
});

test.each([
  ["empty", { secret: "", lastUpdateTime: "2024-02-29T12:34:56Z" }, "secret is unusable: it is empty"],
  ["of two lines", { secret: "a\nb", lastUpdateTime: "2024-02-29T12:34:56Z" }, "secret is unusable"],
  ["without a time", { secret: "a" }, "lastUpdateTime is missing"],
  ["with an odd time", { secret: "a", lastUpdateTime: "yesterday" }, "lastUpdateTime is not of the form"],
])("an issued secret that is %s is malformed", async (_what, answer, summary) => {
  expect(await malformedBy(answer, (port) => port.issueInitialSecret())).toContain(summary);
});

test("a deletion's answer with a host list alone is partial, and with fields it should not have malformed", async () => {
  const port = connect("http://m", {}, { transport });
  [status, headers, body] = [
    200,
    { "content-type": "application/json" },
    Buffer.from('{"errhostlist":["a"]}'),
  ];
  expect(await port.deleteLowerManagers(["a"])).toEqual({ complete: false, partial: ["a"], warnings: [] });
  body = Buffer.from('{"errhostlist":[]}');
  expect(await port.deleteLowerManagers(["a"])).toEqual({ complete: true, value: [] });
  expect(await malformedBy({ done: true }, (port) => port.deleteLowerManagers(["a"]))).toContain("1 fields");
  // A warning that does not say about which host.
  const messageList = [{ messageId: "KAJY68204-W", message: "" }];
  const withoutHosts = await malformedBy({ messageList }, (port) => port.deleteLowerManagers(["a"]));
  expect(withoutHosts).toContain("errhostlist is missing");
  expect(await malformedBy({ done: true }, (port) => port.deleteClients(["a"]))).toContain("1 fields");
});

function agent(host: string) {
  return { agentid: "1", agenthost: host, managerhost: "m", os: "linux", addons: [] };
}

async function malformedBy(answer: unknown, call: (port: ManagerPort) => Promise<unknown>): Promise<string> {
  [status, headers, body] = [
    200,
    { "content-type": "application/json" },
    Buffer.from(JSON.stringify(answer)),
  ];
  const details = await rejection(call(connect("http://m", {}, { transport })));
  expect(details.code).toBe("manager-malformed");
  return details.summary;
}
