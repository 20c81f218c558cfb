import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SecretValue } from "../../src/model/secret-value";
import { nodeFileSystem } from "../../src/platform/file-system";
import { createDelivery } from "../../src/secrets/delivery";
import { createOnce } from "../../src/secrets/once";
import { GoneError } from "../../src/secrets/port";
import { createSecretResolver } from "../../src/secrets/resolver";
import { MemoryFileSystem } from "../platform/memory-file-system";
import { CANARY } from "./canary";
import { type DevServer, startDevServer } from "./dev-server";
import { failureOf, reference } from "./references";
import { VaultStandIn } from "./vault-stand-in";

const TOKEN = "hvs.token-canary";
const certificates = join(__dirname, "../api/fixtures");

let vault: VaultStandIn;
beforeEach(async () => {
  vault = new VaultStandIn();
  await vault.start();
  vault.tokens.set(TOKEN, "root");
  vault.put("secret/web01", JSON.stringify({ password: CANARY, other: "o" }));
});
afterEach(() => vault.stop());

function resolverOf(env: Record<string, string> = {}) {
  const known = { VAULT_ADDR: vault.address, VAULT_TOKEN: TOKEN, ...env };
  return createSecretResolver({ env: known, fileSystem: new MemoryFileSystem(), pause });
}

let pauses: number[] = [];
beforeEach(() => {
  pauses = [];
});
async function pause(ms: number): Promise<void> {
  pauses.push(ms);
}

function at(options: object = {}) {
  return reference("vault", { path: "secret/web01", field: "password", ...options });
}

function failing(promise: Promise<unknown>) {
  return failureOf(promise, "source-unresolved", TOKEN, "secret-id-canary");
}

