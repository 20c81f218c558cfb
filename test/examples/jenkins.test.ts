/** The pipeline of `examples/jenkins`. No Jenkins is here to run it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadDesiredState } from "../../src/config/load-desired-state";
import { commandsOnPage, refusalsOf } from "./command-lines";

const EXAMPLE = join(__dirname, "../../examples/jenkins");
const read = (name: string) => readFileSync(join(EXAMPLE, name), "utf8");
const pipeline = read("Jenkinsfile");
const page = read("README.md");

/** The scripts that it gives to the shell. In single quotes Groovy puts no value of a secret into them. */
const scripts = [...pipeline.matchAll(/(?:\bsh |script: )('''[\s\S]*?'''|'[^'\n]*')/g)].map(([, text = ""]) =>
  text.replace(/^'+|'+$/g, ""),
);
const commands = scripts
  .flatMap((script) => script.split("\n"))
  .flatMap((line) => (line.trim().startsWith("jp1im ") ? [line.trim().split(" ").slice(1)] : []));

test("the command line accepts what the pipeline runs", () => {
  expect(commands.map(([command]) => command)).toEqual(["plan", "plan", "plan", "apply"]);
  expect(commands.flatMap(refusalsOf)).toEqual([]);
  expect(commandsOnPage(page).flatMap(refusalsOf)).toEqual([]);
});

test("an unknown option would be found", () => {
  expect(refusalsOf(["apply", "jp1im.plan", "--lock-time", "5m"])).toContain("--lock-time");
  expect(refusalsOf(["apply", "jp1im.plan", "--lock-timeout", "soon"])).not.toEqual([]);
});

test("every script is in single quotes", () => {
  expect(pipeline.match(/\bsh\b *\(?/g)).toHaveLength(scripts.length);
});

test("the pipeline binds what the desired state names, and the page lists its credentials", async () => {
  const { diagnostics } = await loadDesiredState({ paths: ["jp1im.yaml"], cwd: EXAMPLE });
  expect(diagnostics).toEqual([]);
  const named = [...read("jp1im.yaml").matchAll(/env: (\w+)/g)].map(([, name]) => name);
  const bound = [...pipeline.matchAll(/variable: '(\w+)'/g)].map(([, name]) => name);
  expect(bound).toEqual(["JP1IM_STATE_KEY", ...named]);
  const ids = new Set([...pipeline.matchAll(/credentialsId: '([\w-]+)'/g)].map(([, id]) => id));
  const listed = [...page.matchAll(/`(jp1im-[\w-]+)`(?=[^\n]*\| (?:user name|secret))/g)].map(([, id]) => id);
  expect(new Set(listed)).toEqual(ids);
});
