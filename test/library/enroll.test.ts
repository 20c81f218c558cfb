import { type EnrollOptions, enroll } from "../../src/index";
import type { Platform } from "../../src/library/platform";
import { DiagnosticError } from "../../src/model/diagnostic";
import { moments, runs } from "../effort";
import { MemoryFileSystem, seededRandom } from "../platform/memory-file-system";
import { HOME, Rig } from "../rig/rig";

const WORLD = `
apiVersion: jp1im-simulator/v1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: jp1-pass, permission: JP1_Console_Admin } }
    initialSecret: the-initial-secret
    clients: { foreign-app: null }
`;
const ISSUE = "tokyo secret/client/generateInfo app";
const options: EnrollOptions = {
  url: "http://tokyo.test",
  clientId: "app",
  initialSecret: "env:INITIAL",
  deliverTo: ["file:out/app.secret"],
};

async function rigWithInitialSecret(): Promise<Rig> {
  const rig = await Rig.create(WORLD);
  rig.env.INITIAL = "the-initial-secret";
  return rig;
}

const valid = (rig: Rig) => rig.simulation.truth().managers.tokyo?.clients?.app;
const issueFault = (when: "before" | "after", times: number) =>
  ({ path: "secret/client/generateInfo", times, effect: { type: "drop", when } }) as const;

const start = (rig: Rig, more: Partial<EnrollOptions> = {}, platform: Partial<Platform> = {}) =>
  enroll({ ...options, ...more }, { ...rig.platform(), ...platform });

async function refusal(work: Promise<unknown>): Promise<{ code: string; summary: string; remedy: string }> {
  const error = await work.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(DiagnosticError);
  return error.diagnostics.find(({ severity }: { severity: string }) => severity === "error");
}

test("an application gets its secret, and a second start does nothing", async () => {
  const rig = await rigWithInitialSecret();
  expect(await start(rig)).toMatchObject({ status: "enrolled", delivered_to: "file out/app.secret" });
  expect(rig.read("out/app.secret")).toBe(valid(rig));
  expect(rig.takeWrites()).toEqual([ISSUE]);
  // By then the initial secret may be gone, and nothing need be writable.
  delete rig.env.INITIAL;
  rig.files.onCall = ({ name }) =>
    ["open", "rename", "unlink", "makeFolder"].includes(name) ? "EROFS" : undefined;
  expect(await start(rig)).toMatchObject({ status: "already", issued_at: expect.any(String) });
  expect(rig.simulation.requests()).toEqual([]);
});

test("a secret that is there without any record of it counts as delivered, and is not touched", async () => {
  const rig = await rigWithInitialSecret();
  await rig.files.makeFolder(`${HOME}/out`);
  await rig.write("out/app.secret", "brought along by an image");
  expect(await start(rig)).toMatchObject({ status: "already" });
  expect(rig.read("out/app.secret")).toBe("brought along by an image");
  expect(rig.simulation.requests()).toEqual([]);
});

test("several sinks get it, in the format that each has", async () => {
  const rig = await rigWithInitialSecret();
  const deliverTo = ["file:a", 'file:{"path":"b","format":"id:secret"}'];
  expect(await start(rig, { deliverTo })).toMatchObject({ delivered_to: "file a and file b" });
  expect([rig.read("a"), rig.read("b")]).toEqual([valid(rig), `app:${valid(rig)}`]);
});

test("a request that never arrived is sent again", async () => {
  const rig = await rigWithInitialSecret();
  rig.simulation.faults.add(issueFault("before", 1));
  expect(await start(rig)).toMatchObject({ status: "enrolled" });
  expect(rig.read("out/app.secret")).toBe(valid(rig));
});

