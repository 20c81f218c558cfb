import type { Health } from "../../src/index";
import { outputFaults } from "../report/output-schema";
import { run } from "./fake-library";

const position = { file: "jp1im.yaml", line: 6, column: 39 };
const healthy: Health = {
  checks: [
    { manager: "tokyo", check: "tcp", status: "ok", detail: "connected to immhost01:20703" },
    { check: "lock", status: "warning", detail: "held by eve", remedy: "wait" },
  ],
};
const withFailures = (...codes: ("manager-denied" | "manager-partial" | "manager-tls")[]): Health => ({
  checks: codes.map((code) => ({
    ...({ manager: "tokyo", check: "session-login", status: "failed", code } as const),
    ...{ detail: "refused\u202e", remedy: "correct it", address: "tokyo/auth", position },
  })),
});
const ofHealth = (health: Health) => ({ library: { doctor: async () => health } });

test("hands its options on, and shows a table for each manager and for this side", async () => {
  const ran = await run("doctor -f a --state st --manager tokyo", ofHealth(healthy));
  expect(ran.calls).toEqual([
    { name: "doctor", options: { files: ["a"], state: "st", managers: ["tokyo"] } },
  ]);
  expect(ran).toMatchObject({ code: 0, err: "" });
  expect(ran.out).toBe(`\
tokyo
  ok       TCP connection           connected to immhost01:20703

this side
  warning  lock                     held by eve
                                    → wait

2 checks: 1 ok, 1 warning, 0 failed, 0 skipped. Nothing was written.
`);
});

test("a failure has its place and its remedy below it, and hidden characters are shown", async () => {
  const { out } = await run("doctor -f a", ofHealth(withFailures("manager-denied")));
  expect(out).toContain(`\
  failed   login with a session     refused\\u{202e}
                                    at jp1im.yaml:6:39, in tokyo/auth
                                    → correct it
`);
});

test.each([
  [["manager-denied", "manager-denied"], 7],
  [["manager-partial"], 3],
  [["manager-tls"], 1],
  [["manager-denied", "manager-tls"], 1],
  [["manager-partial", "manager-tls"], 1],
] as const)("failures of %j end it with %d", async (codes, code) => {
  const health = withFailures(...codes);
  const ran = await run("doctor -f a --output json", ofHealth(health));
  expect(ran.code).toBe(code);
  expect(outputFaults(ran.json())).toEqual([]);
  expect(ran.json()).toMatchObject({ command: "doctor", success: false, exit_code: code, health });
});

test.each([
  ["doctor tokyo", "too many arguments"],
  ["doctor --target x", "unknown option '--target'"],
  ["doctor --output xml", "Allowed choices are text, json"],
])("'jp1im %s' is refused", async (line, words) => {
  const ran = await run(line);
  expect(ran).toMatchObject({ code: 64, out: "", calls: [] });
  expect(ran.err).toContain(words);
});
