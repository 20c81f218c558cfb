import "./registered";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { importResources, listState, removeFromState, validate } from "../../../src/index";
import { planText } from "../../../src/report/plan-text";
import { validationText } from "../../../src/report/validation-text";
import { Rig } from "../../rig/rig";
import { notesOnManager } from "./note/requests";

const WORLD = `apiVersion: jp1im-simulator/v1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: jp1-pass, permission: JP1_Console_Admin } }
`;
const FILES = ["jp1im.yaml"];
const { texts } = notesOnManager;

let rig: Rig;
beforeEach(async () => {
  texts.clear();
  notesOnManager.calls.length = 0;
  rig = await Rig.create(WORLD);
  await declare({ greeting: "hello", farewell: "bye" });
});

async function declare(notes: Readonly<Record<string, string>>, more = ""): Promise<void> {
  const entries = Object.entries(notes).map(([name, text]) => `      - { name: ${name}, text: ${text} }\n`);
  await rig.write(
    "jp1im.yaml",
    `apiVersion: jp1im/v1
managers:
  tokyo:
    url: http://tokyo.test
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
${entries.length > 0 ? `    notes:\n${entries.join("")}` : ""}${more}`,
  );
}

const planned = async (options = {}) =>
  (await rig.plan(options)).changes.map(({ address, action, reason }) => `${action} ${address}: ${reason}`);

async function apply(): Promise<readonly string[]> {
  const { changes, diagnostics } = await rig.apply();
  expect(diagnostics).toEqual([]);
  return changes.map(({ address, status }) => `${address} ${status}`);
}

test("a kind that only the tables know is validated", async () => {
  const validation = await validate({ files: FILES }, rig.platform());
  expect(validationText(validation)).toMatch(/^Valid.*: 1 manager, 2 notes\.\n$/);
  await declare(
    { greeting: "hello" },
    "      - { name: greeting, text: again }\n      - { nam: x, text: y }\n",
  );
  const { diagnostics } = await validate({ files: FILES }, rig.platform());
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  expect(errors.map(({ code, address }) => [code, address])).toEqual([
    ["duplicate-resource", "tokyo/note/greeting"],
    ["unknown-key", undefined],
  ]);
});

test("it is planned, applied, and then in sync", async () => {
  const plan = await rig.plan();
  const text = planText(plan, { wording: "plan" });
  expect(text).toMatch(/tokyo\n +notes\n +\+ farewell .*\n +\+ greeting /);
  expect(text).toMatch(/tokyo +2 × POST notes\/add +2 notes written/);
  expect(await apply()).toEqual(["tokyo/note/farewell applied", "tokyo/note/greeting applied"]);
  expect([...texts]).toEqual([
    ["farewell", "bye"],
    ["greeting", "hello"],
  ]);
  expect(await planned()).toEqual([]);
  expect((await rig.plan()).summary).toMatchObject({ unchanged: 2, requests: 0 });
  expect(await planned({ refresh: false })).toEqual([]);
});

test("its state is remembered, its drift is seen, and what is no longer declared is deleted", async () => {
  await apply();
  texts.delete("greeting");
  expect(await planned()).toEqual(["create tokyo/note/greeting: missing"]);
  await apply();
  await declare({ greeting: "good day" });
  texts.set("foreign", "somebody else's");
  const plan = await rig.plan();
  expect(await planned()).toEqual([
    "delete tokyo/note/farewell: undeclared",
    "update tokyo/note/greeting: changed",
  ]);
  expect(plan.kept).toEqual([{ address: "tokyo/note", reason: "not-ours", count: 1, names: ["foreign"] }]);
  await apply();
  expect([...texts]).toEqual([
    ["greeting", "good day"],
    ["foreign", "somebody else's"],
  ]);
  expect(await planned()).toEqual([]);
  expect(await listState({ files: FILES }, rig.platform())).toMatchObject({
    records: [{ address: "tokyo" }, { address: "tokyo/note/greeting", kind: "note" }],
  });
});

test("what the policy protects stays, and a destroy deletes the rest of what is ours", async () => {
  await apply();
  await declare({}, "    policy: { protect: [green*, tokyo/note/greeting] }\n");
  expect(await planned()).toEqual(["delete tokyo/note/farewell: undeclared"]);
  const { changes } = await rig.apply({ mode: "destroy" });
  expect(changes).toMatchObject([{ address: "tokyo/note/farewell", status: "applied" }]);
  expect([...texts.keys()]).toEqual(["greeting"]);
});

test("a target limits it, and what is gone is forgotten", async () => {
  expect(await planned({ targets: ["tokyo/note/greeting"] })).toEqual([
    "create tokyo/note/greeting: missing",
  ]);
  await apply();
  await declare({});
  texts.clear();
  expect(await planned()).toEqual(["forget tokyo/note/farewell: gone", "forget tokyo/note/greeting: gone"]);
  await apply();
  expect(await planned()).toEqual([]);
});

test("one that is there is imported, and not written again", async () => {
  texts.set("greeting", "hello");
  texts.set("farewell", "bye");
  expect(await planned()).toEqual([
    "update tokyo/note/farewell: unverified",
    "update tokyo/note/greeting: unverified",
  ]);
  const imported = await importResources({ files: FILES, addresses: ["tokyo/note"] }, rig.platform());
  expect(imported).toMatchObject({
    imported: [{ address: "tokyo/note", names: ["farewell", "greeting"] }],
    refused: [],
    diagnostics: [],
  });
  expect(await planned()).toEqual([]);
  await removeFromState({ files: FILES }, ["tokyo/note/greeting"], rig.platform());
  expect(await planned()).toEqual(["update tokyo/note/greeting: unverified"]);
  expect(notesOnManager.calls).toEqual([]);
});

test("nothing else was touched than its folder, the tables, the schema, and the requests", () => {
  const text = readFileSync(join(__dirname, "registered.ts"), "utf8");
  const mocked = [...text.matchAll(/jest\.mock\("\.\.\/\.\.\/\.\.\/src\/([^"]+)"/g)].map(([, file]) => file);
  expect(mocked).toEqual([
    "model/kind-names",
    "resources/kinds",
    "config/published-schema",
    // Compiled from it.
    "config/desired-state-check",
    "config/desired-state-validator",
    "api/manager-client",
  ]);
});