test("a lost answer is told honestly, with the way out, until the client is deleted", async () => {
  const rig = await rigWithInitialSecret();
  rig.simulation.faults.add(issueFault("after", 1));
  const { status, diagnostics } = await start(rig);
  expect([status, diagnostics[0]?.code]).toEqual(["failed", "sink-unwritable"]);
  const later = await refusal(start(rig));
  expect(later.summary).toContain("is issued already");
  expect(later.remedy).toContain("JP1_Console_Admin delete it and start again");
  rig.simulation.edit({ type: "delete-client", manager: "tokyo", id: "app" });
  expect(await start(rig)).toMatchObject({ status: "enrolled" });
  expect(rig.read("out/app.secret")).toBe(valid(rig));
});

test("a refusal after a lost answer takes nothing back: the next start still knows of the request", async () => {
  const rig = await rigWithInitialSecret();
  rig.simulation.faults.add(issueFault("after", 1));
  rig.simulation.faults.add({
    ...issueFault("after", 1),
    ...{ skip: 1, effect: { type: "status", status: 403, messageId: "KAJY01000-E" } },
  });
  expect(await start(rig)).toMatchObject({ status: "failed", diagnostics: [{ code: "manager-denied" }] });
  expect((await refusal(start(rig))).summary).toContain("is issued already");
});

test("a delivered secret that is gone is not replaced behind anybody's back", async () => {
  const rig = await rigWithInitialSecret();
  await start(rig);
  await rig.remove("out/app.secret");
  for (let time = 0; time < 2; time++) {
    expect((await refusal(start(rig))).summary).toContain("and it is no longer there");
  }
});

test("an ID that somebody else has is refused, and never becomes ours", async () => {
  const rig = await rigWithInitialSecret();
  for (let time = 0; time < 2; time++) {
    expect(await refusal(start(rig, { clientId: "foreign-app" }))).toMatchObject({ code: "not-ours" });
  }
});

const kept = (rig: Rig) => rig.files.paths().filter((path) => path.includes("/recovery/"));

/** The proof of the sink passes, and then the delivery fails. */
async function failedDelivery(more: Partial<EnrollOptions> = {}) {
  const rig = await rigWithInitialSecret();
  rig.files.onCall = ({ name, path }) =>
    ["rename", "link"].includes(name) && path.endsWith("app.secret") ? "ENOSPC" : undefined;
  const failed = await start(rig, more);
  rig.files.onCall = () => undefined;
  rig.takeWrites();
  return { rig, failed };
}

test("a secret that could not be delivered is kept, and the next start delivers that very one", async () => {
  const { rig, failed } = await failedDelivery();
  expect(failed.status).toBe("failed");
  expect(failed.diagnostics.map(({ summary }) => summary).join()).toContain("no space is left");
  const [file = ""] = kept(rig);
  expect(failed.diagnostics.at(-1)?.summary).toContain(`is kept in ${file}`);
  const text = rig.files.peek(file)?.toString() ?? "";
  for (const secret of [String(valid(rig)), "the-initial-secret"]) expect(text).not.toContain(secret);

  expect(await start(rig)).toMatchObject({ status: "delivered", issued_at: expect.any(String) });
  expect(rig.takeWrites()).toEqual([]);
  expect(rig.read("out/app.secret")).toBe(valid(rig));
  expect(kept(rig)).toEqual([]);
  expect(await start(rig)).toMatchObject({ status: "already" });
});

test("of several sinks, those that have it are given the same again with the one that failed", async () => {
  const { rig, failed } = await failedDelivery({ deliverTo: ["file:first", "file:out/app.secret"] });
  expect(failed.places).toEqual([
    { place: "file first", status: "delivered" },
    { place: "file out/app.secret", status: "failed" },
  ]);
  expect(rig.read("first")).toBe(valid(rig));
  expect(await start(rig, { deliverTo: ["file:first", "file:out/app.secret"] })).toMatchObject({
    status: "delivered",
  });
  expect([rig.read("first"), rig.read("out/app.secret")]).toEqual([valid(rig), valid(rig)]);
});

