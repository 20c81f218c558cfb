import { run } from "./fake-library";

test("explain prints meaning, cause, remedy and exit code of a diagnostic", async () => {
  const { code, out } = await run(["explain", "[STATE-LOCKED]"]);
  expect(code).toBe(0);
  expect(out).toMatch(
    /^state-locked: another run holds the state's lock\n {2}usual cause: .+\n {2}→ .+\n.*exit code 6\n$/,
  );
});

test("explain prints what a message of the manager means", async () => {
  const { out } = await run(["explain", "KAJY68205-E"]);
  expect(out).toMatch(/^KAJY68205-E: .+\n/);
  expect(out).not.toMatch(/exit code|undefined/);
});

test("explain prints how a run with an exit code went", async () => {
  const { out } = await run(["explain", "5"]);
  expect(out).toBe(
    "exit code 5: the saved plan no longer fits, or was applied before\n  → plan again, review again\n",
  );
});

test("explain without a code lists every one, and as JSON with all that is known", async () => {
  const { out } = await run(["explain"]);
  expect(out).toMatch(/^file-unreadable +a file or folder/);
  expect(out).toMatch(/^KAJY68212-E +/m);
  const document = (await run(["explain", "usage", "--output", "json"])).json();
  expect(document).toMatchObject({ command: "explain", explanations: [{ code: "usage", exit_code: 64 }] });
});

test.each([
  ["manger-denied", "did you mean `jp1im explain manager-denied`?"],
  ["KAJY99999-E", "the manager's manual"],
  ["x".repeat(200), "lists every one"],
  ["\u001b[31mred", "lists every one"],
])("explain refuses %j with the way on", async (unknown, remedy) => {
  const { code, out, err } = await run(["explain", unknown]);
  expect([code, out]).toEqual([64, ""]);
  expect(err).toContain("[usage]");
  expect(err).toContain(remedy);
  expect(err).not.toContain("\u001b[31m");
});

test("version prints one line, or a document", async () => {
  expect((await run(["version"])).out).toMatch(/^jp1im \d+\.\d+\.\d+ on Node 20\.19\.0, linux-x64\n$/);
  const document = (await run(["version", "--output", "json"])).json();
  expect(document).toMatchObject({
    command: "version",
    version: { jp1im: expect.any(String), node: "20.19.0", platform: "linux-x64" },
  });
});
