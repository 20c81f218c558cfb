/** The bench's manager: what it answers has to be right for the figures to mean something. */
import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { FastManager, type FleetSettings } from "../../bench/server/fast-manager";
import { httpServer } from "../../bench/server/http";

const URL = "POST /im/api/v1";

function managerOf(settings: Partial<FleetSettings>): FastManager {
  return new FastManager({ agents: 20, keys: 3, holding: "nothing", host: "immhost01", ...settings });
}

/** The status and the parsed body of an answer. */
function ask(manager: FastManager, resource: string, body: object | string = "") {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const [head = "", answer = ""] = manager.answer(`${URL}/${resource}`, text).toString().split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), body: answer === "" ? undefined : JSON.parse(answer) };
}

function keysOf(manager: FastManager, agenthost: string): string[] {
  const { body } = ask(manager, "agents/secrets", { agenthost, managerhost: "immhost01" });
  return body.secrets.map(({ key }: { key: string }) => key);
}

test("an agent holds what was added and not what was deleted, until the manager is reset", () => {
  const manager = managerOf({});
  const before = keysOf(manager, "agent07");
  const secrets = [
    { key: "a", secret: "1" },
    { key: "b", secret: "2" },
  ];
  ask(manager, "agents/secrets/change", { agenthost: "agent07", managerhost: "immhost01", add: { secrets } });
  ask(manager, "agents/secrets/change", {
    ...{ agenthost: "agent07", managerhost: "immhost01" },
    ...{ add: { secrets: [{ key: "c", secret: "3" }] }, delete: { secrets: [{ key: "a" }] } },
  });
  expect(keysOf(manager, "agent07")).toEqual([...before, "b", "c"]);
  expect(keysOf(manager, "agent08")).toEqual(before);
  manager.reset();
  expect(keysOf(manager, "agent07")).toEqual(before);
});

test("the same change of one agent after the other reaches each of them", () => {
  const manager = managerOf({});
  const add = { secrets: [{ key: "a", secret: "1" }] };
  for (const agenthost of ["agent01", "agent02"])
    ask(manager, "agents/secrets/change", { agenthost, managerhost: "immhost01", add });
  expect(keysOf(manager, "agent01")).toContain("a");
  expect(keysOf(manager, "agent02")).toContain("a");
  expect(keysOf(manager, "agent03")).not.toContain("a");
});

test("agents whose lists differ have all declared keys, each in an order of its own, and others", () => {
  const manager = managerOf({ holding: "different", keys: 30 });
  const lists = Array.from({ length: 20 }, (_, index) =>
    keysOf(manager, `agent${String(index + 1).padStart(2, "0")}`),
  );
  expect(new Set(lists.map((list) => list.join())).size).toBe(20);
  for (const list of lists) {
    expect(list.filter((key) => key.startsWith("secret-"))).toHaveLength(30);
    expect(list.filter((key) => key.startsWith("local."))).not.toHaveLength(0);
  }
});

test("a list that is reordered has the same keys in another order the next time", () => {
  const manager = managerOf({ holding: "same", reorder: true });
  const [first, second] = [keysOf(manager, "agent01"), keysOf(manager, "agent01")];
  expect(second).not.toEqual(first);
  expect(second.sort()).toEqual(first.sort());
});

test("an unknown agent is refused, and an unknown resource is not there", () => {
  const manager = managerOf({});
  expect(ask(manager, "agents/secrets", { agenthost: "other", managerhost: "immhost01" }).status).toBe(400);
  expect(ask(manager, "nothing").status).toBe(404);
});

test("requests are answered in their order, in whatever pieces they come", async () => {
  const server = httpServer(0, (target, body) => Buffer.from(`<${target} ${body}>`)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").setNoDelay(true);
  let answered = "";
  socket.on("data", (part) => {
    answered += part;
  });
  const requests = "POST /a HTTP/1.1\r\ncontent-length: 4\r\n\r\nbodyGET /b HTTP/1.1\r\nHost: h\r\n\r\n";
  for (const character of requests) {
    socket.write(character);
    await new Promise(setImmediate);
  }
  while (!answered.endsWith("/b >")) await once(socket, "data");
  expect(answered).toBe("<POST /a body><GET /b >");
  socket.destroy();
  server.close();
});