test("what was kept opens with no other initial secret, and that is said", async () => {
  const { rig } = await failedDelivery();
  rig.simulation.edit({ manager: "tokyo", type: "set-initial-secret", secret: "a-newer-initial-secret" });
  rig.env.INITIAL = "a-newer-initial-secret";
  const { remedy } = await refusal(start(rig));
  expect(remedy).toContain("encrypted to another initial secret");
  // The older one no longer opens the manager, and need not.
  rig.env.INITIAL = "the-initial-secret";
  rig.takeWrites();
  expect(await start(rig)).toMatchObject({ status: "delivered" });
  expect(rig.takeWrites()).toEqual([]);
});

test("a kept secret that cannot be read stops the start, and nothing is asked of the manager", async () => {
  const { rig } = await failedDelivery();
  rig.files.onCall = ({ name, path }) =>
    name === "readFile" && path.includes("/recovery/") ? "EACCES" : undefined;
  expect(await refusal(start(rig))).toMatchObject({ code: "state-unreadable" });
  expect(rig.simulation.requests()).toEqual([]);
});

test("where it can neither be delivered nor kept, the start says that it is lost", async () => {
  const rig = await rigWithInitialSecret();
  rig.files.onCall = ({ name, path }) =>
    (name === "open" && path.includes("/recovery")) ||
    (["rename", "link"].includes(name) && path.endsWith("app.secret"))
      ? "ENOSPC"
      : undefined;
  const { status, diagnostics } = await start(rig);
  expect(status).toBe("failed");
  expect(diagnostics.at(-1)?.summary).toBe('the client "app" was issued, and its secret is lost');
});

test.each([
  ["a sink that cannot be written", { deliverTo: ["exec:no-such-program"] }, "sink-unwritable"],
  ["an initial secret that is not there", { initialSecret: "env:NONE" }, "source-unresolved"],
  ["an ID that belongs to agents", { clientId: "AGENT_web01" }, "reserved-name"],
  ["a URL that is none", { url: "tokyo" }, "out-of-range"],
  ["a certificate that is not there", { tls: { ca: "ca.pem" } }, "file-unreadable"],
  ["a source that is none", { initialSecret: "the-secret-itself" }, "usage"],
  [
    "options of a sink that it does not know",
    { deliverTo: ['file:{"path":"x","fromat":"json"}'] },
    "unknown-key",
  ],
  ["a sink in half a JSON", { deliverTo: ["age:{"] }, "usage"],
] as const)("%s is refused before anything is sent", async (_, more, code) => {
  const rig = await rigWithInitialSecret();
  const diagnostic = await refusal(start(rig, more as Partial<EnrollOptions>));
  expect(diagnostic).toMatchObject({ code });
  expect(diagnostic).not.toHaveProperty("position");
  expect(JSON.stringify(diagnostic)).not.toContain("the-secret-itself");
  expect(rig.simulation.requests()).toEqual([]);
});

test("a wrong initial secret is a denial, and leaves no record", async () => {
  const rig = await rigWithInitialSecret();
  rig.env.INITIAL = "another";
  const denied = await refusal(start(rig));
  expect(denied).toMatchObject({ code: "manager-denied" });
  expect(JSON.stringify(denied)).not.toContain("<stdin>");
  rig.env.INITIAL = "the-initial-secret";
  expect(await start(rig)).toMatchObject({ status: "enrolled" });
});

test("after a crash at any file-system call a start enrols, finds the secret, or says that it is lost", async () => {
  const quiet = await rigWithInitialSecret();
  await start(quiet);
  const ends = new Set<string>();
  for (const at of moments(quiet.files.calls)) {
    for (let seed = 0; seed < runs(2); seed++) {
      const rig = await rigWithInitialSecret();
      const files = new MemoryFileSystem({ random: seededRandom(seed * 1000 + at) }, rig.files);
      files.onCall = ({ number }) => (number === at ? "crash" : undefined);
      await start(rig, {}, { fileSystem: files }).catch(() => undefined);
      const fileSystem = files.survivor();
      const end = await start(rig, {}, { fileSystem, isProcessAlive: () => false }).catch((error) => error);
      ends.add(end.status ?? end.diagnostics[0].code);
      const held = fileSystem.peek(`${HOME}/out/app.secret`)?.toString();
      if (end instanceof DiagnosticError) expect([at, seed, held]).toEqual([at, seed, undefined]);
      else expect([at, seed, held]).toEqual([at, seed, valid(rig)]);
    }
  }
  expect([...ends].sort()).toEqual(["already", "delivered", "enrolled", "sink-unwritable"]);
});

