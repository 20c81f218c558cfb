/** The examples' pipelines against the schemas of those who run them. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const EXAMPLES = join(__dirname, "../../examples");
const WORKFLOWS = join(EXAMPLES, "gitops-github/.github/workflows");

async function workflowErrors(content: string): Promise<string[]> {
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import(
    "@actions/workflow-parser"
  );
  const { context, value } = parseWorkflow({ name: "workflow.yml", content }, new NoOperationTraceWriter());
  const converted = value && (await convertWorkflowTemplate(context, value));
  const found = [...context.errors.getErrors(), ...(converted?.errors ?? [])];
  return found.map((error) => ("message" in error ? error.message : error.Message));
}

test.each(readdirSync(WORKFLOWS))("GitHub takes the workflow %s", async (name) => {
  expect(await workflowErrors(readFileSync(join(WORKFLOWS, name), "utf8"))).toEqual([]);
});

test("GitHub would not take a workflow with a step that it does not know", async () => {
  const text = readFileSync(join(WORKFLOWS, "plan.yml"), "utf8").replace("- run: sh ci", "- rnu: sh ci");
  expect(await workflowErrors(text)).toEqual(expect.arrayContaining([expect.stringContaining("rnu")]));
});

/** What GitLab's schema says of a file; the checker wants a repository around it. */
function gitlabSays(change: (text: string) => string) {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-gitlab-"));
  cpSync(join(EXAMPLES, "gitops-gitlab"), folder, { recursive: true });
  const path = join(folder, ".gitlab-ci.yml");
  writeFileSync(path, change(readFileSync(path, "utf8")));
  const options = { cwd: folder, encoding: "utf8", timeout: 60_000, input: "" } as const;
  for (const line of ["init -q", "remote add origin git@gitlab.com:ops/jp1.git"]) {
    spawnSync("git", line.split(" "), options);
  }
  const commit = ["-c", "user.name=ops", "-c", "user.email=ops@example.com", "commit", "-q", "--allow-empty"];
  spawnSync("git", [...commit, "-m", "first"], options);
  const checker = join(__dirname, "../../node_modules/gitlab-ci-local/dist/index.js");
  const args = ["-r", join(__dirname, "node-22.cjs"), checker, "--list"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  return { status, said: stdout + stderr };
}

if (spawnSync("git", ["--version"]).status === 0) {
  test("GitLab takes the pipeline", () => {
    const { status, said } = gitlabSays((text) => text);
    expect([status, said]).toEqual([0, expect.stringContaining("json schema validated")]);
  }, 120_000);

  test("GitLab would not take a pipeline with a key that it does not know", () => {
    const { status, said } = gitlabSays((text) => text.replace("interruptible:", "interruptable:"));
    expect([status, said]).toEqual([1, expect.stringContaining("interruptable")]);
  }, 120_000);
} else {
  process.stderr.write("NOT RUN: GitLab's schema of the example; there is no `git` in PATH\n");
}
