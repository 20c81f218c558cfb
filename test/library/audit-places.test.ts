import { createSocket } from "node:dgram";
import { once } from "node:events";
import {
  existsSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { apply, type Platform, plan, verifyAudit } from "../../src/index";
import { checkTrail } from "../../src/library/audit/check-trail";
import { FileTrail } from "../../src/library/audit/file-trail";
import { syslogMessage } from "../../src/library/audit/syslog-message";
import { SyslogTrail } from "../../src/library/audit/syslog-trail";
import { DiagnosticError } from "../../src/model/diagnostic";
import { type FileSystem, nodeFileSystem } from "../../src/platform/file-system";
import { MemoryFileSystem } from "../platform/memory-file-system";
import type { Rig } from "../rig/rig";
import { tokyoRig, tokyoYaml } from "../rig/tokyo";

const tokyo = { agents: [{ host: "web01", secrets: { key: { env: "PASSWORD" } } }] };
const folder = mkdtempSync(join(tmpdir(), "jp1im-audit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function auditedRig(audit: object): Promise<Rig> {
  const rig = await tokyoRig(tokyo);
  await rig.write("jp1im.yaml", JSON.stringify({ ...JSON.parse(tokyoYaml(tokyo)), audit }));
  return rig;
}

async function verify(rig: Rig, text: string) {
  const platform = { ...rig.platform(), stdin: async () => Buffer.from(text) };
  return (await verifyAudit({ files: [], trail: "-" }, platform)).audit;
}

async function refusalOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    if (error instanceof DiagnosticError)
      return error.diagnostics.map(({ code, summary }) => `${code}: ${summary}`).join();
    throw error;
  }
  throw new Error("it was not refused");
}

const EVENTS = ["run-started", "plan", "write-started", "write-ended", "run-ended"];
const eventsIn = (text: string) =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line.slice(line.indexOf("{"))).event);

describe("a file", () => {
  const record = {
    time: "2030-01-01T00:00:00.000Z",
    run: "r1",
    command: "apply",
    who: { user: "u", host: "h" },
  };
  const ended = [{ ...record, event: "run-ended", outcome: "done" }] as const;
  const place = (name: string) => join(realpathSync(mkdtempSync(join(folder, "file-"))), name);

  let rig: Rig;
  beforeEach(async () => {
    rig = await auditedRig({});
  });
  const trailAt = (path: string, fileSystem = nodeFileSystem) =>
    new FileTrail(path, "apply", { ...rig.platform(), fileSystem });

  test("has one lock and one chain, also where runs name it by symbolic links", async () => {
    const path = place("audit.jsonl");
    symlinkSync(dirname(path), `${path}.folder`);
    writeFileSync(path, "");
    symlinkSync(path, `${path}.link`);
    const opened = new Set<string>();
    const open: FileSystem["open"] = (each, ...how) => {
      opened.add(each === path ? path : dirname(each));
      return nodeFileSystem.open(each, ...how);
    };
    const names = [path, `${path}.link`, `${path}.folder/audit.jsonl`];
    const trails = names.map((name) => trailAt(name, { ...nodeFileSystem, open }));
    for (const trail of [...trails, ...trails]) await trail.append(ended);
    expect([...opened].sort()).toEqual([path, `${path}.lock`]);
    expect(checkTrail({ bytes: readFileSync(path) })).toMatchObject({ intact: true, chains: 1, lines: 6 });
  });

  test("has each line durably before anything goes on", async () => {
    const files = new MemoryFileSystem({ random: () => 0 });
    const trail = trailAt("/audit/trail.jsonl", files);
    for (const lines of [1, 2]) {
      await trail.append(ended);
      const kept = files.survivor().peek("/audit/trail.jsonl")?.toString() ?? "";
      expect(eventsIn(kept)).toHaveLength(lines);
    }
  });

  test("with a second hard link is refused with the way to one name", async () => {
    const path = place("audit.jsonl");
    const trail = trailAt(path);
    await trail.append(ended);
    linkSync(path, `${path}.other`);
    await expect(trail.append(ended)).rejects.toMatchObject({
      message: "it has 2 names, which are hard links",
      remedy: `give it one: cp -p ${path} ${path}.one-name && mv ${path}.one-name ${path}`,
    });
    await expect(trail.prove()).rejects.toThrow("hard links");
    unlinkSync(`${path}.other`);
    await trail.append(ended);
    expect(checkTrail({ bytes: readFileSync(path) })).toMatchObject({ intact: true, lines: 2 });
  });

  test("that is a symbolic link without a target is refused", async () => {
    const path = place("audit.jsonl");
    symlinkSync(`${path}.gone`, path);
    await expect(trailAt(path).append(ended)).rejects.toThrow("leads to no file");
    expect(existsSync(`${path}.gone`)).toBe(false);
  });
});

