import { ask, simulate, web01, world } from "./ask";

const { simulation } = simulate();

test.each(["/im/api/v1/nothing", "/im/api/v1/agents/", "/im/api/v1/agents?x=1", "/im/api/v2/agents", "/"])(
  "T1: %s is not a path",
  async (path) => {
    expect(await ask(simulation, path)).toMatchObject({ status: 404, messageId: "KAJY00000-E" });
  },
);

test("T2: the wrong method is told which one is right", async () => {
  const answer = await ask(simulation, "subManagers", undefined, { method: "POST" });
  expect(answer).toMatchObject({ status: 405, headers: { allow: "GET" } });
  expect((await ask(simulation, "agents", undefined, { method: "GET" })).status).toBe(405);
});

test("T3: a POST needs Content-Length, even without a body", async () => {
  const answer = await ask(simulation, "agents", undefined, { headers: { "content-length": undefined } });
  expect(answer.status).toBe(411);
  expect((await ask(simulation, "agents")).status).toBe(200);
});

test("T4: a body may be as long as the limit and no longer", async () => {
  const body = JSON.stringify(web01);
  const at = simulate({ ...world(), bodyLimit: body.length }).simulation;
  expect((await ask(at, "agents/secrets", body)).status).toBe(200);
  expect((await ask(at, "agents/secrets", `${body} `)).status).toBe(413);
});

test.each([
  ["application/json", 200],
  ["application/json; charset=utf-8", 200],
  ["Application/JSON;charset=UTF-8", 200],
  ["application/json; charset=shift_jis", 415],
  ["text/plain", 415],
  [undefined, 415],
])("T5: a body of type %s gets %i", async (type, status) => {
  expect((await ask(simulation, "agents/secrets", web01, { headers: { "content-type": type } })).status).toBe(
    status,
  );
});

test("T5: a wrong type is refused without a body too", async () => {
  expect(
    (await ask(simulation, "agents", undefined, { headers: { "content-type": "text/plain" } })).status,
  ).toBe(415);
});

test.each([
  ["application/json", 200],
  ["*/*", 200],
  ["text/html, application/*;q=0.5", 200],
  ["text/html", 406],
])("T6: an answer for %s gets %i", async (accept, status) => {
  expect((await ask(simulation, "subManagers", undefined, { headers: { accept } })).status).toBe(status);
});

test("T7: of several faults in one request the first in the order is told", async () => {
  const headers: Record<string, string | undefined> = {
    authorization: undefined,
    accept: "text/html",
    "content-type": "text/plain",
    "content-length": "9999999",
  };
  const status = async (path: string, method = "POST") =>
    (await ask(simulation, path, "x", { method, headers })).status;
  expect(await status("nothing")).toBe(404);
  expect(await status("agents", "GET")).toBe(405);
  expect(await status("agents")).toBe(413);
  headers["content-length"] = "1";
  expect(await status("agents")).toBe(415);
  headers["content-type"] = "application/json";
  expect(await status("agents")).toBe(406);
  headers.accept = undefined;
  expect(await status("agents")).toBe(400);
  expect(await status("agents/secrets")).toBe(401);
});

test.each(["{", "[]", "null", '"x"', "[{}]", "{}"])(
  "T8: the body %s is refused by every call that takes one",
  async (body) => {
    const calls: Record<string, string> = {
      login: "KAJY00000-E",
      "secret/client/generateInfo": "KAJY68002-E",
      "secret/client/deleteInfo": "KAJY68002-E",
      "subManagers/createInfo": "KAJY68012-E",
      "subManagers/deleteInfo": "KAJY68013-E",
      "agents/delete": "KAJY00000-E",
      "agents/secrets": "KAJY68209-E",
      "agents/secrets/change": "KAJY68209-E",
    };
    for (const [path, messageId] of Object.entries(calls)) {
      expect(await ask(simulation, path, body)).toMatchObject({ status: 400, messageId });
    }
  },
);

test("T8: an unknown key is refused on every level", async () => {
  const bodies = [
    { ...web01, extra: 1 },
    { ...web01, add: { secrets: [{ key: "k", secret: "s", obfuscated: "" }] } },
    { ...web01, add: { secrets: [{ key: "k", secret: "s" }], extra: 1 } },
    { ...web01, delete: { secrets: [{ key: "a", secret: "" }] } },
  ];
  for (const body of bodies) {
    expect(await ask(simulation, "agents/secrets/change", body)).toMatchObject({
      status: 400,
      messageId: "KAJY68209-E",
    });
  }
});

test("T8: a body where none belongs is refused", async () => {
  for (const path of ["agents", "secret/generateInfo", "logout"])
    expect((await ask(simulation, path, {})).status).toBe(400);
});

test("T9: an error object tells its time, status, words and path", async () => {
  const { json } = await ask(simulation, "nothing");
  expect(json).toMatchObject({
    timestamp: Date.UTC(2024, 1, 29, 12, 34, 56),
    status: 404,
    error: "Not Found",
  });
  expect(json.path).toBe("/im/api/v1/nothing");
});

test("T10: any language is accepted", async () => {
  for (const language of ["ja", "en", "zh", "fr"]) {
    const headers = { "accept-language": language };
    expect((await ask(simulation, "subManagers", undefined, { headers })).status).toBe(200);
  }
});

test("T10: an error does not repeat a secret of the request", async () => {
  const change = { ...web01, add: { secrets: [{ key: "k", secret: "tell-nobody\u00e9" }] } };
  const { status, text } = await ask(simulation, "agents/secrets/change", change);
  expect(status).toBe(400);
  expect(text).not.toContain("tell-nobody");
});

test("T11: the version is told to everyone", async () => {
  const { json } = await ask(simulation, "/im/api/version", undefined, {
    headers: { authorization: undefined },
  });
  expect(json).toEqual({ productName: "JP1/IM3-Manager", productVersion: "13-10", apiVersion: ["01.00.00"] });
  const older = simulate(world({ version: "13-00-02" })).simulation;
  expect((await ask(older, "/im/api/version")).json.productVersion).toBe("13-00-02");
});

test("T12: of two adds for one last place exactly one succeeds", async () => {
  const full = simulate(world({ agents: [{ host: "web01", generateSecrets: 997 }] })).simulation;
  const change = (key: string) =>
    ask(full, "agents/secrets/change", { ...web01, add: { secrets: [{ key, secret: "s" }] } });
  const answers = await Promise.all([change("x"), change("y")]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 500]);
});
