import type { Plan } from "../../src/model/plan";
import { mixedPlan, outcomeOf, planOf } from "../report/plans";
import { run } from "./fake-library";

const refused = planOf({
  changes: mixedPlan.changes,
  unknown: mixedPlan.unknown,
  diagnostics: [{ code: "policy-refused", severity: "error", summary: "too\u001b[31m many" }],
});

test.each(["plan", "apply --auto-approve", "destroy --auto-approve"])(
  "%s hands the programs on",
  async (line) => {
    const ran = await run([
      ...line.split(" "),
      "-f",
      "a",
      "--policy",
      "conftest test -",
      "--policy",
      '["./a,b"]',
    ]);
    expect(ran.calls[0]?.options).toMatchObject({ policies: ["conftest test -", '["./a,b"]'] });
  },
);

test("in the environment one program stands on each line", async () => {
  const ran = await run("plan -f a", { env: { JP1IM_POLICY: 'conftest test -\n["./a,b"]\n' } });
  expect(ran.calls[0]?.options).toMatchObject({ policies: ["conftest test -", '["./a,b"]'] });
});

test.each(["apply", "destroy"])("%s --during-freeze overrides a freeze", async (command) => {
  const ran = await run(`${command} -f a --auto-approve --during-freeze`);
  expect(ran.calls[0]?.options).toMatchObject({ duringFreeze: true });
  const without = await run(`${command} -f a --auto-approve`);
  expect(without.calls[0]?.options).not.toMatchObject({ duringFreeze: true });
});

test("a saved plan takes both, and neither without its option", async () => {
  const saved: unknown[] = [];
  const library = {
    parsePlan: async () => mixedPlan,
    applySavedPlan: async (plan: Plan, options: object) => {
      saved.push(options);
      return outcomeOf(plan);
    },
  };
  await run(["apply", __filename, "--policy", "check", "--during-freeze"], { library });
  await run(["apply", __filename], { library });
  expect(saved).toEqual([{ policies: ["check"], duringFreeze: true }, {}]);
});

test("a refused plan is shown, exits with 4 even where something is unknown, and is not saved", async () => {
  const ran = await run("plan -f a --out p.plan", { library: { plan: async () => refused } });
  expect(ran.code).toBe(4);
  expect(ran.out).toContain("Plan: ");
  expect(ran.out).toContain("Not saved to p.plan: the policy refuses it.");
  expect(ran.calls.map(({ name }) => name)).toEqual(["plan"]);
  // What a program said is not to command the terminal.
  expect(ran.err).toContain("error: too\\x1b[31m many [policy-refused]");
});

test("nobody is asked to approve a plan that is refused", async () => {
  const ran = await run("apply -f a", {
    tty: true,
    library: {
      apply: async ({ approve }: { approve?: ((plan: Plan) => Promise<boolean>) | undefined }) =>
        (await approve?.(refused)) ? outcomeOf(refused) : undefined,
    },
  });
  expect(ran.err).not.toContain("Only 'yes' is accepted");
});
