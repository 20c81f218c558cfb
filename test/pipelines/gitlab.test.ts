/** The GitLab example, run as a team would live with it: merge request, merge, approval, schedules. */
import { closeStages, Stage } from "../e2e/stage";
import { expectNoCanary } from "../secrets/canary";
import { legible } from "../state/state-server";
import { hasBash, repository } from "./checkout";
import { Forge } from "./forge";
import { GitlabRunner } from "./gitlab-runner";
import { SECRETS, worldOf, writesOf } from "./team";

const review = { CI_PIPELINE_SOURCE: "merge_request_event", CI_MERGE_REQUEST_IID: "5" };
const merge = { CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: "main" };
const night = { CI_PIPELINE_SOURCE: "schedule" };

const forges: Forge[] = [];

afterEach(async () => {
  await closeStages();
  await Promise.all(forges.splice(0).map((forge) => forge.close()));
});

if (hasBash()) {
  test("review, plan, apply, drift and rehearsal do their work in separate checkouts, with the state on the server", async () => {
    const stage = await Stage.open(worldOf("gitops-gitlab"));
    const forge = await Forge.open();
    forges.push(forge);
    const runner = new GitlabRunner(repository(stage, "gitops-gitlab"), forge, SECRETS);
    const codes = async (variables: Readonly<Record<string, string>>) => {
      const ended = await runner.run(variables);
      for (const { output } of ended.values()) {
        for (const secret of Object.values(SECRETS)) expectNoCanary(output, secret);
      }
      return [...ended].map(([name, { code }]) => `${name} ${code}`);
    };

    expect(await codes(review)).toEqual(["review 0"]);
    expect(stage.simulator.requests()).toEqual([]);
    expect(forge.comments).toEqual([
      expect.objectContaining({ body: expect.stringContaining("fluentd-web") }),
    ]);

    expect(await codes(merge)).toEqual(["plan 0", "apply 0"]);
    expect(writesOf(stage)).toHaveLength(6);
    expect(JSON.stringify(stage.simulator.truth())).toContain(JSON.stringify(SECRETS.SMTP_PASSWORD));
    expect(await codes(merge)).toEqual(["plan 0", "apply 0"]);
    expect(writesOf(stage)).toEqual([]);

    expect(await codes(night)).toEqual(["drift 0"]);
    stage.simulator.simulation.edit({ manager: "tokyo", type: "delete-client", id: "fluentd-web" });
    expect(await codes(night)).toEqual(["drift 0"]);
    expect(await codes(night)).toEqual(["drift 0"]);
    expect(forge.issues).toEqual([expect.objectContaining({ title: "JP1/IM is not as declared" })]);
    await codes(merge);
    expect(await codes({ ...night, JP1IM_REHEARSE: "true" })).toEqual(["drift 0", "rehearsal 0"]);

    await codes(review);
    expect(forge.comments).toHaveLength(1);
    for (const secret of Object.values(SECRETS))
      expectNoCanary([...forge.states.history.map(legible), ...forge.comments], secret);
    // Whoever reviews may write a note, and nothing of the job's own can.
    const notes = forge.calls.filter(({ what }) => /notes|issues/.test(what)).map(({ token }) => token);
    expect(new Set(notes)).toEqual(new Set(["token-of-the-bot"]));
  }, 300_000);

  test("a refused change is told in the note as well, and nothing that a merge request brings along is run", async () => {
    const stage = await Stage.open(worldOf("gitops-gitlab"));
    const forge = await Forge.open();
    forges.push(forge);
    const runner = new GitlabRunner(repository(stage, "gitops-gitlab"), forge, SECRETS);
    const ran = stage.path("ran");
    for (const script of ["ci/gitlab.mjs", "ci/install.sh"])
      stage.write(
        `gitops-gitlab/${script}`,
        `import { writeFileSync } from "fs"; writeFileSync("${ran}", "")`,
      );
    stage.edit("gitops-gitlab/jp1im.yaml", "{ env: TOKYO_PASSWORD }", `{ exec: [touch, "${ran}"] }`);
    stage.edit("gitops-gitlab/jp1im.yaml", "lowerManagers:", "lowerManager:");
    expect((await runner.run(review)).get("review")?.code).toBe(64);
    expect(forge.comments).toEqual([
      expect.objectContaining({ body: expect.stringContaining("lowerManagers") }),
    ]);
    stage.edit("gitops-gitlab/jp1im.yaml", "lowerManager:", "lowerManagers:");
    expect((await runner.run(review)).get("review")?.code).toBe(0);
    expect(stage.has("ran")).toBe(false);
    expect(stage.simulator.requests()).toEqual([]);
  }, 240_000);

  test("a lost state stops every job with the way back, and adopting brings it back", async () => {
    const stage = await Stage.open(worldOf("gitops-gitlab"));
    const forge = await Forge.open();
    forges.push(forge);
    const runner = new GitlabRunner(repository(stage, "gitops-gitlab"), forge, SECRETS);
    await runner.run(merge);
    writesOf(stage);
    forge.states.documents.clear();
    const way = expect.stringContaining("jp1im import");
    expect([...(await runner.run(merge)).values()]).toEqual([{ code: 4, output: way }]);
    expect([...(await runner.run(night)).values()]).toMatchObject([{ code: 4 }]);
    expect(forge.issues).toMatchObject([{ body: way }]);
    const adopt = { CI_PIPELINE_SOURCE: "web", CI_COMMIT_BRANCH: "main", JP1IM_ADOPT: "true" };
    const reissue = { JP1IM_REISSUE: "tokyo/client/fluentd-web" };
    const adopted = await runner.run({ ...adopt, ...reissue });
    expect([...adopted].map(([name, { code }]) => `${name} ${code}`)).toEqual([
      "adopt 0",
      "plan 0",
      "apply 0",
    ]);
    expect(new Set(writesOf(stage))).toEqual(
      new Set([
        "agents/secrets/change 200",
        "secret/client/deleteInfo 200",
        "secret/client/generateInfo 200",
      ]),
    );
    expect([...(await runner.run(night)).values()].map(({ code }) => code)).toEqual([0]);
  }, 300_000);
} else {
  process.stderr.write("NOT RUN: the pipelines of the examples; there is no `bash` in PATH\n");
}
