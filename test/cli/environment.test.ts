import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./fake-library";

const optionsOf = async (env: Record<string, string>, line = "plan -f a") =>
  (await run(line, { env })).calls[0]?.options;

test("every option has its equivalent in the environment", async () => {
  const env = {
    JP1IM_FILE: "a.yaml,b.yaml",
    JP1IM_STATE: "st",
    JP1IM_MANAGER: "tokyo,osaka",
    JP1IM_TARGET: "tokyo/client/a",
    JP1IM_REFRESH: "false",
    JP1IM_NO_SECRETS: "1",
    JP1IM_TRUST: "main/a.yaml,main/b.yaml",
    JP1IM_PARALLELISM: "7",
  };
  expect(await optionsOf(env, "plan")).toEqual({
    files: ["a.yaml", "b.yaml"],
    state: "st",
    managers: ["tokyo", "osaka"],
    targets: ["tokyo/client/a"],
    refresh: false,
    secrets: false,
    trust: ["main/a.yaml", "main/b.yaml"],
    parallelism: 7,
    mode: "apply",
  });
});

test("the command line goes before the environment, and takes a comma as it is", async () => {
  const env = { JP1IM_FILE: "b.yaml", JP1IM_PARALLELISM: "7" };
  expect(await optionsOf(env, "plan -f a,b.yaml --parallelism 2")).toMatchObject({
    files: ["a,b.yaml"],
    parallelism: 2,
  });
});

test.each([
  ["true", 0],
  ["1", 0],
  ["false", 64],
  ["0", 64],
  ["", 64],
])("JP1IM_AUTO_APPROVE=%p approves only when it says so", async (text, code) => {
  expect((await run("apply -f a", { env: { JP1IM_AUTO_APPROVE: text } })).code).toBe(code);
});

test.each([
  [{ JP1IM_AUTO_APPROVE: "maybe" }, "JP1IM_AUTO_APPROVE=maybe is invalid: it takes true or false"],
  [{ JP1IM_PARALLELISM: "0" }, "JP1IM_PARALLELISM=0 is invalid: it takes a whole number from 1 to 256"],
  [
    { JP1IM_LOCK_TIMEOUT: "soon" },
    "JP1IM_LOCK_TIMEOUT=soon is invalid: it takes a duration such as 500ms, 30s or 5m",
  ],
  [{ JP1IM_OUTPUT: "xml" }, "JP1IM_OUTPUT=xml is invalid: allowed choices are text, json"],
])("a wrong value %j is refused, with the variable's name", async (env, message) => {
  const ran = await run("apply -f a", { env: env as unknown as Record<string, string> });
  expect(ran).toMatchObject({ code: 64, calls: [] });
  expect(ran.err).toContain(message);
});

test("an empty variable is an unset one", async () => {
  expect(await optionsOf({ JP1IM_PARALLELISM: "", JP1IM_OUTPUT: "" })).toEqual({
    files: ["a"],
    refresh: true,
    secrets: true,
    mode: "apply",
  });
});

test("an empty place of the state is refused, and no other state is taken instead", async () => {
  const variable = await run("plan -f a", { env: { JP1IM_STATE: "" } });
  expect(variable).toMatchObject({ code: 64, calls: [] });
  expect(variable.err).toContain("JP1IM_STATE= is invalid: it is empty");
  const option = await run("plan -f a --state=");
  expect(option).toMatchObject({ code: 64, calls: [] });
  expect(option.err).toContain("It is empty");
});

test("nobody approves under an empty name", async () => {
  for (const name of ["", " "]) {
    const ran = await run(["apply", "-f", "a", "--auto-approve", "--approved-by", name]);
    expect(ran).toMatchObject({ code: 64, calls: [] });
    expect(ran.err).toContain("It is empty");
  }
});

test("JP1IM_OUTPUT=json makes a document of everything, wrong usage too", async () => {
  const env = { JP1IM_OUTPUT: "json" };
  expect((await run("plan -f a", { env })).json()).toMatchObject({ command: "plan" });
  expect((await run("pln", { env })).json()).toMatchObject({ exit_code: 64, success: false });
});

test.each([
  ["250ms", 250],
  ["3", 3_000],
  ["2s", 2_000],
  ["5m", 300_000],
  ["1h", 3_600_000],
])("a lock timeout of %s is %d milliseconds", async (text, ms) => {
  expect(await optionsOf({}, `apply -f a --auto-approve --lock-timeout ${text}`)).toMatchObject({
    lockTimeoutMs: ms,
  });
});

test("a variable whose name is a slip away from a setting is reported, and no other one", async () => {
  const env = { JP1IM_MANGER: "tokyo", JP1IM_STATE_KYE: "x", JP1IM_ADOPT: "true", JP1IM_HQ_PASSWORD: "x" };
  const ran = await run("plan -f a", { env });
  expect(ran.err.match(/did you mean .*/g)).toEqual([
    "did you mean JP1IM_MANAGER?",
    "did you mean JP1IM_STATE_KEY?",
  ]);
  expect(ran.err).toContain(
    "warning: the environment's JP1IM_MANGER is no setting of jp1im, and is not used as one [usage]",
  );
  expect((await run("plan -f a --output json", { env })).json().diagnostics).toMatchObject([
    { code: "usage", severity: "warning" },
    { code: "usage", severity: "warning" },
  ]);
});

test("no variable of the tool itself, nor one that its documents name, is taken for a misspelt one", async () => {
  const text = readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => readFileSync(join("docs", name), "utf8"))
    .join();
  const names = [...new Set(text.match(/JP1IM_[A-Z0-9_]*[A-Z0-9]/g))].filter(
    (name) => name !== "JP1IM_OUTPUT",
  );
  expect(names.length).toBeGreaterThan(30);
  const env = Object.fromEntries(names.map((name) => [name, ""]));
  expect((await run("validate -f a", { env })).err).toBe("");
});

test("an empty list in the environment leaves its option unset, as an empty text does", async () => {
  const env = { JP1IM_FILE: "", JP1IM_MANAGER: ",", JP1IM_TARGET: "" };
  const [set, unset] = [await optionsOf(env, "plan"), await optionsOf({}, "plan")];
  expect(set).toEqual(unset);
});

test.each(["plan --out=", "plan --file=", "plan --no-secrets --trust="])(
  "an empty path is wrong usage: %s",
  async (line) => {
    const ran = await run(line);
    expect(ran).toMatchObject({ code: 64, calls: [] });
    expect(JSON.stringify(ran).toLowerCase()).toContain("is empty");
  },
);
