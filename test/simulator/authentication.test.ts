import { ADMIN, ask, bearer, simulate, web01, world } from "./ask";

const as = (authorization: string | undefined, cookie?: string) => ({ headers: { authorization, cookie } });

async function login(simulation: ReturnType<typeof simulate>["simulation"]) {
  const answer = await ask(simulation, "login", { user: "JP1Admin", password: "password" }, as(undefined));
  const cookie = answer.headers["set-cookie"]?.split(";")[0] ?? "";
  return { answer, cookie, token: `Bearer ${answer.json.token}` };
}

test("A1: the user's name is case-insensitive, the password is not", async () => {
  const { simulation } = simulate();
  expect((await ask(simulation, "agents", undefined, as(bearer("JP1ADMIN", "password")))).status).toBe(200);
  expect((await ask(simulation, "agents", undefined, as(bearer("jp1admin", "PASSWORD")))).status).toBe(401);
});

test("A1: without perRequestLogin a user sent with each request is refused, and sessions and secrets are not", async () => {
  const { simulation } = simulate(world({ perRequestLogin: false, clients: { app: "app-secret" } }));
  expect((await ask(simulation, "agents")).status).toBe(401);
  const { cookie, token } = await login(simulation);
  expect((await ask(simulation, "agents", undefined, as(token, cookie))).status).toBe(200);
  const initial = as(bearer("MANAGER_initial", "tokyo-initial"));
  expect((await ask(simulation, "secret/client/generateInfo", { clientId: "x" }, initial)).status).toBe(200);
  expect((await ask(simulation, "agents", undefined, as(bearer("app", "app-secret")))).status).toBe(403);
});

test("A1: a world without the key takes no user with each request", async () => {
  const users = { jp1admin: { password: "password" } };
  const { simulation } = simulate({
    apiVersion: "jp1im-simulator/v1",
    managers: { tokyo: { host: "immhost01", users } },
  });
  expect((await ask(simulation, "agents")).status).toBe(401);
});

test.each([
  undefined,
  "",
  "Bearer",
  "Bearer !!",
  "Basic anAxYWRtaW46cGFzc3dvcmQ=",
  bearer("nobody", "password"),
  bearer("jp1admin", ""),
])("A1: %s is not authenticated", async (authorization) => {
  const { simulation } = simulate();
  for (const path of ["agents", "subManagers", "secret/client/list", "secret/generateInfo", "logout"]) {
    expect((await ask(simulation, path, undefined, as(authorization))).status).toBe(401);
  }
});

test("A2: a session needs its cookie and its token, until it is closed", async () => {
  const { simulation } = simulate();
  const { answer, cookie, token } = await login(simulation);
  expect(answer.json).toMatchObject({ jp1user: "jp1admin", permissions: ["JP1_Console_Admin"] });
  expect((await ask(simulation, "agents", undefined, as(token, `x=1; ${cookie}`))).status).toBe(200);
  expect((await ask(simulation, "agents", undefined, as(token))).status).toBe(401);
  expect((await ask(simulation, "agents", undefined, as(undefined, cookie))).status).toBe(401);
  expect((await ask(simulation, "agents", undefined, as(token.slice(7), cookie))).status).toBe(401);
  expect(await ask(simulation, "logout", undefined, as(token, cookie))).toMatchObject({
    status: 200,
    text: "true",
  });
  expect((await ask(simulation, "agents", undefined, as(token, cookie))).status).toBe(401);
  expect((await ask(simulation, "logout", undefined, as(token, cookie))).status).toBe(401);
});

test("A2: logging out needs a session, not only a user", async () => {
  expect((await ask(simulate().simulation, "logout", undefined, as(ADMIN))).status).toBe(401);
});

test("A3: a login is refused with its reason", async () => {
  const users = { jp1admin: { password: "password" }, outsider: { password: "password", login: false } };
  const { simulation } = simulate(world({ users }));
  const refused = async (user: string, password: string) =>
    (await ask(simulation, "login", { user, password })).messageId;
  expect(await refused("jp1admin", "wrong")).toBe("KAJY52001-E");
  expect(await refused("nobody", "password")).toBe("KAJY52001-E");
  expect(await refused("outsider", "password")).toBe("KAJY52004-E");
  simulation.edit({ manager: "tokyo", type: "set-manager-state", state: "authentication-down" });
  expect(await refused("jp1admin", "password")).toBe("KAJY52002-E");
});