describe("a syslog server", () => {
  test("gets each line as a message of RFC 5424, with its length before it over TCP", async () => {
    const received: Buffer[] = [];
    const server = createServer((socket) => socket.on("data", (part) => received.push(part)));
    const port = await listening(server);
    const rig = await auditedRig({ syslog: { address: `tcp://127.0.0.1:${port}`, facility: "authpriv" } });
    await rig.apply();
    await closed(server);
    const messages = unframed(Buffer.concat(received).toString("utf8"));
    expect(eventsIn(messages.join("\n"))).toEqual(EVENTS);
    expect(messages[0]).toMatch(/^<85>1 \d{4}-\S+Z build-7 jp1im 4711 run-started - \{"format_version"/);
    // What a log server writes to its file can be checked.
    const audit = await verify(rig, `${messages.join("\n")}\n`);
    expect(audit).toMatchObject({ intact: true, chains: 1, runs: [{ writes: 1, outcome: "done" }] });
    expect(audit.notes.map(({ detail }) => detail).join()).toContain("a run that is missing as a whole");
  });

  test("gets datagrams over UDP", async () => {
    const socket = createSocket("udp4");
    const received: string[] = [];
    socket.on("message", (message) => received.push(message.toString("utf8")));
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const rig = await auditedRig({ syslog: { address: `udp://127.0.0.1:${socket.address().port}` } });
    await rig.apply();
    while (received.length < EVENTS.length) await once(socket, "message");
    socket.close();
    expect(eventsIn(received.join("\n"))).toEqual(EVENTS);
    expect(received[0]).toMatch(/^<133>1 /);
  });

  test("gets lines over a Unix socket", async () => {
    const path = join(folder, "log.sock");
    const received: Buffer[] = [];
    const server = createServer((socket) => socket.on("data", (part) => received.push(part)));
    server.listen(path);
    await once(server, "listening");
    await (await auditedRig({ syslog: { address: `unix://${path}` } })).apply();
    await closed(server);
    expect(eventsIn(Buffer.concat(received).toString("utf8"))).toEqual(EVENTS);
  });

  test.each(["tcp", "unix"] as const)(
    "that reads nothing over %s is given up after a while",
    async (over) => {
      const accepted: Socket[] = [];
      const server = createServer({ pauseOnConnect: true }, (socket) => accepted.push(socket));
      const path = join(folder, "deaf.sock");
      if (over === "unix") server.listen(path);
      const port = over === "unix" ? await once(server, "listening") : await listening(server);
      const rig = await auditedRig({});
      const address =
        over === "unix" ? ({ over, path } as const) : { over, host: "127.0.0.1", port: Number(port) };
      // Ctrl-C ends no wait for the trail, and so must not be needed to.
      const platform = { ...rig.platform(), signal: AbortSignal.abort() };
      const trail = new SyslogTrail(address, "local0", "r1", platform);
      const record = {
        time: "2030-01-01T00:00:00.000Z",
        run: "r1",
        command: "apply",
        who: { user: "u", host: "h" },
      };
      // More than the buffers of both sides take.
      const addresses = ["a".repeat(32 * 1024 ** 2)];
      const appended = trail.append([{ ...record, event: "run-ended", outcome: "done", addresses }]);
      await expect(appended).rejects.toThrow("it does not read what is sent to it");
      await trail.close();
      for (const socket of accepted) socket.destroy();
      await closed(server);
    },
  );

  test("that is down stops a run before anything is sent", async () => {
    const server = createServer();
    const port = await listening(server);
    await closed(server);
    const rig = await auditedRig({ syslog: { address: `tcp://127.0.0.1:${port}` } });
    expect(await refusalOf(rig.apply())).toBe(
      `audit-unwritable: the audit trail, syslog at tcp://127.0.0.1:${port}, cannot be written: nothing listens there`,
    );
    expect(rig.simulation.requests()).toEqual([]);
  });

  test("gets no field that a name could break", () => {
    const header = { facility: "audit", time: "2030-01-01T00:00:00Z", pid: 7, id: "plan" } as const;
    expect(syslogMessage({ ...header, host: "my host\n<1>" }, "{}")).toBe(
      "<109>1 2030-01-01T00:00:00Z my_host_<1> jp1im 7 plan - {}",
    );
    expect(syslogMessage({ ...header, host: "" }, "{}")).toContain("Z - jp1im");
  });
});

describe("a program", () => {
  test("gets the lines on its standard input, each with its line end", async () => {
    const { run, rig } = await onDisk({ exec: script("cat >> kept.jsonl") });
    await run(apply);
    const text = readFileSync(join(folder, "kept.jsonl"), "utf8");
    expect(eventsIn(text)).toEqual(EVENTS);
    expect(await verify(rig, text)).toMatchObject({ intact: true, runs: [{ outcome: "done" }] });
  });

  test.each([
    ["fails", script("cat > /dev/null; echo no room >&2; exit 3"), "it exited with 3: no room"],
    ["reads only a part", script("exit 0"), "it ended without reading all of its input"],
    [
      "is not there",
      ["./no-such-program", "s3cr3t"],
      "program ./no-such-program, cannot be written: it is not there",
    ],
  ])(
    "that %s stops the run before anything is sent, and its arguments are not shown",
    async (_, exec, why) => {
      const { run, rig } = await onDisk({ exec });
      const refusal = await refusalOf(run(apply));
      expect(refusal).toContain(why);
      expect(refusal).not.toContain("s3cr3t");
      expect(rig.simulation.requests()).toEqual([]);
    },
  );

  test("is not started by a plan, whoever wrote it into the desired state", async () => {
    const { run } = await onDisk({ exec: script("touch started") });
    await run((options, platform) => plan({ ...options, secrets: false }, platform));
    await run(plan);
    expect(existsSync(join(folder, "started"))).toBe(false);
  });
});

function script(text: string) {
  return { command: [text], shell: true };
}

/** Programs work in the folder of the desired state, which has to be on the disk. */
async function onDisk(audit: object) {
  const rig = await tokyoRig(tokyo);
  rig.env.PATH = "/usr/bin:/bin";
  writeFileSync(join(folder, "jp1im.yaml"), JSON.stringify({ ...JSON.parse(tokyoYaml(tokyo)), audit }));
  const platform = { ...rig.platform(), cwd: folder, fileSystem: nodeFileSystem };
  const options = { files: ["jp1im.yaml"], newState: true };
  return {
    rig,
    run: <T>(work: (given: typeof options, on: Platform) => Promise<T>) => work(options, platform),
  };
}

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, "close");
}

function unframed(text: string): string[] {
  const messages: string[] = [];
  for (let rest = text; rest !== ""; ) {
    const [, length = ""] = /^(\d+) /.exec(rest) ?? [];
    const start = length.length + 1;
    messages.push(rest.slice(start, start + Number(length)));
    rest = rest.slice(start + Number(length));
  }
  return messages;
}

test.each(["plan", "saved plan"])(
  "a %s is refused where its apply could not begin the trail",
  async (which) => {
    const rig = await auditedRig({ file: "/var/log/is-a-folder" });
    await rig.files.makeFolder("/var/log/is-a-folder");
    const platform = rig.platform();
    const options = { files: ["jp1im.yaml"], save: which === "saved plan" };
    const { diagnostics } = await plan(options, platform);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ code: "audit-unwritable", severity: "error" }),
    );
    const unread = await plan({ ...options, secrets: false }, platform);
    expect(unread.diagnostics.map(({ code }) => code)).toEqual(["not-trusted"]);
  },
);
