/** What stops a probe before anything is made. */
import { diagnosticExitCodes } from "../../../src/model/diagnostic-exit-codes";
import { refusalOf } from "../../rig/tokyo";
import { answersOf, journals, probed, rigLike } from "./probed";

const USERS = {
  jp1admin: { password: "jp1-pass" },
  reader: { password: "jp1-pass", permission: "JP1_Console_User" },
  sales: { password: "jp1-pass", resourceGroups: ["sales"] },
};
const as = (user: string) => ({ auth: { user, password: { env: "PASSWORD" } } });
const agents = [
  { host: "batch-01", resourceGroups: ["sales"] },
  { host: "batch-02", resourceGroups: ["other"] },
];

test.each([
  ["a manager that is not declared", {}, { manager: "tokio" }, "unknown-manager", 64, "did you mean tokyo"],
  ["no agent", {}, { agent: undefined }, "usage", 64, "--agent HOST"],
  ["an agent that is not listed", {}, { agent: "batch-03" }, "manager-partial", 1, "did you mean batch-0"],
  ["an agent of another group", as("sales"), { agent: "batch-02" }, "manager-partial", 1, "batch-0"],
  ["a gap that does not exist", {}, { skip: ["secret-limits"] }, "usage", 64, "secret-limit"],
  ["a user without the permission", as("reader"), {}, "manager-denied", 7, "JP1_Console_Admin"],
  [
    ...([
      "a manager that is frozen",
      { policy: { freeze: [{ from: "2020-01-01T00:00:00Z", to: "2099-01-01T00:00:00Z" }] } },
    ] as const),
    ...([{}, "frozen", 4, "when the window is over"] as const),
  ],
  [
    ...(["an initial secret as login", { auth: { initialSecret: { env: "PASSWORD" } } }] as const),
    ...([{}, "usage", 64, "declare a JP1 user"] as const),
  ],
] as const)("%s", async (_, desired, options, code, exitCode, remedy) => {
  const rig = await rigLike({}, desired, { users: USERS, agents });
  const refusal = await refusalOf(probed(rig, options));
  expect(refusal).toMatchObject({ code, remedy: expect.stringContaining(remedy) });
  expect(diagnosticExitCodes[refusal.code]).toBe(exitCode);
  expect(rig.takeWrites()).toEqual([]);
  expect(journals(rig)).toEqual([]);
});

test("an agent that a complete list does not have is unknown, and one of two is asked for", async () => {
  const rig = await rigLike({}, {}, { lowerManagers: [] });
  expect(await refusalOf(probed(rig, { agent: "nagoya/batch-01" }))).toMatchObject({ code: "agent-unknown" });
  expect((await probed(rig, { agent: "immhost01/batch-01", skip: ["secret-limit"] })).report).toBeDefined();
});

test("a wrong password is sent once", async () => {
  const rig = await rigLike();
  rig.env.PASSWORD = "wrong-pass";
  expect(await refusalOf(probed(rig))).toMatchObject({ code: "manager-denied" });
  expect(rig.simulation.requests().map(({ path }) => path)).toEqual(["/im/api/v1/login"]);
});

test("a user of one department asks what is open of its agents, and nothing of clients", async () => {
  const rig = await rigLike({}, as("sales"), { users: USERS, agents });
  const found = await probed(rig);
  expect(found).toMatchObject({ isPartial: true, diagnostics: [] });
  expect(answersOf(found)).toMatchObject({
    ...{ "secret-batch": "stops", "client-order": "the user has no permission for this call" },
    "lower-manager-delete-missing": "the user has no permission for this call",
  });
});

test("a gap that is left out is not asked", async () => {
  const rig = await rigLike();
  const found = await probed(rig, { skip: ["secret-limit", "sessions"] });
  expect(found.isPartial).toBe(false);
  expect(answersOf(found)).toMatchObject({
    "secret-limit": "left out with --skip",
    sessions: "left out with --skip",
  });
  expect(rig.takeWrites().join()).not.toContain(".0001");
});

test("a manager that takes a user with each request needs no session", async () => {
  const auth = { ...as("jp1admin").auth, session: false };
  const found = await probed(await rigLike({}, { auth }, { perRequestLogin: true, users: USERS }));
  expect(answersOf(found)).toMatchObject({
    "request-login": "accepted",
    sessions: "the manager is declared with `session: false`",
  });
});

test("another run on the manager's state is waited for", async () => {
  const rig = await rigLike();
  const runs = await Promise.allSettled([probed(rig), probed(rig)]);
  expect(runs.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const refused = runs.find(({ status }) => status === "rejected");
  expect(refused).toMatchObject({ reason: { diagnostics: [{ code: "state-locked" }] } });
});
