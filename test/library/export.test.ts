/** What an export writes, what it leaves out, and where it refuses. */
import { DiagnosticError, type ExportOptions, exportManager, saveExport, validate } from "../../src/index";
import { HOME, Rig } from "../rig/rig";
import { CONNECTIONS } from "./adopted-world";

const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: jp1-pass }, reader: { password: reader-pass, permission: JP1_Console_User } }
    clients: { fluentd-web: a, fluentd.web: b, "trend writer": c }
    subordinates: [immhost-osaka, immhost-kobe]
    lowerManagers: [immhost-osaka, immhost-kobe]
    agents:
      - { host: web02, os: linux, secrets: { smtp.password: x } }
      - { host: web01, os: linux, secrets: { smtp.password: x, smtp_password: x, "odd: key": x } }
      - { host: tokyo, os: linux, secrets: { password: x } }
      - { host: empty01, os: linux }
      - { host: "odd?host", os: linux, secrets: { a: b } }
  osaka:
    host: immhost-osaka
    users: { jp1admin: { password: jp1-pass } }
    agents: [{ host: db01, os: windows, secrets: { oracle.password: x } }]
  kobe: { host: immhost-kobe, users: { jp1admin: { password: jp1-pass } } }
`;
const ODD_MANAGER = `
  odd: { host: "odd*host", users: { jp1admin: { password: jp1-pass } }, agents: [{ host: db02, os: linux, secrets: { a: b } }] }
`;
const DESIRED = `${CONNECTIONS.replace("{ env: PASSWORD }", "{ env: TOKYO_PASSWORD }")}`;

async function rigWith(desired = DESIRED, world = WORLD): Promise<Rig> {
  const rig = await Rig.create(world);
  Object.assign(rig.env, { TOKYO_PASSWORD: "jp1-pass" });
  await rig.write("managers.yaml", desired);
  return rig;
}

function exported(rig: Rig, options: Partial<ExportOptions> = {}) {
  return exportManager({ files: ["managers.yaml"], manager: "tokyo", ...options }, rig.platform());
}

async function textOf(rig: Rig, options: Partial<ExportOptions> = {}): Promise<string> {
  const { documents } = await exported(rig, options);
  return documents.flatMap(({ text }) => [...text()]).join("");
}

async function refusal(run: Promise<unknown>): Promise<string[]> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DiagnosticError)) throw new Error("it did not fail as expected");
  return error.diagnostics.map(({ code, summary }) => `${code}: ${summary}`);
}

test("a lower manager that is listed in two spellings is declared once, or not at all where it is declared", async () => {
  const world = WORLD.replaceAll(
    "[immhost-osaka, immhost-kobe]",
    "[immhost-nara, IMMHOST-NARA, IMMHOST-OSAKA]",
  );
  const declared = DESIRED.replace(
    "host: immhost01",
    "host: immhost01\n    lowerManagers: [{ host: immhost-osaka, initialSecret: { env: OSAKA } }]",
  );
  const rig = await rigWith(declared, world);
  const all = await exported(rig);
  const files = await saveExport(all, { folder: "found" }, rig.platform());
  const text = files.map((file) => rig.read(file)).join("");
  expect(text.match(/host: immhost-nara,/gi)).toEqual(["host: IMMHOST-NARA,"]);
  expect(text).toContain('lower managers that are here in another case ("immhost-nara")');
  const { diagnostics } = await validate({ files: ["managers.yaml", ...files] }, rig.platform());
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
});

test("declares everything in a stable order, with placeholders that differ and are not in use", async () => {
  const rig = await rigWith();
  const text = await textOf(rig);
  expect(text).toBe(`\
# What tokyo holds and nothing declared yet, written by jp1im export.
# A manager shows no value: each source below is a placeholder, to be given its value.
# jp1im import takes over what is declared here, and leaves every value as it is until then.
# Left out: clients that belong to agents and managers (AGENT_*, MANAGER_*): 5
# Left out: keys that are the agents' own (immgr.*): 10
# Left out: agents without any secret to declare: 1
# Left out: names that a desired state cannot hold ("immhost01/odd?host"): 1
apiVersion: jp1im/v1
managers:
  tokyo:
    clients:
      - { id: fluentd-web, generation: 1, deliverTo: { file: out/fluentd-web.secret } }
      - { id: fluentd.web, generation: 1, deliverTo: { file: out/fluentd.web.secret } }
      - { id: "trend writer", generation: 1, deliverTo: { file: out/trend_writer.secret } }
    lowerManagers:
      - { host: immhost-kobe, initialSecret: { env: IMMHOST_KOBE_INITIAL_SECRET } }
      - { host: immhost-osaka, initialSecret: { issueOn: osaka } }
    agents:
      - host: db01
        managerHost: immhost-osaka
        secrets:
          oracle.password: { env: DB01_ORACLE_PASSWORD }
      - host: tokyo
        secrets:
          password: { env: TOKYO_PASSWORD_2 }
      - host: web01
        secrets:
          "odd: key": { env: WEB01_ODD_KEY }
          smtp.password: { env: WEB01_SMTP_PASSWORD }
          smtp_password: { env: WEB01_SMTP_PASSWORD_2 }
      - host: web02
        secrets:
          smtp.password: { env: WEB02_SMTP_PASSWORD }
