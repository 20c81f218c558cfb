/** The GitHub example, run as a team would live with it: pull request, merge, approval, nights, in separate checkouts. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { SecretValue } from "../../src/model/secret-value";
import { decryptAge } from "../../src/secrets/age/decrypt";
import { closeStages, Stage } from "../e2e/stage";
import { expectNoCanary } from "../secrets/canary";
import { hasBash, repository } from "./checkout";
import { Forge } from "./forge";
import { GithubRunner, MAIN_SHA, type Trigger } from "./github-runner";
import { SECRETS, worldOf, writesOf } from "./team";

const pullRequest: Trigger = {
  event_name: "pull_request",
  event: { pull_request: { number: 12, base: { sha: MAIN_SHA } } },
};
const merge: Trigger = { event_name: "push", event: {} };
const byHand = (inputs = {}): Trigger => ({ event_name: "workflow_dispatch", event: {}, inputs });
const night: Trigger = { event_name: "schedule", event: { schedule: "17 17 * * *" } };
const sunday: Trigger = { event_name: "schedule", event: { schedule: "47 17 * * 6" } };

const forges: Forge[] = [];

afterEach(async () => {
  await closeStages();
  await Promise.all(forges.splice(0).map((forge) => forge.close()));
});

async function team() {
  const stage = await Stage.open(worldOf("gitops-github"));
  const forge = await Forge.open();
  forges.push(forge);
  const folder = repository(stage, "gitops-github");
  const runner = await GithubRunner.create(folder, forge, {
    "production-plan": SECRETS,
    production: SECRETS,
  });
  const change = (from: string, to: string) => stage.edit("gitops-github/jp1im.yaml", from, to);
  return { stage, forge, runner, change };
}

function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => statSync(join(folder, name)).isFile()).map((name) => join(folder, name));
}

async function openDelivered(folder: string): Promise<string> {
  const text = readFileSync(
    join(__dirname, "../../examples/secrets-sops-age/throw-away.age-key.txt"),
    "utf8",
  );
  const key = /AGE-SECRET-KEY-\S+/.exec(text)?.[0] ?? "";
  const identities = { keys: [new SecretValue(key)], recipients: [], places: [] };
  const opened = await decryptAge(readFileSync(join(folder, "fluentd-web.age"), "utf8"), identities);
  return "bytes" in opened ? Buffer.from(opened.bytes).toString() : "not opened";
}

if (hasBash()) {
  test("a change is planned on its pull request without any secret, and applied on the merge as it was approved", async () => {
    const { stage, forge, runner, change } = await team();
    const first = await runner.run("plan.yml", pullRequest);
    expect([...first.jobs]).toEqual([["plan", expect.objectContaining({ failed: false })]]);
    expect(forge.comments).toEqual([
      expect.objectContaining({ body: expect.stringContaining("fluentd-web") }),
    ]);
    expect(stage.simulator.requests()).toEqual([]);

    const applied = await runner.run("apply.yml", merge);
    expect([...applied.jobs].map(([name, { failed }]) => [name, failed])).toEqual([
      ["plan", false],
      ["apply", false],
    ]);
    expect(writesOf(stage)).toEqual([
      "agents/secrets/change 200",
      "agents/secrets/change 200",
      "agents/secrets/change 200",
      "secret/client/generateInfo 200",
      "secret/generateInfo 200",
      "subManagers/createInfo 200",
    ]);
    const truth = JSON.stringify(stage.simulator.truth());
    expect(truth).toContain(JSON.stringify(SECRETS.SMTP_PASSWORD));
    const delivered = await openDelivered(runner.artifact("jp1im-delivered") ?? "");
    expect(truth).toContain(delivered);

    change("- id: fluentd-web", "- id: fluentd-web\n        generation: 2");
    await runner.run("plan.yml", { ...pullRequest });
    expect(forge.comments).toHaveLength(1);
    expect(forge.comments[0]?.body).toMatch(/1 to replace/);
    expect(writesOf(stage)).toEqual([]);
    const again = await runner.run("apply.yml", merge);
    expect(again.jobs.get("apply")?.failed).toBe(false);
    expect(writesOf(stage)).toEqual(["secret/client/deleteInfo 200", "secret/client/generateInfo 200"]);
    const quiet = await runner.run("apply.yml", merge);
    expect([...quiet.jobs.keys()]).toEqual(["plan"]);

    const shown = [first, applied, again].flatMap(({ jobs, summary }) => [
      summary,
      ...[...jobs.values()].map(({ output }) => output),
    ]);
    shown.push(...forge.comments.map(({ body }) => body));
    shown.push(runner.git("cat-file", "--batch", "--batch-all-objects"));
    for (const name of ["jp1im-plan", "jp1im-delivered"]) {
      shown.push(...filesIn(runner.artifact(name) ?? "").map((path) => readFileSync(path, "utf8")));
    }
    for (const text of shown) {
      for (const secret of [...Object.values(SECRETS), delivered]) expectNoCanary(text, secret);
    }
  }, 240_000);

  test("a plan that no longer fits when it is approved is refused, and nothing is sent", async () => {
    const { stage, runner } = await team();
    const { jobs, summary } = await runner.run("apply.yml", merge, async () => {
      stage.simulator.simulation.edit({
        manager: "tokyo",
        type: "set-agent-secret",
        host: "web01",
        key: "smtp.password",
        secret: "set-by-hand",
      });
    });
    expect(jobs.get("apply")?.failed).toBe(true);
    expect(summary).toContain("the saved plan no longer fits");
    expect(writesOf(stage)).toEqual([]);
  }, 120_000);

  test("drift opens one issue and keeps it up to date, and on Sundays the rebuild is rehearsed", async () => {
    const { stage, forge, runner } = await team();
    await runner.run("apply.yml", merge);
    expect((await runner.run("nightly.yml", night)).jobs.get("drift")?.failed).toBe(false);
    expect(forge.issues).toEqual([]);

    stage.simulator.simulation.edit({ manager: "tokyo", type: "delete-client", id: "fluentd-web" });
    writesOf(stage);
    for (const _ of [1, 2]) {
      const { jobs } = await runner.run("nightly.yml", night);
      // What somebody did to a manager is no failure of the run.
      expect([...jobs]).toEqual([["drift", expect.objectContaining({ failed: false })]]);
    }
    expect(forge.issues).toEqual([
      expect.objectContaining({
        title: "JP1/IM is not as declared",
        body: expect.stringContaining("fluentd-web"),
      }),
    ]);
    const { jobs } = await runner.run("nightly.yml", sunday);
    expect(jobs.get("rehearsal")).toEqual({ failed: false, output: expect.any(String) });
    expect(writesOf(stage)).toEqual([]);

    stage.simulator.faults.add({ path: "agents", effect: { type: "status", status: 500 } });
    const failed = await runner.run("nightly.yml", sunday);
    expect(failed.jobs.get("drift")?.failed).toBe(true);
    expect(failed.jobs.get("rehearsal")?.failed).toBe(true);
    expect(forge.issues.at(-1)).toMatchObject({
      title: "JP1/IM could not be rebuilt",
      body: expect.stringMatching(/Rehearsed before the loss[\s\S]*POST agents was answered 500/),
    });
  }, 240_000);

  test("a refused change is told in the comment as well, and nothing that a pull request brings along is run", async () => {
    const { stage, forge, runner, change } = await team();
    const ran = stage.path("ran");
    for (const script of ["ci/github.mjs", "ci/install.sh"])
      stage.write(
        `gitops-github/${script}`,
        `import { writeFileSync } from "fs"; writeFileSync("${ran}", "")`,
      );
    change("password: { env: TOKYO_PASSWORD }", `password: { exec: [touch, "${ran}"] }`);
    const planned = await runner.run("plan.yml", pullRequest);
    expect(planned.jobs.get("plan")).toEqual({ failed: false, output: expect.any(String) });
    expect(stage.has("ran")).toBe(false);
    expect(stage.simulator.requests()).toEqual([]);

    change("lowerManagers:", "lowerManager:");
    const refused = await runner.run("plan.yml", pullRequest);
    expect(refused.jobs.get("plan")?.failed).toBe(true);
    expect(forge.comments).toEqual([
      expect.objectContaining({ body: expect.stringContaining("lowerManagers") }),
    ]);

    forge.refusesComments = true;
    change("lowerManager:", "lowerManagers:");
    const fork = await runner.run("plan.yml", pullRequest);
    expect(fork.jobs.get("plan")).toEqual({ failed: false, output: expect.stringContaining("summary") });
    expect(fork.summary).toContain("fluentd-web");
  }, 240_000);

  test("a lost state stops the apply and the night, and adopting brings it back", async () => {
    const { stage, runner } = await team();
    await runner.run("apply.yml", merge);
    writesOf(stage);
    runner.git("update-ref", "-d", "refs/heads/jp1im-state");
    for (const [workflow, trigger] of [
      ["apply.yml", merge],
      ["nightly.yml", night],
    ] as const) {
      const { jobs, summary } = await runner.run(workflow, trigger);
      expect([...jobs.values()].map(({ failed }) => failed)).toEqual([true]);
      expect(summary).toContain("no-state");
    }
    expect(writesOf(stage)).toEqual([]);

    const adopted = await runner.run("adopt.yml", byHand());
    expect(adopted.jobs.get("adopt")?.failed).toBe(false);
    expect(adopted.summary).toContain("fluentd-web");
    expect(writesOf(stage)).toEqual([]);
    // The client keeps the secret that its readers have; values are written again, because nobody knows what is there.
    const { jobs } = await runner.run("apply.yml", merge);
    expect(jobs.get("apply")?.failed).toBe(false);
    expect(new Set(writesOf(stage))).toEqual(new Set(["agents/secrets/change 200"]));
    await runner.run("apply.yml", byHand({ reissue: "tokyo/client/fluentd-web" }));
    expect(writesOf(stage)).toEqual(["secret/client/deleteInfo 200", "secret/client/generateInfo 200"]);
    const quiet = await runner.run("apply.yml", merge);
    expect([...quiet.jobs]).toEqual([["plan", expect.objectContaining({ failed: false })]]);
  }, 300_000);

  test("what only reads is in no group with a run that waits for its approval, which it would cancel", () => {
    const folder = join(__dirname, "../../examples/gitops-github/.github/workflows");
    const groups = readdirSync(folder).map((name) => {
      const { concurrency } = parse(readFileSync(join(folder, name), "utf8"));
      return [name, concurrency.group];
    });
    const writers = groups.filter(([name]) => name === "apply.yml" || name === "adopt.yml");
    const readers = groups.filter(([name]) => !["apply.yml", "adopt.yml"].includes(name));
    // Both write the state.
    expect(new Set(writers.map(([, group]) => group)).size).toBe(1);
    expect(readers.map(([, group]) => group)).not.toContain(writers[0]?.[1]);
  });
} else {
  process.stderr.write("NOT RUN: the pipelines of the examples; there is no `bash` in PATH\n");
}
