import { spawnSync } from "node:child_process";
import type { Library } from "../../src/cli/load-library";
import { completeCommands } from "../../src/model/complete-commands";
import { shellCommand, suggest } from "../../src/model/shell-command";
import { planOf } from "../report/plans";
import { run } from "./fake-library";

/** The words that a real shell makes of a command. */
function wordsIn(command: string): string[] {
  const { stdout, status } = spawnSync("sh", ["-c", `printf '%s\\0' ${command}`], { encoding: "utf8" });
  expect(status).toBe(0);
  return stdout.split("\0").slice(0, -1);
}

const awkward = [
  "tokyo/client/fluentd-web",
  "tokyo/client/night shift",
  "tokyo/client/$(touch pwned)",
  "tokyo/client/`touch pwned`",
  "tokyo/client/it's",
  'tokyo/client/"; rm -rf x; #',
  "tokyo/client/a\\b&c|d>e*f?g!h~i{j,k}",
  "~/state",
  "-rf",
  "",
];

test.each(awkward)("a shell takes %j in a suggested command back as it was", (word) => {
  expect(wordsIn(shellCommand("jp1im", "import", word, word))).toEqual(["jp1im", "import", word, word]);
  const command = completeCommands(suggest("import", word), { file: [word, "b"], state: word });
  expect(wordsIn(command.slice(1, -1))).toEqual([
    "jp1im",
    "import",
    "-f",
    word,
    "-f",
    "b",
    "--state",
    word,
    word,
  ]);
});

test("a suggested command gets the files and the state of its run, also where it has two words", () => {
  const text = `gone: ${suggest("state", "unlock", "3f9c")}; or ${suggest("rebuild", "--manager", "tokyo")}`;
  expect(completeCommands(text, { file: ["my fleet"] })).toBe(
    "gone: `jp1im state unlock -f 'my fleet' 3f9c`; or `jp1im rebuild -f 'my fleet' --manager tokyo`",
  );
  expect(completeCommands("  → jp1im state unlock 3f9c   only", { state: "s" })).toBe(
    "  → jp1im state unlock --state s 3f9c   only",
  );
});

test("a suggested command that ends a part of a sentence keeps its own words", () => {
  const text = "check it against `jp1im get agents`, and that `jp1im get secrets`: both";
  expect(completeCommands(text, { file: ["a"] })).toBe(
    "check it against `jp1im get agents -f a`, and that `jp1im get secrets -f a`: both",
  );
});

test("a suggested command that names a state keeps it", () => {
  const text = `${suggest("state", "push", "--state", "there", "copy")}, or ${suggest("state", "list")}`;
  expect(completeCommands(text, { file: ["a"], state: "here" })).toBe(
    "`jp1im state push -f a --state there copy`, or `jp1im state list -f a --state here`",
  );
});

test("a run with neither, and a command that takes neither, are left as they are", () => {
  expect(completeCommands(suggest("import", "a"), {})).toBe("`jp1im import a`");
  expect(completeCommands("`jp1im schema`", { file: ["a"] })).toBe("`jp1im schema`");
});

const remedy = suggest("import", "tokyo/client/a");
const suggesting = planOf({
  blocked: [{ address: "tokyo/client/a", code: "not-ours", detail: "it is there", remedy }],
  unknown: [{ address: "tokyo/client/b", code: "manager-failed", detail: "no answer", remedy }],
  diagnostics: [{ code: "no-state", severity: "error", summary: "nothing is known of tokyo", remedy }],
});

test("the plan that is approved completes them as well", async () => {
  const apply: Library["apply"] = async ({ approve }) => {
    await approve?.(suggesting);
    return undefined;
  };
  const { out } = await run(["apply", "-f", "my fleet", "--auto-approve"], { library: { apply } });
  expect(out).toContain("`jp1im import -f 'my fleet' tokyo/client/a`");
});

test.each(["text", "json", "markdown"])(
  "a report as %s completes the commands that it suggests",
  async (output) => {
    const { out, err } = await run(["plan", "-f", "my fleet", "--state", "s", "--output", output], {
      library: { plan: async () => suggesting },
    });
    const commands = `${out}${err}`.match(/`jp1im import [^`]*`/g) ?? [];
    expect(commands.length).toBeGreaterThanOrEqual(3);
    expect(new Set(commands)).toEqual(new Set(["`jp1im import -f 'my fleet' --state s tokyo/client/a`"]));
  },
);