test.each([
  ["counts as delivered", undefined, "already"],
  ["that somebody replaced stays as it is", "somebody's own", "failed"],
])(
  "a file whose delivery no record confirms, and of which nothing is kept, %s",
  async (_, replaced, status) => {
    const rig = await rigWithInitialSecret();
    let isDurable = false;
    rig.files.onCall = ({ name, path }) => {
      if (isDurable) return "crash";
      isDurable = name === "syncFolder" && path.endsWith("/out") && rig.read("out/app.secret") !== undefined;
      return undefined;
    };
    await start(rig).catch(() => undefined);
    rig.files = rig.files.survivor();
    for (const path of rig.files.paths()) if (path.includes("/recovery/")) await rig.files.unlink(path);
    const delivered = rig.read("out/app.secret");
    expect(delivered).toBe(valid(rig));
    if (replaced !== undefined) await rig.write("out/app.secret", replaced);
    const again = () => start(rig, {}, { isProcessAlive: () => false });
    expect(await again().catch(() => ({ status: "failed" }))).toMatchObject({ status });
    expect(rig.read("out/app.secret")).toBe(replaced ?? delivered);
    // From then on the record says so, and the initial secret may be gone.
    delete rig.env.INITIAL;
    if (replaced === undefined) expect(await again()).toMatchObject({ status: "already" });
  },
);

test("what is kept for the next start goes only once the record of the delivery is durable", async () => {
  const rig = await rigWithInitialSecret();
  let recorded: string | undefined;
  rig.files.onCall = ({ name, path }) => {
    if (name !== "unlink" || !path.includes("/recovery/")) return undefined;
    const files = rig.files.survivor();
    const [log = ""] = files.paths().filter((each) => each.endsWith("state.log"));
    recorded = files.peek(log)?.toString();
    return undefined;
  };
  expect(await start(rig)).toMatchObject({ status: "enrolled" });
  expect(recorded).toContain('"status":"delivered"');
});

test("neither the initial secret nor the issued one is in the record or in an event", async () => {
  const rig = await rigWithInitialSecret();
  const told = JSON.stringify([
    await start(rig),
    rig.events,
    rig.files
      .paths()
      .filter((path) => path.endsWith("state.log"))
      .map((path) => String(rig.files.peek(path))),
  ]);
  expect(told).toContain("issuing");
  for (const secret of ["the-initial-secret", String(valid(rig))]) expect(told).not.toContain(secret);
});

test("a file that holds the secret of another client does not make this one enrolled", async () => {
  const rig = await rigWithInitialSecret();
  await start(rig);
  const first = rig.read("out/app.secret");
  rig.takeWrites();
  const refused = await refusal(start(rig, { clientId: "other" }));
  expect(refused.code).toBe("sink-unwritable");
  expect(refused.summary).toContain("the secret of another client");
  expect(rig.read("out/app.secret")).toBe(first);
  expect(rig.simulation.requests()).toEqual([]);
});

