import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, request } from "undici";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../src/simulator/simulator";
import "./exercised";
import { ADMIN, add, web01, world } from "./ask";
import { breaches } from "./contract";

const folder = mkdtempSync(join(tmpdir(), "jp1im-simulator-"));
const running: Simulator[] = [];

afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(options: SimulatorOptions = {}, definition = world()): Promise<Simulator> {
  const simulator = await startSimulator(definition, options);
  running.push(simulator);
  return simulator;
}

const urlOf = (simulator: Simulator, name = "tokyo") => simulator.managers.get(name)?.url ?? "";

async function post(url: string, path: string, body?: unknown, dispatcher?: Agent) {
  const answer = await request(`${url}/im/api/v1/${path}`, {
    method: "POST",
    headers: { authorization: ADMIN, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(dispatcher === undefined ? {} : { dispatcher }),
  });
  const text = await answer.body.text();
  expect(breaches("POST", `/im/api/v1/${path}`, { status: answer.statusCode, text })).toEqual([]);
  return {
    status: answer.statusCode,
    json: text === "" ? undefined : JSON.parse(text),
    headers: answer.headers,
  };
}

async function control(
  simulator: Simulator,
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
) {
  const answer = await request(`${simulator.controlUrl}/${path}`, {
    method,
    ...(method === "GET" ? {} : { headers: { "content-type": "application/json" } }),
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  return { status: answer.statusCode, text, json: JSON.parse(text) };
}

/** Sends bytes as they are and returns the status line of the answer, or nothing. */
function raw(url: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = createConnection(Number(port), hostname, () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer.split("\r\n")[0] ?? ""));
    socket.on("error", () => resolve(""));
  });
}

test("each manager has its own port, and they act on each other", async () => {
  const simulator = await start();
  const ports = [...simulator.managers.values()].map(({ port }) => port);
  expect(new Set(ports).size).toBe(3);
  const { json } = await post(urlOf(simulator, "kobe"), "secret/generateInfo");
  const kobe = { hostname: "immhost-kobe", initialsecret: json.secret };
  expect((await post(urlOf(simulator), "subManagers/createInfo", kobe)).status).toBe(200);
  expect((await post(urlOf(simulator), "agents")).json.agents).toHaveLength(3);
});