`);
  expect(await textOf(rig)).toBe(text);
  expect(rig.takeWrites()).toEqual([]);
});

test("leaves out the agents of a lower manager whose name no desired state can hold", async () => {
  const world = WORLD.replaceAll(": [immhost-osaka", ': ["odd*host", immhost-osaka') + ODD_MANAGER;
  const { documents } = await exported(await rigWith(DESIRED, world));
  const text = documents.flatMap(({ text }) => [...text()]).join("");
  expect(text).toContain('("odd*host", "immhost01/odd?host", "odd*host/db02"');
  expect(text).not.toContain("host: db02");
});

test("leaves out what is declared already, by a selector too, so that both files merge", async () => {
  const rig = await rigWith(`${DESIRED}
---
apiVersion: jp1im/v1
managers:
  tokyo:
    clients: [{ id: fluentd-web, deliverTo: { file: out/web } }]
    lowerManagers: [{ host: immhost-osaka, initialSecret: { env: OSAKA } }]
    agents: [{ match: "web*", os: linux, secrets: { smtp.password: { env: SMTP } } }]
`);
  const text = await textOf(rig);
  expect(text).toContain("# Left out: what is declared already: 4\n");
  expect(text).not.toMatch(/fluentd-web|issueOn|smtp\.password|web02/);
  await rig.write("found.yaml", text);
  const valid = await validate({ files: ["managers.yaml", "found.yaml"] }, rig.platform());
  expect(valid.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
});

test.each([
  ["env:{KEY}_OF_{AGENT}", "{ env: SMTP_PASSWORD_2_OF_WEB01 }"],
  ["file:secrets/{MANAGERHOST}/{AGENT}/{KEY}", "{ file: secrets/immhost01/web01/smtp_password }"],
  [
    'sops:{"file":"{AGENT}.enc.yaml","path":"{KEY}"}',
    "{ sops: { file: web01.enc.yaml, path: smtp_password_2 } }",
  ],
  [
    'vault:{"path":"secret/{AGENT}","field":"{KEY}"}',
    "{ vault: { path: secret/web01, field: smtp_password } }",
  ],
  ["exec:./show", '{ exec: ["./show"] }'],
])("makes sources of the template %s", async (source, expected) => {
  const rig = await rigWith();
  const text = await textOf(rig, { source });
  expect(text).toContain(`smtp_password: ${expected}\n`);
  await rig.write("found.yaml", text);
  const { diagnostics } = await validate({ files: ["managers.yaml", "found.yaml"] }, rig.platform());
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
});

test("one variable for one key is shared by all agents, when the template names nothing else", async () => {
  // Two agents of one manager, and one of another.
  const world = WORLD.replace("oracle.password: x", "smtp.password: x");
  const text = await textOf(await rigWith(DESIRED, world), { source: "env:{KEY}" });
  expect(text.match(/smtp\.password: \{ env: SMTP_PASSWORD \}/g)).toHaveLength(3);
  expect(text).toContain("smtp_password: { env: SMTP_PASSWORD_2 }");
});

test("a variable that is set already is no placeholder", async () => {
  const rig = await rigWith();
  rig.env.DB01_ORACLE_PASSWORD = "of something else";
  expect(await textOf(rig)).toContain("oracle.password: { env: DB01_ORACLE_PASSWORD_2 }");
});

test("what a name holds never means more than itself in a placeholder", async () => {
  const rig = await rigWith();
  for (const key of ["../../etc/passwd", "$(reboot)", "-rf", "a\\b"])
    rig.simulation.edit({ manager: "tokyo", type: "set-agent-secret", host: "web02", key, secret: "x" });
  const text = await textOf(rig, { source: 'exec:{"command":["show","{KEY}"],"shell":false}' });
  const named = [...text.matchAll(/command: \[show, (.*?)\]/g)].map(([, name]) => name);
  expect(named).toEqual(expect.arrayContaining(["_._.._etc_passwd", "_reboot_", "_rf", "a_b"]));
});

test.each([
  [{ source: "env:{NAME}" }, "usage: --source holds {NAME}, which stands for nothing"],
  [{ sink: "file:out/{KEY}" }, "usage: --sink holds {KEY}, which stands for nothing"],
  [
    { sink: "file:out/all.secret" },
    "usage: every client would be delivered to one place: --sink does not hold {CLIENT}",
  ],
  [{ source: "nonsense" }, "usage: the value of --source is no source"],
  [{ source: 'sops:{"file":"{AGENT}"}' }, "missing-key: `sops` of --source lacks `path`"],
  [{ manager: "kyoto" }, 'unknown-manager: --manager "kyoto": no manager of this name is declared'],
])("refuses %j before anything is read", async (options, expected) => {
  const rig = await rigWith();
  expect(await refusal(exported(rig, options))).toEqual([expected]);
  expect(rig.simulation.requests()).toEqual([]);
});

test("says loudly what could not be read, and exports the rest", async () => {
  const rig = await rigWith();
  rig.simulation.edit({ manager: "osaka", type: "set-manager-state", state: "down" });
  rig.simulation.edit({ manager: "tokyo", type: "set-agent-state", host: "web01", state: "down" });
  rig.simulation.faults.add({
    path: "*subManagers",
    effect: { type: "status", status: 500, messageId: "KAJY68501-E" },
  });
  const { unknown, diagnostics, documents } = await exported(rig);
  expect(unknown.map(({ address }) => address)).toEqual([
    "tokyo/agent",
    "tokyo/agent/immhost01/web01",
    "tokyo/lower-manager",
  ]);
  expect(diagnostics).toMatchObject([
    { severity: "error", summary: expect.stringContaining("INCOMPLETE: 3 lists") },
  ]);
  const text = documents.flatMap((document) => [...document.text()]).join("");
  expect(text).toMatch(
    /# INCOMPLETE\. .*\n# {3}tokyo\/agent: .*KAJY68204-W.*\n# {3}tokyo\/agent\/immhost01\/web01: .*\n# {3}tokyo\/lower-manager: /,
  );
  expect(text).toContain("- host: web02");
  expect(text).not.toContain("- host: web01");
});

test("fails where nothing can be read at all", async () => {
  const rig = await rigWith();
  rig.env.TOKYO_PASSWORD = "wrong";
  expect(await refusal(exported(rig))).toEqual(new Array(3).fill(expect.stringMatching(/^manager-denied: /)));
});

describe("files", () => {
  test.each([
    [undefined, ["tokyo.exported.yaml"]],
    ["kind" as const, ["tokyo.clients.yaml", "tokyo.lower-managers.yaml", "tokyo.agents.yaml"]],
    [
      "agent" as const,
      [
        "tokyo.clients.yaml",
        "tokyo.lower-managers.yaml",
        "tokyo.agents/immhost-osaka/db01.yaml",
        "tokyo.agents/immhost01/tokyo.yaml",
        "tokyo.agents/immhost01/web01.yaml",
        "tokyo.agents/immhost01/web02.yaml",
      ],
    ],
  ])("split by %s they hold what one document holds, and merge", async (split, names) => {
    const rig = await rigWith();
    const all = await exported(rig, split === undefined ? {} : { split });
    const files = await saveExport(all, { folder: "found" }, rig.platform());
    expect(files).toEqual(names.map((name) => `found/${name}`));
    const { resources, diagnostics } = await validate({ files: ["managers.yaml", ...files] }, rig.platform());
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(resources).toMatchObject({ client: 3, "lower-manager": 2, secret: 6 });
  });

  test("that are there stay, and nothing is written beside them, unless they may be replaced", async () => {
    const rig = await rigWith();
    const all = await exported(rig, { split: "kind" });
    await rig.files.makeFolder(`${HOME}/found`);
    await rig.write("found/tokyo.agents.yaml", "by hand");
    const save = (overwrite: boolean) => saveExport(all, { folder: "found", overwrite }, rig.platform());
    expect(await refusal(save(false))).toEqual([
      expect.stringMatching(/^export-unwritable: .*tokyo\.agents\.yaml/),
    ]);
    expect(await rig.files.list(`${HOME}/found`)).toEqual(["tokyo.agents.yaml"]);
    await save(true);
    expect(rig.read("found/tokyo.agents.yaml")).toContain("host: web01");
    expect(await rig.files.list(`${HOME}/found`)).toHaveLength(3);
  });
});