describe("a field of a Vault secret", () => {
  test("is read with the address and the token of the environment", async () => {
    expect((await resolverOf().resolve(at())).reveal()).toBe(CANARY);
    expect(vault.requests).toEqual(["GET /v1/secret/data/web01"]);
  });

  test.each([
    [
      "OpenBao's variables before Vault's",
      { BAO_ADDR: "own", BAO_TOKEN: TOKEN, VAULT_ADDR: "http://127.0.0.1:1", VAULT_TOKEN: "x" },
    ],
    ["OpenBao's variables alone", { BAO_ADDR: "own", BAO_TOKEN: TOKEN }],
    ["Vault's token with OpenBao's address", { BAO_ADDR: "own", VAULT_TOKEN: TOKEN }],
  ])("is read with %s", async (_, variables) => {
    const own = Object.entries<string>(variables).map(([name, value]) => [
      name,
      value === "own" ? vault.address : value,
    ]);
    const env = Object.fromEntries(own);
    const resolver = createSecretResolver({ env, fileSystem: new MemoryFileSystem() });
    expect((await resolver.resolve(at())).reveal()).toBe(CANARY);
  });

  test("is read in the namespace that BAO_NAMESPACE names, where an empty one stands for none", async () => {
    vault.namespace = "ops";
    const inside = { BAO_NAMESPACE: "ops", VAULT_NAMESPACE: "other" };
    expect((await resolverOf(inside).resolve(at())).reveal()).toBe(CANARY);
    vault.namespace = "";
    expect((await resolverOf({ BAO_NAMESPACE: "", VAULT_NAMESPACE: "other" }).resolve(at())).reveal()).toBe(
      CANARY,
    );
  });

  test.each([429, 503])("is read although the server answered %i a few times", async (status) => {
    vault.busy = [status, status, status];
    expect((await resolverOf().resolve(at())).reveal()).toBe(CANARY);
    expect(pauses).toEqual([250, 500, 1000]);
  });

  test.each([500, 502, 504])("is asked for once where the answer is %i", async (status) => {
    vault.busy = [status];
    expect((await failing(resolverOf().resolve(at()))).message).toContain(`answered ${status} for`);
    expect(pauses).toEqual([]);
  });

  test("is given up soon by a server that stays busy, however many are asked for", async () => {
    vault.busy = new Array(1000).fill(503);
    const resolver = resolverOf();
    const all = Array.from({ length: 40 }, (_, index) =>
      failing(resolver.resolve(at({ path: `secret/s${index}` }))),
    );
    for (const failure of await Promise.all(all))
      expect(failure.message).toContain("not in service (status 503)");
    expect(vault.requests.length).toBeLessThan(110);
  });

  test("is read once per run with its fellows, and logged in once", async () => {
    vault.roles.set("role", { secretId: "secret-id-canary", token: TOKEN });
    vault.put("secret/web02", JSON.stringify({ password: "w" }));
    const auth = { appRole: { roleId: { env: "ROLE" }, secretId: { file: "id" } } };
    const fileSystem = new MemoryFileSystem();
    fileSystem.place("/project/id", "secret-id-canary\n");
    const env = { VAULT_ADDR: vault.address, ROLE: "role" };
    const resolver = createSecretResolver({ env, fileSystem });
    await Promise.all(
      [at({ auth }), at({ auth, field: "other" }), at({ auth, path: "secret/web02" })].map((each) =>
        resolver.resolve(each),
      ),
    );
    expect([...vault.requests].sort()).toEqual([
      "GET /v1/secret/data/web01",
      "GET /v1/secret/data/web02",
      "POST /v1/auth/approle/login",
    ]);
  });

  test.each([
    ["a token of a source", { auth: { token: { env: "OTHER" } } }],
    ["a mount with slashes", { path: { mount: "teams/ops", path: "a/b" } }],
    ["a namespace", { namespace: "ops" }],
    ["a version", { version: 1 }],
    ["an address with a path and a slash", {}],
  ])("is read with %s", async (what, options) => {
    vault.mounts.add("teams/ops");
    vault.put("teams/ops/a/b", JSON.stringify({ password: CANARY }));
    vault.put("secret/web01", JSON.stringify({ password: what === "a version" ? "newer" : CANARY }));
    if (what === "a namespace") vault.namespace = "ops";
    const resolver = resolverOf({ OTHER: TOKEN, ...(what.includes("token") && { VAULT_TOKEN: "wrong" }) });
    const address = what.includes("address") ? `${vault.address}/` : undefined;
    expect((await resolver.resolve(at({ ...options, ...(address && { address }) }))).reveal()).toBe(CANARY);
  });

  test.each([
    ["007", '"007"'],
    ["12345678901234567890", "12345678901234567890"],
    ["1.0", "1.0"],
    ["1e3", "1e3"],
    ["true", "true"],
    ['a\tb"\\é😀', '"a\\tb\\"\\\\\\u00e9\\ud83d\\ude00"'],
  ])("stays %j as it was written", async (value, json) => {
    vault.put("secret/web01", `{"password":${json}}`);
    expect((await resolverOf().resolve(at())).reveal()).toBe(value);
  });

  test("from a server that speaks no TLS is refused with its address, and not its certificate, as the way out", async () => {
    const env = { VAULT_ADDR: vault.address.replace("http://", "https://"), VAULT_TOKEN: TOKEN };
    const { message, diagnostics } = await failing(
      createSecretResolver({ env, fileSystem: nodeFileSystem }).resolve(at()),
    );
    expect(message).toContain("the answer is not TLS");
    expect(diagnostics[0]?.remedy).toContain("http://");
  });

  test("is read over TLS with the authority that is named, and with no other", async () => {
    const secure = new VaultStandIn();
    const pem = (name: string) => readFileSync(join(certificates, name));
    await secure.start({ key: pem("server.key.pem"), cert: pem("server.pem") });
    try {
      secure.tokens.set(TOKEN, "root");
      secure.put("secret/web01", JSON.stringify({ password: CANARY }));
      const address = secure.address.replace("127.0.0.1", "localhost");
      const env = { VAULT_ADDR: address, VAULT_TOKEN: TOKEN };
      const resolve = (ca: string) =>
        createSecretResolver({ env, fileSystem: nodeFileSystem }).resolve(
          reference("vault", { path: "secret/web01", field: "password", ca }, certificates),
        );
      expect((await resolve("ca.pem")).reveal()).toBe(CANARY);
      // It is left in many images, and must not switch the check off.
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
      expect((await failing(resolve("other-ca.pem"))).message).toContain(
        "the TLS handshake failed, its certificate is signed by no trusted authority",
      );
      expect((await failing(resolve("other-ca.pem"))).diagnostics[0]?.remedy).toMatch(/`ca`.*VAULT_CACERT/);
      expect((await failing(resolve("client.key.pem"))).message).toContain("not a certificate");
      expect((await failing(resolve("none.pem"))).message).toContain(
        "none.pem cannot be read: it does not exist",
      );
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      await secure.stop();
    }
  });
});

