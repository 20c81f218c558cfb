import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { closeStages, Stage } from "../e2e/stage";
import { hasBash, repository, shell } from "./checkout";
import { worldOf } from "./team";

afterEach(closeStages);

const SCRIPT = "sh ci/install.sh";

if (hasBash()) {
  test.each(["gitops-github", "gitops-gitlab"])("%s installs the file of the store", async (example) => {
    const folder = repository(await Stage.open(worldOf(example)), example);
    expect(await shell(SCRIPT, folder, {})).toMatchObject({ code: 0 });
    expect(await shell("npx jp1im --version", folder, {})).toMatchObject({ code: 0 });
  });

  test.each(["gitops-github", "gitops-gitlab"])(
    "%s installs nothing when the store has another file than the one that was reviewed",
    async (example) => {
      const stage = await Stage.open(worldOf(example));
      const folder = repository(stage, example);
      writeFileSync(stage.path("store/jp1im.tgz"), "something else");
      const { code, output } = await shell(SCRIPT, folder, {});
      expect(code).not.toBe(0);
      expect(output).toContain("did NOT match");
      expect(existsSync(join(folder, "node_modules"))).toBe(false);
    },
  );

  test.each(["gitops-github", "gitops-gitlab"])(
    "%s installs nothing when the store is empty",
    async (example) => {
      const stage = await Stage.open(worldOf(example));
      const folder = repository(stage, example);
      stage.edit(`${example}/ci/install.sh`, /^url=.*$/m, "url=file:///there/is/nothing.tgz");
      expect(await shell(SCRIPT, folder, {})).not.toMatchObject({ code: 0 });
      expect(existsSync(join(folder, "node_modules"))).toBe(false);
    },
  );
} else {
  process.stderr.write("NOT RUN: the installation in pipelines; there is no `bash` in PATH\n");
}

test("both examples install alike, and name no registry", () => {
  const read = (example: string) =>
    readFileSync(join(__dirname, "../../examples", example, "ci/install.sh"), "utf8");
  expect(read("gitops-github")).toBe(read("gitops-gitlab"));
  expect(read("gitops-github")).toMatch(/npm install .*--offline/);
});
