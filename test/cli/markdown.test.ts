import { markdownFaults } from "../report/markdown-check";
import { run } from "./fake-library";

test.each(["plan", "drift", "apply --auto-approve", "destroy --auto-approve"])(
  "%s --output markdown keeps stdout to the report, and stderr free of diagnostics",
  async (line) => {
    const ran = await run(`${line} -f a --output markdown`);
    expect(ran.out).toMatch(/^### [A-Z]/);
    expect(markdownFaults(ran.out)).toEqual([]);
    expect(ran.err).toBe("");
  },
);

test("what is approved is shown on stderr", async () => {
  const ran = await run("apply -f a --output markdown", { tty: true, answer: "yes" });
  expect(ran.err).toContain("Plan: 2 to create");
  expect(ran.out).toMatch(/^### Applied: /);
});

test("a wrong command line is a report as well, so that a comment never is empty", async () => {
  for (const line of [
    "plan --nonsense --output=markdown",
    "state list --output markdown",
    "nonsense --output markdown",
  ]) {
    const ran = await run(line);
    expect(ran.code).toBe(64);
    expect(ran.out).toMatch(/: wrong usage, or invalid input\n/);
    expect(markdownFaults(ran.out)).toEqual([]);
  }
  const ran = await run("plan --nonsense", { env: { JP1IM_OUTPUT: "markdown" } });
  expect(ran.out).toContain("<summary>Errors (1)</summary>");
});