describe("a Vault secret that cannot be read", () => {
  const cases: [string, () => void, object, string][] = [
    ["is sealed", () => Object.assign(vault, { sealed: true }), {}, "is sealed"],
    [
      "refuses the token",
      () => vault.tokens.clear(),
      {},
      "does not accept the token: it is wrong, or has expired",
    ],
    ["permits nothing there", () => vault.tokens.set(TOKEN, {}), {}, "refused access to secret/data/web01"],
    ["has another namespace", () => {}, { namespace: "ops" }, "has nothing in the namespace ops"],
    ["has no such secret", () => {}, { path: "secret/none" }, "nothing at secret/none: there is no secret"],
    ["has no such mount", () => {}, { path: "kv/none" }, "there is no engine at kv in the vault"],
    ["has no such field", () => {}, { field: "none" }, "has no field none; there are: password, other"],
    ["has no such version", () => {}, { version: 9 }, "nothing at secret/web01"],
    [
      "has it deleted",
      () => vault.remove("secret/web01", "deleted"),
      {},
      "version 1 of secret/web01 in the vault is deleted",
    ],
    [
      "has it destroyed",
      () => vault.remove("secret/web01", "destroyed"),
      {},
      "version 1 of secret/web01 in the vault is destroyed",
    ],
    [
      "has KV version 1 there",
      () => vault.mountsOfVersion1.set("old", new Map()),
      { path: "old/web01" },
      "the engine at old in the vault at",
    ],
    [
      "has the mount elsewhere",
      () => vault.mounts.add("teams/ops"),
      { path: "teams/ops/web01" },
      "is mounted at teams/ops, not at teams",
    ],
    [
      "holds a mapping",
      () => vault.put("secret/web01", '{"password":{"a":1}}'),
      {},
      "is not a text, or empty",
    ],
    [
      "holds an empty text",
      () => vault.put("secret/web01", '{"password":""}'),
      {},
      "is not a text, or empty",
    ],
    [
      "redirects",
      () => answer(307, "", { location: "http://127.0.0.1:1/" }),
      {},
      "redirect, which is not followed",
    ],
    ["is a standby node", () => answer(473), {}, "standby node (status 473)"],
    ["fails", () => answer(500, CANARY), {}, "answered 500"],
    ["answers no JSON", () => answer(200, CANARY), {}, "something else than its API specifies"],
    ["answers another JSON", () => answer(200, '{"data":[1]}'), {}, "something else than its API specifies"],
    ["answers without an end", () => answer(200, "x".repeat(5_000_000)), {}, "its answer is too long"],
    ["breaks off", () => drop(), {}, "cannot be reached"],
    ["is nowhere", () => {}, { address: "http://127.0.0.1:1" }, "nothing listens there"],
  ];
  test.each(cases)(
    "for the server %s is told so, and nothing that it said",
    async (_, arrange, options, text) => {
      arrange();
      expect((await failing(resolverOf().resolve(at(options)))).message).toContain(text);
    },
  );

  test.each(["v1", "ui/"])("for an address with the path %s is told so", async (path) => {
    const failure = await failing(resolverOf().resolve(at({ address: `${vault.address}/${path}` })));
    expect(failure.message).toContain(`the address has the path /${path.replace("/", "")}`);
    expect(failure.diagnostics[0]?.remedy).toContain(`give ${vault.address} as the address`);
  });

  test.each([
    ["no address", { VAULT_ADDR: "" }, {}, "no address is known"],
    ["no token", { VAULT_TOKEN: "" }, {}, "no token is known"],
    ["a user in the address", {}, { address: `http://u:${TOKEN}@h` }, "no user"],
    ["a token with a line end", { VAULT_TOKEN: `${TOKEN}\n` }, {}, "another character that no token has"],
  ])("for it has %s is told before anything is sent", async (_, env, options, text) => {
    const failure = await failing(resolverOf(env as Record<string, string>).resolve(at(options)));
    expect(failure.message).toContain(text);
    expect(vault.requests).toEqual([]);
  });

  test("for the login is refused is told without the IDs", async () => {
    const auth = { appRole: { roleId: { env: "ROLE" }, secretId: { env: "ID" } } };
    const failure = await failing(resolverOf({ ROLE: "role", ID: "secret-id-canary" }).resolve(at({ auth })));
    expect(failure.message).toContain("refused the login");
  });

  test("for the source of its token fails is told with that source's reason", async () => {
    const failure = await failing(resolverOf().resolve(at({ auth: { token: { env: "UNSET" } } })));
    expect(failure.message).toContain("UNSET is not set");
  });

  test.each(["secret/../sys/health", "secret/./x", "secret/a//x", "../sys/health"])(
    "for its path %s could be taken for another is told before anything is sent",
    async (path) => {
      expect((await failing(resolverOf().resolve(at({ path })))).message).toContain("has to name a secret");
      expect(vault.requests).toEqual([]);
    },
  );

  test("asks for a path with blanks and signs as it is", async () => {
    vault.put("secret/a b/c?d#%", JSON.stringify({ password: CANARY }));
    expect((await resolverOf().resolve(at({ path: "secret/a b/c?d#%" }))).reveal()).toBe(CANARY);
    expect(vault.requests).toEqual(["GET /v1/secret/data/a%20b/c%3Fd%23%25"]);
  });
});