test("A3: a login with a user name or a password that is too long or no text is invalid", async () => {
  const { simulation } = simulate();
  const status = async (user: unknown, password: unknown) =>
    (await ask(simulation, "login", { user, password })).status;
  expect(await status("u".repeat(31), "x".repeat(32))).toBe(403);
  expect(await status(1, "x")).toBe(400);
  expect(await status("u", 1)).toBe(400);
  expect(await status("u".repeat(32), "x")).toBe(400);
  expect(await status("", "x")).toBe(400);
  expect(await status("u", "é".repeat(17))).toBe(400);
});

test("A4: without the authentication server sessions and secrets go on, users do not", async () => {
  const { simulation } = simulate();
  const { cookie, token } = await login(simulation);
  simulation.edit({ manager: "tokyo", type: "set-manager-state", state: "authentication-down" });
  expect((await ask(simulation, "agents")).status).toBe(401);
  expect((await ask(simulation, "agents", undefined, as(token, cookie))).status).toBe(200);
  const initial = as(bearer("MANAGER_initial", "tokyo-initial"));
  expect((await ask(simulation, "secret/client/generateInfo", { clientId: "x" }, initial)).status).toBe(200);
});

const closed: [string, unknown?][] = [
  ["secret/generateInfo"],
  ["secret/client/list"],
  ["secret/client/deleteInfo", { clientIds: ["x"] }],
  ["subManagers"],
  ["subManagers/createInfo", { hostname: "h", initialsecret: "s" }],
  ["subManagers/deleteInfo", { subManagers: ["h"] }],
  ["agents"],
  ["agents/delete", { agents: [web01] }],
  ["agents/secrets", web01],
  ["agents/secrets/change", web01],
];

test("A5: the initial secret opens the issue of a client and nothing else", async () => {
  const { simulation } = simulate();
  const initial = as(bearer("MANAGER_initial", "tokyo-initial"));
  expect((await ask(simulation, "secret/client/generateInfo", { clientId: "x" }, initial)).status).toBe(200);
  for (const [path, body] of closed) {
    expect(await ask(simulation, path, body, initial)).toMatchObject({
      status: 403,
      messageId: "KAJY01000-E",
    });
  }
  expect((await ask(simulation, "agents", undefined, as(bearer("MANAGER_initial", "other")))).status).toBe(
    401,
  );
});

test("A6: an IM client secret opens nothing", async () => {
  const { simulation } = simulate(world({ clients: { app: "app-secret" } }));
  for (const [path, body] of [...closed, ["secret/client/generateInfo", { clientId: "x" }] as const]) {
    const answer = await ask(simulation, path, body, as(bearer("app", "app-secret")));
    expect(answer).toMatchObject({ status: 403, messageId: "KAJY01000-E" });
  }
  expect((await ask(simulation, "agents", undefined, as(bearer("app", "wrong")))).status).toBe(401);
});

test("A7: an operator may call nothing, and an administrator of a part what concerns agents", async () => {
  const users = {
    operator: { password: "p", permission: "JP1_Console_Operator" as const },
    part: { password: "p", resourceGroups: ["sales"] },
  };
  const { simulation } = simulate(world({ users }));
  for (const [path, body] of closed) {
    expect((await ask(simulation, path, body, as(bearer("operator", "p")))).messageId).toBe("KAJY01000-E");
  }
  expect((await ask(simulation, "agents", undefined, as(bearer("part", "p")))).status).toBe(200);
  for (const path of ["secret/client/list", "subManagers", "secret/generateInfo"]) {
    expect((await ask(simulation, path, undefined, as(bearer("part", "p")))).status).toBe(403);
  }
  const refused = { status: 400, messageId: "KAJY68205-E" };
  expect(await ask(simulation, "agents/secrets", web01, as(bearer("part", "p")))).toMatchObject(refused);
});

test("A7: `resourceGroup` is a list of one group", async () => {
  const users = { part: { password: "p", resourceGroup: "sales" } };
  const { simulation } = simulate(world({ users }));
  expect((await ask(simulation, "subManagers", undefined, as(bearer("part", "p")))).status).toBe(403);
  expect(simulation.truth().managers.tokyo?.users.part).toMatchObject({ resourceGroups: ["sales"] });
});

test("A8: the oldest of more than 1,000 sessions ends", async () => {
  const { simulation } = simulate();
  const first = await login(simulation);
  for (let count = 0; count < 999; count += 1) await login(simulation);
  expect((await ask(simulation, "agents", undefined, as(first.token, first.cookie))).status).toBe(200);
  await login(simulation);
  expect((await ask(simulation, "agents", undefined, as(first.token, first.cookie))).status).toBe(401);
});
