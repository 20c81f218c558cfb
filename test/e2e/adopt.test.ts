import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BIN } from "./child";
import { documentOf } from "./document";
import { mustHere, runHere } from "./here";
import { closeStages, Stage } from "./stage";

afterEach(closeStages);

const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: tokyo-pass } }
    clients: { legacy-viewer }
    agents: [{ host: "web{1..2}", os: linux, secrets: { smtp.password: by-hand } }]
`;
const CONNECTION = `
apiVersion: jp1im/v1
managers:
  tokyo: { url: TOKYO_URL, host: immhost01, auth: { user: jp1admin, password: { env: TOKYO_PASSWORD } } }
`;

test("what was made by hand is exported, imported, left alone, and rotated when a value comes", async () => {
  expect(BIN).toContain("dist");
  const stage = await Stage.open(WORLD, CONNECTION);
  const { stdout } = await mustHere(stage, "export --manager tokyo");
  stage.write("found.yaml", stdout);
  const both = "-f jp1im.yaml -f found.yaml";
  expect(await runHere(stage, `plan ${both}`)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("[source-unresolved]"),
  });

  const rehearsal = await mustHere(stage, `import --all --dry-run ${both}`);
  expect(rehearsal.stdout).toContain("3 resources to import.");
  expect(stage.has(".jp1im")).toBe(false);
  const imported = await mustHere(stage, `import --all ${both}`);
  expect(imported.stdout).toContain("3 resources imported.");
  expect(documentOf(await runHere(stage, `import --all --output json ${both}`))).toMatchObject({
    exit_code: 0,
    adoption: { dry_run: false, imported: [], left: [{ reason: "already-ours" }, {}, {}] },
  });
  const planned = await runHere(stage, `plan --detailed-exitcode ${both}`);
  expect(planned).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("imported, and their sources give no value yet"),
  });
  expect(stage.writes()).toEqual([]);

  await mustHere(stage, `apply --auto-approve ${both}`, { env: { WEB1_SMTP_PASSWORD: "from the source" } });
  expect(stage.writes()).toEqual(["agents/secrets/change 200"]);
  stage.edit("found.yaml", "generation: 1", "generation: 2");
  await mustHere(stage, `apply --auto-approve ${both}`, { env: { WEB1_SMTP_PASSWORD: "from the source" } });
  const { clients } = stage.simulator.truth().managers.tokyo ?? {};
  expect(stage.read("out/legacy-viewer.secret")).toBe(clients?.["legacy-viewer"]);
});

test("an export and an import that cannot see everything say so and exit with 3", async () => {
  const stage = await Stage.open(WORLD, CONNECTION);
  const { stdout } = await mustHere(stage, "export --manager tokyo");
  stage.write("found.yaml", stdout);
  stage.simulator.edit({ manager: "tokyo", type: "set-agent-state", host: "web1", state: "down" });
  const [partial, json, imported] = await Promise.all([
    runHere(stage, "export --manager tokyo"),
    runHere(stage, "export --manager tokyo --output json"),
    runHere(stage, "import --all -f jp1im.yaml -f found.yaml --output json"),
  ]);
  expect(partial).toMatchObject({
    code: 3,
    stdout: expect.stringContaining("# INCOMPLETE."),
    stderr: expect.stringMatching(
      /MISSING in the export:\n {2}\? tokyo\/agent\/immhost01\/web1[\s\S]*INCOMPLETE/,
    ),
  });
  expect(documentOf(json)).toMatchObject({ exit_code: 3, export: { counts: { agents: 1 }, unknown: [{}] } });
  expect(documentOf(imported)).toMatchObject({ exit_code: 3, adoption: { unknown: [{}] } });
});

test("files are written once, and wrong command lines are told before anything is asked", async () => {
  const stage = await Stage.open(WORLD, CONNECTION);
  const wrote = await mustHere(stage, "export --manager tokyo --out-dir found --split kind");
  expect(wrote.stdout).toContain("  found/tokyo.clients.yaml\n  found/tokyo.agents.yaml\n");
  const again = await runHere(stage, "export --manager tokyo --out-dir found --split kind");
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("[export-unwritable]") });
  await mustHere(stage, "export --manager tokyo --out-dir found --split kind --overwrite");
  const before = stage.simulator.requests().length;
  const wrong = await Promise.all(
    [
      "export",
      "export --manager tokyo --split kind",
      "export --manager tokyo --overwrite",
      "export --manager kyoto",
      "export --manager tokyo --source env:{NAME}",
      "import",
      "import --all tokyo",
      "import tokyo/nonsense",
    ].map((line) => runHere(stage, line)),
  );
  expect(wrong.map(({ code }) => code)).toEqual(wrong.map(() => 64));
  expect(stage.simulator.requests()).toHaveLength(before);
});

test("docs/brownfield.md shows what happens", async () => {
  const page = readFileSync(join(__dirname, "../../docs/brownfield.md"), "utf8");
  const [connection = "", ...consoles] = [...page.matchAll(/```(?:yaml|console)\n([\s\S]*?)```/g)].map(
    ([, text]) => text ?? "",
  );
  const stage = await Stage.open(BROWNFIELD, "");
  stage.write("tokyo.yaml", withUrls(connection, "osaka"));
  const shown = (command: string) => {
    const block = consoles.find((text) => text.includes(`$ ${command}\n`)) ?? "";
    return block.slice(block.indexOf(`$ ${command}\n`) + command.length + 3);
  };
  const { stdout } = await mustHere(stage, "export -f tokyo.yaml --manager tokyo");
  expect(stdout).toBe(shown("cat found.yaml"));
  stage.write("found.yaml", stdout);
  const rehearsal = "import -f tokyo.yaml -f found.yaml --all --dry-run";
  expect((await mustHere(stage, rehearsal)).stdout).toBe(shown(`jp1im ${rehearsal}`));
  await mustHere(stage, "import -f tokyo.yaml -f found.yaml --all");
  const plan = "plan -f tokyo.yaml -f found.yaml";
  expect((await mustHere(stage, plan)).stdout).toBe(shown(`jp1im ${plan}`));
});

const BROWNFIELD = `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: tokyo-pass } }
    clients: { fluentd-web }
    subordinates: [immhost-osaka, immhost-kobe]
    lowerManagers: [immhost-osaka, immhost-kobe]
    agents: [{ host: web01, os: linux, secrets: { smtp.password: by-hand } }]
  osaka:
    host: immhost-osaka
    users: { jp1admin: { password: tokyo-pass } }
    agents: [{ host: db01, os: windows, secrets: { oracle.password: by-hand } }]
  kobe: { host: immhost-kobe, users: { jp1admin: { password: tokyo-pass } } }
`;

/** The page's connection, to the simulated manager; and one to a lower manager beside it. */
function withUrls(text: string, lower: string): string {
  const url = text.replace(/https:\/\/immhost01:20703/, "TOKYO_URL");
  return `${url}  ${lower}: { url: ${lower.toUpperCase()}_URL, host: immhost-${lower}, auth: { user: jp1admin, password: { env: TOKYO_PASSWORD } } }\n`;
}