describe("the version of a Vault secret", () => {
  test("is told of its metadata, once for all its fields, and changes with every write", async () => {
    const resolver = resolverOf();
    const first = await resolver.version?.(at());
    // Another field may have another value, though the version is that of the whole secret.
    expect(await resolver.version?.(at({ field: "other" }))).not.toEqual(first);
    expect(vault.requests).toEqual(["GET /v1/secret/metadata/web01"]);
    vault.put("secret/web01", JSON.stringify({ password: "n" }));
    expect(await resolverOf().version?.(at())).not.toEqual(first);
    expect(first).toMatchObject({ isHint: false });
  });

  test.each(["deleted", "destroyed"] as const)(
    "that is %s is an error of its own, current or not",
    async (how) => {
      vault.remove("secret/web01", how);
      for (const options of [{}, { version: 1 }]) {
        const asked = resolverOf().version?.(at(options)) ?? Promise.resolve();
        expect(await failing(asked)).toBeInstanceOf(GoneError);
        expect((await failing(resolverOf().version?.(at(options)) ?? asked)).message).toContain(`is ${how}`);
      }
      const none = resolverOf().version?.(at({ path: "secret/none" })) ?? Promise.resolve();
      expect(await failing(none)).toBeInstanceOf(GoneError);
      vault.put("secret/web01", "{}");
      expect(await resolverOf().version?.(at())).toMatchObject({ isHint: false });
    },
  );

  test("differs from that of another number", async () => {
    for (let version = 2; version <= 4; version++) vault.put("secret/web01", "{}");
    vault.put("secret/web02", "{}");
    const third = await resolverOf().version?.(at({ version: 3 }));
    expect(third).toMatchObject({ isHint: false });
    expect(await resolverOf().version?.(at({ version: 4 }))).not.toEqual(third);
    expect(await resolverOf().version?.(at({ version: 1, path: "secret/web02" }))).not.toEqual(
      await resolverOf().version?.(at({ version: 1 })),
    );
  });

  test("differs where the secret was removed and made again, though it has the same number", async () => {
    const [first, read] = [await resolverOf().version?.(at()), { isResolved: true }];
    vault.secrets.delete("secret/web01");
    vault.put("secret/web01", "{}", 2027);
    expect(await resolverOf().version?.(at())).not.toEqual(first);
    expect(await resolverOf().version?.(at(), read)).not.toEqual(first);
  });

  test.each([
    ["the latest", {}, "/v1/secret/data/web01"],
    ["a fixed one", { version: 1 }, "/v1/secret/data/web01?version=1"],
  ])(
    "comes with the value where that is read as well, in one request, and is the same: %s",
    async (_, more, path) => {
      const resolver = resolverOf();
      const version = await resolver.version?.(at(more), { isResolved: true });
      await resolver.resolve(at(more));
      expect(vault.requests).toEqual([`GET ${path}`]);
      expect(await resolverOf().version?.(at(more))).toEqual(version);
    },
  );

  test("fails without a token", async () => {
    const asked = resolverOf({ VAULT_TOKEN: "" }).version?.(at()) ?? Promise.resolve();
    expect((await failing(asked)).message).toContain("no token is known");
  });
});