test("T3: a chunked body or none at all without Content-Length is 411 on the wire", async () => {
  const simulator = await start();
  const head = "POST /im/api/v1/agents HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  expect(await raw(urlOf(simulator), `${head}\r\n`)).toContain("411");
  expect(await raw(urlOf(simulator), `${head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)).toContain("411");
});

test("T4: a body over the limit gets its 413 on the wire", async () => {
  const simulator = await start({}, { ...world(), bodyLimit: 100_000 });
  const secrets = Array.from({ length: 200 }, (_, index) => ({ key: `k${index}`, secret: "s".repeat(1000) }));
  expect((await post(urlOf(simulator), "agents/secrets/change", { ...web01, add: { secrets } })).status).toBe(
    413,
  );
  expect(simulator.requests()).toMatchObject([{ status: 413, body: "" }]);
});

test("F4, D1: a dropped connection is closed without a byte", async () => {
  const simulator = await start();
  simulator.faults.add({ times: 1, effect: { type: "drop", when: "after" } });
  const change = { ...web01, ...add("x") };
  await expect(post(urlOf(simulator), "agents/secrets/change", change)).rejects.toThrow();
  expect(Object.keys(simulator.truth().managers.tokyo?.agents?.[0]?.secrets ?? {})).toContain("x");
  simulator.edit({ manager: "tokyo", type: "set-manager-state", state: "down" });
  expect(await raw(urlOf(simulator), "GET /im/api/version HTTP/1.1\r\nHost: x\r\n\r\n")).toBe("");
});

test("O1: the control surface tells the managers' URLs", async () => {
  const simulator = await start();
  expect((await control(simulator, "GET", "managers")).json.managers.tokyo).toBe(urlOf(simulator));
});

test("O2, O3, O6: records and truth are masked unless asked otherwise", async () => {
  for (const showSecrets of [false, true]) {
    const simulator = await start({ showSecrets });
    await post(urlOf(simulator), "agents/secrets/change", { ...web01, ...add("x") });
    await post(urlOf(simulator), "login", { user: "jp1admin", password: "password" });
    await post(urlOf(simulator), "subManagers/createInfo", {
      hostname: "immhost-kobe",
      initialsecret: "kobe-initial",
    });
    const shown = [
      (await control(simulator, "GET", "requests")).text,
      (await control(simulator, "GET", "truth")).text,
    ];
    for (const text of shown) {
      expect(text.includes("value of x")).toBe(showSecrets);
      expect(text.includes("kobe-initial")).toBe(showSecrets);
      expect(text.includes("(sensitive)")).toBe(!showSecrets);
    }
    const { json } = await control(simulator, "GET", "requests");
    expect(json.requests[0]).toMatchObject({ number: 1, manager: "tokyo", method: "POST", status: 200 });
    expect(json.requests[0].path).toBe("/im/api/v1/agents/secrets/change");
    await control(simulator, "DELETE", "requests");
    expect((await control(simulator, "GET", "requests")).json.requests).toEqual([]);
  }
});

test("O2: the record is bounded by requests and by characters", async () => {
  const simulator = await start({ record: { requests: 3, characters: 500 } });
  for (let number = 0; number < 5; number += 1) await post(urlOf(simulator), "agents");
  expect(simulator.requests().map(({ number }) => number)).toEqual([3, 4, 5]);
  await post(urlOf(simulator), "agents/secrets/change", { ...web01, ...add("x".repeat(400)) });
  expect(simulator.requests()).toEqual([]);
});

test("O4: faults are armed and removed over HTTP", async () => {
  const simulator = await start();
  const fault = { path: "agents", effect: { type: "status", status: 429, retryAfter: "1" } };
  const { json } = await control(simulator, "POST", "faults", fault);
  expect((await post(urlOf(simulator), "agents")).status).toBe(429);
  expect((await control(simulator, "GET", "faults")).json.faults).toEqual([
    { id: json.id, fault, matched: 1, struck: 1 },
  ]);
  expect((await control(simulator, "DELETE", `faults/${json.id}`)).status).toBe(200);
  expect((await control(simulator, "DELETE", `faults/${json.id}`)).status).toBe(404);
  await control(simulator, "POST", "faults", fault);
  await control(simulator, "DELETE", "faults");
  expect((await post(urlOf(simulator), "agents")).status).toBe(200);
});

test("O5: edits are made over HTTP", async () => {
  const simulator = await start();
  const edit = { manager: "tokyo", type: "set-agent-secret", host: "web01", key: "x", secret: "s" };
  expect((await control(simulator, "POST", "edits", edit)).status).toBe(200);
  expect(simulator.truth().managers.tokyo?.agents?.[0]?.secrets?.x).toBe("s");
  expect((await control(simulator, "POST", "edits", { ...edit, host: "web02" })).status).toBe(409);
});

test.each([
  ["faults", { effect: { type: "lateness", ms: 1 } }],
  ["faults", { effect: { type: "latency" } }],
  ["faults", { paht: "agents", effect: { type: "expire-session" } }],
  [
    "edits",
    { manager: "tokyo", type: "set-agent-secret", host: "web01", key: "x", secret: "hush-hush", more: 1 },
  ],
  ["edits", { manager: "tokyo", type: "set-agent-secret", host: "web01", key: "x", secret: ["hush-hush"] }],
  ["edits", "hush-hush"],
])("O7: wrong input to %s is refused without repeating a value: %j", async (path, body) => {
  const answer = await control(await start(), "POST", path, body);
  expect(answer.status).toBe(400);
  expect(answer.json.error).not.toBe("");
  expect(answer.text).not.toContain("hush-hush");
});

test("the control surface takes nothing that a web page could send unasked, and can be left out", async () => {
  const simulator = await start();
  const answer = await request(`${simulator.controlUrl}/faults`, { method: "POST", body: "{}" });
  expect(answer.statusCode).toBe(415);
  await answer.body.dump();
  expect((await control(simulator, "GET", "nothing")).status).toBe(404);
  expect((await start({ controlPort: false })).controlUrl).toBeUndefined();
});

test("W6: a kept world outlives its simulator", async () => {
  const persist = join(folder, "kept.json");
  const first = await start({ persist });
  await post(urlOf(first), "agents/secrets/change", { ...web01, ...add("x") });
  first.edit({ manager: "tokyo", type: "create-client", id: "app", secret: "s" });
  const truth = first.truth();
  await first.close();
  expect(statSync(persist).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["kept.json"]);
  const second = await start({ persist });
  expect(second.truth()).toEqual(truth);
});

test("W6: a file that cannot be written ends the start", async () => {
  const persist = join(folder, "none/kept.json");
  await expect(startSimulator(world(), { persist })).rejects.toMatchObject({
    diagnostics: [
      {
        ...{ code: "simulator-world", remedy: expect.stringContaining("--persist") },
        summary: `the world cannot be kept in ${persist}: it does not exist`,
      },
    ],
  });
});

test("W6: a world that could not be kept later is reported at the end, and leaves no part of a file", async () => {
  const own = join(folder, "taken");
  const persist = join(own, "kept.json");
  mkdirSync(own);
  const simulator = await startSimulator(world(), { persist });
  rmSync(persist);
  mkdirSync(persist);
  simulator.edit({ manager: "tokyo", type: "create-client", id: "app", secret: "s" });
  await expect(simulator.close()).rejects.toMatchObject({ diagnostics: [{ code: "simulator-world" }] });
  expect(readdirSync(own)).toEqual(["kept.json"]);
});

test("W6: a damaged file is reported and not overwritten", async () => {
  const persist = join(folder, "damaged.json");
  writeFileSync(persist, '{"apiVersion": "jp1im-simulator/v1"}');
  await expect(startSimulator(world(), { persist })).rejects.toMatchObject({
    diagnostics: [{ code: "simulator-world" }],
  });
  expect(readFileSync(persist, "utf8")).toBe('{"apiVersion": "jp1im-simulator/v1"}');
});

test("closing ends a request that a latency still holds", async () => {
  const simulator = await startSimulator(world());
  simulator.faults.add({ effect: { type: "latency", ms: 600_000 } });
  const pending = post(urlOf(simulator), "agents").catch(() => "ended");
  while (simulator.requests().length === 0) await new Promise(setImmediate);
  await simulator.close();
  expect(await pending).toBe("ended");
});

test("a port that is taken ends the start, and nothing stays open", async () => {
  const first = await start();
  const port = first.managers.get("tokyo")?.port ?? 0;
  await expect(startSimulator(world({ port }))).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("a manager with a certificate speaks HTTPS, and its paths start at the world file", async () => {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-days",
      "2",
      ...subject,
      "-keyout",
      key,
      "-out",
      cert,
    ],
    { stdio: "ignore" },
  );
  const simulator = await startSimulator(world({ tls: { cert: "cert.pem", key: "key.pem" } }), { folder });
  running.push(simulator);
  expect(urlOf(simulator)).toMatch(/^https:/);
  const trusting = new Agent({ connect: { ca: readFileSync(cert, "utf8") } });
  expect((await post(urlOf(simulator), "agents", undefined, trusting)).status).toBe(200);
  await trusting.close();
});

test("answers of a probed manager go before those of the world, also of one that is kept", async () => {
  const persist = join(folder, "like.json");
  const first = await startSimulator(world({}, { behaviours: { sessions: "refused" } }), { persist });
  first.edit({ manager: "tokyo", type: "create-client", id: "kept" });
  await first.close();
  const behaviours = { sessions: "one", "os-case": "capitalised" } as const;
  const again = await startSimulator(world(), { persist, behaviours });
  await again.close();
  expect(again.truth()).toMatchObject({
    behaviours,
    managers: { tokyo: { clients: { kept: expect.any(String) } } },
  });
});