describe("a file at the sink", () => {
  /** The file system as it is, and nothing asked of the manager. */
  async function expectRefusal(rig: Rig, more: Partial<EnrollOptions>, expected: object): Promise<void> {
    const contents = () => rig.files.paths().map((path) => [path, rig.files.peek(path)?.toString()]);
    const before = contents();
    rig.simulation.clearRequests();
    expect(await refusal(start(rig, more))).toMatchObject(expected);
    expect(rig.simulation.requests()).toEqual([]);
    expect(contents()).toEqual(before);
  }

  test("that another client was enrolled into is refused from another state as well", async () => {
    const rig = await rigWithInitialSecret();
    await start(rig);
    const summary = expect.stringContaining("the secret of another client");
    await expectRefusal(rig, { clientId: "other", state: "elsewhere" }, { code: "sink-unwritable", summary });
  });

  test("is not looked for where a URL names the state, which an enrolment keeps in a folder", async () => {
    const rig = await rigWithInitialSecret();
    const state = "postgres://db.example/jp1im";
    const summary = expect.stringContaining("keeps its state in a folder");
    await expectRefusal(rig, { state }, { code: "usage", summary });
  });

  test("that the same client was enrolled into counts as delivered from another state as well", async () => {
    const rig = await rigWithInitialSecret();
    await start(rig);
    expect(await start(rig, { state: "elsewhere" })).toMatchObject({ status: "already" });
  });

  test.each([
    ["the file of another client", `${HOME}/out/app.secret`],
    ["a file of the system", "/etc/passwd"],
    ["nothing", "/nowhere"],
  ])("that is a symlink to %s is refused", async (_, target) => {
    const rig = await rigWithInitialSecret();
    await start(rig);
    await rig.files.makeFolder("/etc");
    rig.files.place("/etc/passwd", "root:x:0:0");
    await rig.files.makeFolder(`${HOME}/l`);
    rig.files.place(`${HOME}/l/app`, "", { type: "symlink", target });
    const summary = expect.stringContaining("is a symlink");
    const more = { clientId: "other", deliverTo: ["file:l/app"], state: "elsewhere" };
    await expectRefusal(rig, more, { code: "sink-unwritable", summary });
  });

  test.each([
    ["of the state that is named", { state: "elsewhere", deliverTo: ["file:elsewhere/new"] }],
    ["of an earlier enrolment", { deliverTo: ["file:out/.jp1im-enroll/state.log"] }],
    ["of an earlier enrolment with a state of its own", { deliverTo: ["file:named/recovery/x"] }],
    ["of several sinks", { deliverTo: ["file:a", "file:out/.jp1im-enroll/.gitignore"] }],
  ])("in the folder %s is refused", async (_, more) => {
    const rig = await rigWithInitialSecret();
    await start(rig);
    await start(rig, { clientId: "named", state: "named", deliverTo: ["file:out/named"] });
    const summary = expect.stringMatching(/lies in the (state's folder|folder of a state)/);
    await expectRefusal(rig, { clientId: "other", ...more }, { code: "shared-place", summary });
  });
});

test("a file that somebody makes after the proof stays as it is, and the next start does not take it for ours", async () => {
  const rig = await rigWithInitialSecret();
  rig.files.onCall = ({ name, path }) => {
    if (name === "link" && path.endsWith("app.secret")) rig.files.place(path, "somebody's own");
    return undefined;
  };
  expect(await start(rig)).toMatchObject({ status: "failed" });
  rig.files.onCall = () => undefined;
  expect(await start(rig)).toMatchObject({ status: "failed" });
  expect(rig.read("out/app.secret")).toBe("somebody's own");
  await rig.remove("out/app.secret");
  expect(await start(rig)).toMatchObject({ status: "delivered" });
  expect(rig.read("out/app.secret")).toBe(valid(rig));
});

test.each([
  [{ clientId: "AGENT_web01" }, "--client-id is not acceptable"],
  [{ url: "tokyo" }, "--url is not acceptable"],
  [{ url: "http://127.0.0.1:21005/path" }, "--url is not acceptable"],
  [{ url: "http://127.0.0.1:21005", clientId: "a:b" }, "--client-id is not acceptable"],
  [{ deliverTo: ['file:{"path":"x","fromat":"json"}'] }, "unknown key `fromat` in `file` of --deliver-to"],
  [{ deliverTo: ["file:a", 'file:{"path":"x","format":"x"}'] }, "`file.format` of --deliver-to must be"],
  [{ tls: { ca: "~/ca.pem" } }, "--ca is not acceptable"],
])("what is wrong with %j names the option, and no place in a file", async (more, text) => {
  const { summary } = await refusal(start(await rigWithInitialSecret(), more));
  expect(summary).toContain(text);
  expect(summary).not.toMatch(/`managers[.[]/);
});