describe("the vault sink", () => {
  const issued = { id: "web", token: "t", secret: new SecretValue(CANARY) };
  const sink = (options: object = {}) => reference("vault", { path: "secret/fluentd", ...options });
  const delivery = (token = TOKEN) =>
    createDelivery({
      fileSystem: new MemoryFileSystem(),
      pause,
      env: { VAULT_ADDR: vault.address, VAULT_TOKEN: token },
    });

  test("makes a secret that is not there, and names its place", async () => {
    await delivery().prove(sink());
    expect(vault.current("secret/fluentd")).toBeUndefined();
    await delivery().deliver(sink(), issued);
    expect(JSON.parse(vault.current("secret/fluentd") ?? "")).toEqual({ secret: CANARY });
    expect(delivery().describe(sink())).toBe("secret of secret/fluentd in the vault");
  });

  test("writes its own field and leaves the others exactly as they are", async () => {
    vault.put("secret/fluentd", '{"a":12345678901234567890,"b":[1.0,{"c":null}],"token":"old"}');
    await delivery().deliver(sink({ field: "token", format: "id:secret" }), issued);
    const written = vault.current("secret/fluentd");
    expect(written).toBe(
      `{"a":12345678901234567890,"b":[1.0,{"c":null}],"token":${JSON.stringify(`web:${CANARY}`)}}`,
    );
  });

  test("brings back a deleted secret with its own field only", async () => {
    vault.put("secret/fluentd", '{"a":"gone"}');
    vault.remove("secret/fluentd", "deleted");
    await delivery().deliver(sink(), issued);
    expect(JSON.parse(vault.current("secret/fluentd") ?? "")).toEqual({ secret: CANARY });
  });

  test("does not lose what somebody else writes in between", async () => {
    let times = 0;
    vault.beforeWrite = () => {
      if (times++ === 0) vault.put("secret/fluentd", '{"theirs":"x"}');
    };
    await delivery().deliver(sink(), issued);
    expect(JSON.parse(vault.current("secret/fluentd") ?? "")).toEqual({ theirs: "x", secret: CANARY });
  });

  test("gives up after five writes that others came before", async () => {
    vault.beforeWrite = () => vault.put("secret/fluentd", "{}");
    const failure = await failureOf(delivery().deliver(sink(), issued), "sink-unwritable", TOKEN);
    expect(failure.message).toContain("has a newer version");
    expect(vault.requests.filter((line) => line.startsWith("POST"))).toHaveLength(5);
  });

  test("sees that a write whose answer was lost has arrived", async () => {
    vault.loseNextWrite = true;
    await delivery().deliver(sink(), issued);
    expect(vault.secrets.get("secret/fluentd")?.versions).toHaveLength(1);
  });

  test.each([
    [{ "secret/data/other": ["read"] }, "may not read and create"],
    [{ "secret/data/fluentd": ["create", "update"] }, "may not read"],
    [{ "secret/data/fluentd": ["read", "update"] }, "may not create"],
  ])("is refused before anything is issued for a token that may only %j", async (policy, text) => {
    vault.tokens.set("little", policy as Record<string, string[]>);
    const failure = await failureOf(delivery("little").prove(sink()), "sink-unwritable", TOKEN);
    expect(failure.message).toContain(text);
    expect(failure.diagnostics[0]?.remedy).toContain("read and create");
  });

  test.each([
    ["there is no such engine", {}, "kv/fluentd", "there is no engine at kv in the vault"],
    [
      "the token may do nothing there",
      {},
      "secret/fluentd",
      "or the token may do nothing at secret/data/fluentd",
    ],
    ["the engine is of version 1", "root" as const, "old/fluentd", "is KV version 1"],
  ])("is refused before anything is issued where %s", async (_, policy, path, text) => {
    const held = new Map<string, string>();
    vault.mountsOfVersion1.set("old", held);
    vault.tokens.set("other", policy);
    const failure = await failureOf(delivery("other").prove(sink({ path })), "sink-unwritable", TOKEN);
    expect(failure.message).toContain(text);
    expect([held.size, vault.secrets.size]).toEqual([0, 1]);
  });

  test("is refused before anything is issued for a token that has expired, which is called by its name", async () => {
    const failure = await failureOf(delivery("expired").prove(sink()), "sink-unwritable", TOKEN);
    expect(failure.message).toContain("does not accept the token: it is wrong, or has expired");
  });

  test("does not take what version 1 answers to a write for a delivery", async () => {
    vault.mountsOfVersion1.set("old", new Map());
    const delivered = delivery().deliver(sink({ path: "old/fluentd" }), issued);
    expect((await failureOf(delivered, "sink-unwritable", TOKEN)).message).toContain(
      "another engine than KV version 2",
    );
  });

  test("takes many secrets into the fields of one, side by side, and repeats what the server was too busy for", async () => {
    const fields = Array.from({ length: 30 }, (_, index) => `f${index}`);
    vault.busy = [429, 503];
    const one = delivery();
    await Promise.all(fields.map((field) => one.deliver(sink({ field }), issued)));
    expect(Object.keys(JSON.parse(vault.current("secret/fluentd") ?? "")).sort()).toEqual(fields.sort());
    expect(vault.secrets.get("secret/fluentd")?.versions).toHaveLength(30);
  });

  test("shares one login with the sources of its run, whichever folder names the role", async () => {
    vault.roles.set("role", { secretId: "secret-id-canary", token: TOKEN });
    const env = { VAULT_ADDR: vault.address, ROLE: "role", ID: "secret-id-canary" };
    const own = { env, fileSystem: new MemoryFileSystem(), pause, once: createOnce() };
    const resolver = createSecretResolver(own);
    const shared = createDelivery({ ...own, secrets: resolver });
    const auth = { appRole: { roleId: { env: "ROLE" }, secretId: { env: "ID" } } };
    await resolver.resolve(at({ auth }));
    await resolver.resolve(reference("vault", { path: "secret/web01", field: "other", auth }, "/elsewhere"));
    await shared.prove(sink({ auth }));
    await shared.deliver(sink({ auth }), issued);
    expect(vault.requests.filter((line) => line.includes("/login"))).toHaveLength(1);
  });

  test("is proven by a token that may do just what is needed", async () => {
    vault.tokens.set("enough", {
      "secret/data/fluentd": ["read", "create"],
      "secret/data/web01": ["read", "update"],
    });
    await delivery("enough").prove(sink());
    await delivery("enough").prove(sink({ path: "secret/web01" }));
    await delivery("enough").deliver(sink(), issued);
    expect(JSON.parse(vault.current("secret/fluentd") ?? "")).toEqual({ secret: CANARY });
  });

  test.each([["sealed"], ["gone"]])("tells of a server that is %s", async (state) => {
    if (state === "sealed") vault.sealed = true;
    else answer(500, CANARY);
    for (const doing of [delivery().prove(sink()), delivery().deliver(sink(), issued)]) {
      await failureOf(doing, "sink-unwritable", TOKEN);
    }
  });
});

const binary = ["vault", "bao"].find((name) => spawnSync(name, ["version"]).status === 0);
if (binary === undefined)
  // The stand-in is all that this machine can be tested with; say so where nobody overlooks it.
  console.warn("NEITHER vault NOR bao IS ON PATH: the Vault tests ran against the stand-in alone");

(binary === undefined ? describe.skip : describe)("a real Vault or OpenBao", () => {
  let server: DevServer;
  let env: Record<string, string>;
  beforeAll(async () => {
    server = await startDevServer(binary ?? "");
    env = { VAULT_ADDR: server.address, VAULT_TOKEN: server.token };
  });
  afterAll(() => server.stop());

  test("takes a secret from the sink and gives it to the source, with a new version each time", async () => {
    const fileSystem = new MemoryFileSystem();
    const delivery = createDelivery({ fileSystem, env });
    const resolver = () => createSecretResolver({ env, fileSystem });
    const place = reference("vault", { path: "secret/jp1im", field: "token" });
    await delivery.prove(place);
    await delivery.deliver(place, { id: "web", token: "t", secret: new SecretValue("first") });
    const before = await resolver().version?.(place);
    await delivery.deliver(place, { id: "web", token: "t", secret: new SecretValue(CANARY) });
    expect((await resolver().resolve(place)).reveal()).toBe(CANARY);
    expect(await resolver().version?.(place)).not.toEqual(before);
    const wrong = reference("vault", { path: "nothere/jp1im", field: "token" });
    await failureOf(delivery.prove(wrong), "sink-unwritable");
    const missing = reference("vault", { path: "secret/none", field: "token" });
    await failureOf(resolver().resolve(missing), "source-unresolved");
  });
});

function answer(status: number, body = "", headers: Record<string, string> = {}): void {
  vault.override = (_, response) => {
    response.writeHead(status, headers).end(body);
    return true;
  };
}

function drop(): void {
  vault.override = (request) => {
    request.socket.destroy();
    return true;
  };
}
