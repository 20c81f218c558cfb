import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SecretValue } from "../../src/model/secret-value";
import { nodeFileSystem } from "../../src/platform/file-system";
import { createDelivery } from "../../src/secrets/delivery";
import { createSecretResolver } from "../../src/secrets/resolver";
import { CANARY } from "./canary";
import { failureOf, reference } from "./references";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jp1im-exec-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const env = { PATH: process.env.PATH ?? "", GREETING: CANARY, JP1IM_STATE_KEY: "never-passed-on" };

/** A program of its own, so that no test needs a shell. */
function program(text: string): string {
  const path = join(folder, "program.mjs");
  writeFileSync(path, text);
  return path;
}

function resolve(options: unknown) {
  return createSecretResolver({ env, fileSystem: nodeFileSystem })
    .resolve(reference("exec", options, folder))
    .then((value) => value.reveal());
}

function node(text: string, ...args: string[]): string[] {
  return [process.execPath, program(text), ...args];
}

describe("the output of a program", () => {
  test.each([
    ["exactly as written", "007", "007"],
    ["without one line end", "v\n", "v"],
    ["without one CRLF", "v\r\n", "v"],
    ["but not without two", " v \n\n", " v \n"],
    ["with the blanks before its line end", "\tv \t\n", "\tv \t"],
  ])("is the value %s", async (_, output, value) => {
    expect(await resolve(node("process.stdout.write(process.argv[2])", output))).toBe(value);
  });

  test("comes of arguments that no shell has seen, in the folder that names it, in the run's environment", async () => {
    const code =
      "process.stdout.write(JSON.stringify([process.argv.slice(2), process.cwd(), process.env.GREETING]))";
    const [args, cwd, greeting] = JSON.parse(await resolve(node(code, "$(id)", "a b", "*")));
    expect(args).toEqual(["$(id)", "a b", "*"]);
    expect(cwd).toBe(folder);
    expect(greeting).toBe(CANARY);
  });

  test("is made without the key of the state, and with nothing to read", async () => {
    const code = `let n = 0; for await (const c of process.stdin) n += c.length;
      process.stdout.write(n + " " + ("JP1IM_STATE_KEY" in process.env));`;
    expect(await resolve(node(code))).toBe("0 false");
  });

  test("is that of a script only where a shell is asked for", async () => {
    expect(await resolve({ command: ['printf %s "$1$GREETING" | cut -c1-4', "x"], shell: true })).toBe(
      "xcan",
    );
    const failure = await failureOf(resolve(["printf x | cat"]), "source-unresolved");
    expect(failure.message).toContain("it is not there, or may not be executed");
  });

  test("is read once, however many use it", async () => {
    const counter = join(folder, "count");
    const options = node(
      `import fs from "node:fs"; fs.appendFileSync(process.argv[2], "x"); console.log("v")`,
      counter,
    );
    const resolver = createSecretResolver({ env, fileSystem: nodeFileSystem });
    await Promise.all([1, 2, 3].map(() => resolver.resolve(reference("exec", options, folder))));
    expect(readFileSync(counter, "utf8")).toBe("x");
  });

  test("is found by a path that starts at the folder", async () => {
    writeFileSync(join(folder, "tool"), "#!/bin/sh\necho found\n");
    chmodSync(join(folder, "tool"), 0o700);
    expect(await resolve(["./tool"])).toBe("found");
  });
});

describe("a program that leaves a daemon behind", () => {
  const daemons: Readonly<Record<string, string>> = {
    "standard error": "sleep 30 </dev/null >/dev/null &",
    "standard output": "sleep 30 </dev/null 2>/dev/null &",
    "all of its output": "sleep 30 &",
    "all of its output in a session of its own": "(setsid sleep 30 &) &",
  };
  const values = new Map<string, string>();
  // Side by side, since each is waited for.
  beforeAll(async () => {
    const resolver = createSecretResolver({ env, fileSystem: nodeFileSystem });
    const resolved = Object.entries(daemons).map(async ([kept, daemon]) => {
      const options = { command: [`${daemon} printf %s "$GREETING"`], shell: true };
      values.set(kept, (await resolver.resolve(reference("exec", options, tmpdir()))).reveal());
    });
    await Promise.all(resolved);
  });

  test.each(Object.keys(daemons))("which keeps %s, gives its value when it has ended itself", (kept) => {
    expect(values.get(kept)).toBe(CANARY);
  });

  test("has delivered a secret when it has ended itself, and has failed with what it wrote", async () => {
    const delivery = createDelivery({ fileSystem: nodeFileSystem, env });
    const issued = { id: "web", token: "t", secret: new SecretValue(CANARY) };
    const out = join(folder, "kept");
    const sink = (script: string) => reference("exec", { command: [script, out], shell: true }, folder);
    const delivered = delivery.deliver(sink('cat >"$1"; sleep 30 &'), issued);
    const failed = delivery.deliver(sink("cat >/dev/null; sleep 30 & echo quota >&2; exit 2"), issued);
    const [failure] = await Promise.all([failureOf(failed, "sink-unwritable"), delivered]);
    expect(readFileSync(out, "utf8")).toBe(CANARY);
    expect(failure.message).toContain("exited with 2: quota");
  });
});

test("when a run is cancelled, the program of a source is stopped, and none is started later", async () => {
  const cancelling = new AbortController();
  const resolver = createSecretResolver({ env, fileSystem: nodeFileSystem, signal: cancelling.signal });
  const [started, later] = [join(folder, "started"), join(folder, "later")];
  const waits = node(
    'import fs from "node:fs"; fs.writeFileSync(process.argv[2], ""); setTimeout(() => {}, 25_000);',
    started,
  );
  const first = failureOf(resolver.resolve(reference("exec", waits, folder)), "cancelled");
  while (!existsSync(started)) await new Promise((resume) => setTimeout(resume, 10));
  cancelling.abort();
  await first;
  const touches = [process.execPath, "-e", `require("node:fs").writeFileSync(${JSON.stringify(later)}, "")`];
  await failureOf(resolver.resolve(reference("exec", touches, folder)), "cancelled");
  expect(existsSync(later)).toBe(false);
});

test("a script with the line ends of Windows is reported as such, before and after it is started", async () => {
  writeFileSync(join(folder, "tool"), "#!/bin/sh\r\necho x\r\n", { mode: 0o700 });
  const source = await failureOf(resolve(["./tool"]), "source-unresolved");
  expect(source.message).toContain("lines that end with CRLF");
  const proof = createDelivery({ fileSystem: nodeFileSystem, env }).prove(
    reference("exec", ["./tool"], folder),
  );
  expect((await failureOf(proof, "sink-unwritable")).message).toContain("lines that end with CRLF");
});

const LOADER = Buffer.concat([
  // The header of a 64-bit program with one program header behind it, which names the loader behind that.
  Buffer.from("7f454c4602010100000000000000000003003e00010000000000000000000000", "hex"),
  Buffer.from("4000000000000000000000000000000000000000400038000100000000000000", "hex"),
  Buffer.from("0300000004000000780000000000000000000000000000000000000000000000", "hex"),
  Buffer.from("100000000000000000000000000000000100000000000000", "hex"),
  Buffer.from("/lib/no-such.so\0"),
]);

describe("a program that the system cannot run", () => {
  test.each([
    ["a missing interpreter", "#!/nope/sh -e\n", '"/nope/sh" in its first line'],
    ["a missing interpreter in the folder", "#! tool2\n", '"tool2" in its first line'],
    ["one that env does not find", "#!/usr/bin/env nope3\n", '"nope3" in its first line'],
    ["one that env -S does not find", "#!/usr/bin/env -S A=b nope3 -u\n", '"nope3" in its first line'],
    ["an option that env takes for a part of the name", "#!/usr/bin/env node -e\n", '"node -e" in its'],
    ["an interpreter that may not be executed", "#!/etc/passwd\n", '"/etc/passwd" in its first line'],
    ["a damaged head", "\x7fELFgarbage", "is a damaged program"],
    ["a missing loader", LOADER, "needs /lib/no-such.so, which is not there"],
    ["bytes of no program", Buffer.from([0, 1, 2, 0]), "is neither a program nor a script"],
    ["text in UTF-16", Buffer.from("\ufeff#!/bin/sh\n", "utf16le"), "is UTF-16 text"],
  ])("with %s, is refused by the proof, and as a source", async (_, content, why) => {
    writeFileSync(join(folder, "tool"), content, { mode: 0o700 });
    const proof = createDelivery({ fileSystem: nodeFileSystem, env }).prove(
      reference("exec", ["./tool"], folder),
    );
    expect((await failureOf(proof, "sink-unwritable")).message).toContain(why);
    expect((await failureOf(resolve(["./tool"]), "source-unresolved")).message).toContain(why);
  });

  test.each([
    ["by a shell without a first line that says so", "echo hello\n"],
    ["with blanks around its interpreter", "#! \t/bin/sh \necho hello\n"],
    ["by env with variables", "#!/usr/bin/env -S A=b sh\necho hello\n"],
  ])("is not one that runs %s", async (_, content) => {
    writeFileSync(join(folder, "tool"), content, { mode: 0o700 });
    const delivery = createDelivery({ fileSystem: nodeFileSystem, env });
    await delivery.prove(reference("exec", ["./tool"], folder));
    await delivery.prove(reference("exec", [process.execPath], folder));
    expect(await resolve(["./tool"])).toBe("hello");
  });

  test("because of its file system, says so", async () => {
    writeFileSync(join(folder, "tool"), "#!/bin/sh\n", { mode: 0o700 });
    const noexec = { ...nodeFileSystem, mayExecute: () => Promise.reject(new Error("EACCES")) };
    const proof = createDelivery({ fileSystem: noexec, env }).prove(reference("exec", ["./tool"], folder));
    expect((await failureOf(proof, "sink-unwritable")).message).toContain("may not be executed");
  });
});

describe("a program that fails", () => {
  test.each([
    [
      "exits",
      `console.log(${JSON.stringify(CANARY)}); console.error("no such entry\\u001b[31m"); process.exit(3)`,
      "exited with 3: no such entry [31m",
    ],
    ["is killed", `process.kill(process.pid, "SIGKILL")`, "was ended by SIGKILL"],
    [
      "repeats the value",
      `console.log(${JSON.stringify(CANARY)}); console.error("bad: " + ${JSON.stringify(CANARY)}); process.exit(1)`,
      "holds a part of the secret, and is not shown",
    ],
    ["writes nothing", "", "wrote nothing"],
    ["writes a line end only", "console.log()", "wrote nothing"],
    ["writes bytes", `process.stdout.write(Buffer.from([0xff, 0xfe]))`, "not UTF-8"],
    [
      "writes too much",
      `process.stdout.write(${JSON.stringify(CANARY)}.repeat(9000))`,
      "more than 65536 bytes",
    ],
  ])("because it %s is told so, and nothing of its output", async (_, code, text) => {
    const failure = await failureOf(resolve(node(code)), "source-unresolved");
    expect(failure.message).toContain(text);
  });

  test.each([
    ["base64", (text: string) => Buffer.from(text).toString("base64")],
    ["base64 behind a name", (text: string) => Buffer.from(`user:${text}`).toString("base64")],
    [
      "base64 of JSON",
      (text: string) => Buffer.from(JSON.stringify({ a: "x", b: text })).toString("base64url"),
    ],
    [
      "base64 that is folded",
      (text: string) => Buffer.from(`12${text}`).toString("base64").replace(/.{7}/g, "$&\n"),
    ],
    ["hex", (text: string) => Buffer.from(text).toString("hex").toUpperCase()],
    ["JSON", (text: string) => JSON.stringify({ text })],
    [
      "JSON in ASCII",
      (text: string) =>
        JSON.stringify(text).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
    ],
    ["a URL", (text: string) => `?p=${encodeURIComponent(text).replaceAll("%20", "+")}`],
    [
      "a URL that escapes all",
      (text: string) => [...Buffer.from(text)].map((b) => `%${b.toString(16).padStart(2, "0")}`).join(""),
    ],
    ["lines of five characters", (text: string) => text.replace(/.{5}/g, "$&\n  ")],
    ["a very long text", (text: string) => `${Buffer.from(text).toString("base64")}${" x".repeat(3000)}`],
  ])("and repeats its value as %s has nothing of that shown", async (_, spelled) => {
    const failing = `import fs from "node:fs"; console.log(process.env.GREETING); fs.writeSync(2, process.argv[2]); process.exit(1)`;
    const failure = await failureOf(
      resolve(node(failing, `cannot: ${spelled(CANARY)}`)),
      "source-unresolved",
    );
    expect(failure.message).toContain("holds a part of the secret, and is not shown");
  });

  test("with a long complaint has only its end told", async () => {
    const failure = await failureOf(
      resolve(node(`console.error("x".repeat(9000) + " the end"); process.exit(1)`)),
      "source-unresolved",
    );
    expect(failure.message).toContain("the end");
    expect(failure.message.length).toBeLessThan(700);
  });

  test("to end in time is stopped with all that it started", async () => {
    const pids = join(folder, "pids");
    const code = `import { spawn } from "node:child_process"; import fs from "node:fs";
      const child = spawn("sleep", ["60"], { stdio: "inherit" });
      fs.writeFileSync(process.argv[2], process.pid + " " + child.pid); setInterval(() => {}, 1000);`;
    const failure = await failureOf(
      resolve({ command: node(code, pids), timeout: 1.5 }),
      "source-unresolved",
    );
    expect(failure.message).toContain("did not end within 1.5 s and was stopped");
    for (const pid of readFileSync(pids, "utf8").split(" ")) await gone(Number(pid));
  });

  test.each([[["/nowhere/tool"]], [["./tool\0"]]])("to start is told so: %j", async (command) => {
    const failure = await failureOf(resolve(command), "source-unresolved");
    expect(failure.message).toContain("cannot be started");
  });

  test("to be found because its arguments stand in its name shows none of them", async () => {
    const failure = await failureOf(resolve([`curl -u ${CANARY}`]), "source-unresolved");
    expect(failure.message).toContain("the program curl … cannot be started");
    expect(failure.message).not.toContain("canary");
    const proof = createDelivery({ fileSystem: nodeFileSystem, env }).prove(
      reference("exec", [`curl -u ${CANARY}`], folder),
    );
    const refused = await failureOf(proof, "sink-unwritable");
    expect(refused.message).toContain("the program curl … is not there");
    expect(refused.message).not.toContain("canary");
  });

  test("shows none of its arguments", async () => {
    const failure = await failureOf(resolve([...node("process.exit(1)"), CANARY]), "source-unresolved");
    expect(failure.message).toContain("exited with 1");
  });
});

describe("the exec sink", () => {
  const secret = new SecretValue(CANARY);
  const issued = { id: "web", secret, token: "t" };
  const delivery = () => createDelivery({ fileSystem: nodeFileSystem, env });
  const sink = (options: unknown) => reference("exec", options, folder);

  test("gives the secret on standard input, and in no argument and no variable", async () => {
    const out = join(folder, "seen");
    const code = `import fs from "node:fs"; let text = ""; for await (const c of process.stdin) text += c;
      const proc = ["cmdline", "environ"].map((f) => fs.readFileSync("/proc/self/" + f, "utf8"));
      fs.writeFileSync(process.argv[2], JSON.stringify([text, ...proc]));`;
    const clean = createDelivery({ fileSystem: nodeFileSystem, env: { PATH: env.PATH } });
    await clean.deliver(sink({ command: node(code, out), format: "json" }), issued);
    const [text, cmdline, environ] = JSON.parse(readFileSync(out, "utf8"));
    expect(JSON.parse(text)).toEqual({ id: "web", secret: CANARY });
    for (const shown of [cmdline, environ]) expect(shown).not.toContain("canary");
    expect(clean.describe(sink({ command: node(code, out) }))).toBe(`program ${process.execPath}`);
  });

  test.each([
    ["exits", `console.error("quota"); process.exit(2)`, "exited with 2"],
    [
      "repeats the secret",
      `for await (const c of process.stdin) console.error("cannot keep " + c); process.exit(2)`,
      "holds a part of the secret, and is not shown",
    ],
  ])("fails when the program %s", async (_, code, text) => {
    const failure = await failureOf(delivery().deliver(sink(node(code)), issued), "sink-unwritable");
    expect(failure.message).toContain(text);
  });

  const long = { id: "web", token: "t", secret: new SecretValue(CANARY.repeat(20_000)) };
  test.each([
    ["nothing of a short secret", "exit 0", issued],
    ["nothing of a short secret for a while", "sleep 0.2", issued],
    ["nothing of a long secret", "exit 0", long],
    ["no more than a part", "head -c 10 >/dev/null", issued],
    ["its input, which it closes", "exec <&-; sleep 0.2", issued],
  ])("fails when the program ends well and has read %s", async (_, script, what) => {
    const delivered = delivery().deliver(sink({ command: [script], shell: true }), what);
    expect((await failureOf(delivered, "sink-unwritable")).message).toContain(
      "without reading all of its input",
    );
  });

  test("shows an error that names the client, in a format that has its name", async () => {
    const script = "cat >/dev/null; echo cannot keep fluentd-web >&2; exit 1";
    const delivered = delivery().deliver(sink({ command: [script], shell: true, format: "json" }), {
      ...issued,
      id: "fluentd-web",
    });
    expect((await failureOf(delivered, "sink-unwritable")).message).toContain("cannot keep fluentd-web");
  });

  test.each([
    ["cat /dev/stdin", 'cat /dev/stdin >"$1"'],
    ["tee", 'tee "$1" </dev/stdin >/dev/null'],
    [
      "a script",
      'while IFS= read -r line || [ -n "$line" ]; do printf %s "$line"; done </proc/self/fd/0 >"$1"',
    ],
  ])("gives its input to programs that open it by name, as %s does", async (_, script) => {
    const out = join(folder, "out");
    await delivery().deliver(sink({ command: [script, out], shell: true }), issued);
    expect(readFileSync(out, "utf8")).toBe(CANARY);
  });

  test("fails when the program leaves the last line end unread", async () => {
    const script = `head -c "$1" >/dev/null`;
    const delivered = delivery().deliver(
      sink({
        command: [script, `${JSON.stringify({ id: "web", secret: CANARY }).length + 1}`],
        shell: true,
        format: "json",
      }),
      issued,
    );
    expect((await failureOf(delivered, "sink-unwritable")).message).toContain("without reading all");
  });

  test.each([
    ["ends with another code", "cat >/dev/null; echo quota >&2; exit 255", "exited with 255: quota"],
    ["is killed", "kill -KILL $$", "was ended by SIGKILL"],
    ["has the name of a shell's command", undefined, "exited with 127"],
  ])("says how the program ended that %s", async (_, script, text) => {
    const options = script === undefined ? ["exit"] : { command: [script], shell: true };
    const failure = await failureOf(delivery().deliver(sink(options), issued), "sink-unwritable");
    expect(failure.message).toContain(text);
  });

  test("that is stopped after a time-out is stopped with all that reads for it", async () => {
    const pids = join(folder, "pids");
    const script = 'sleep 60 & echo "$$ $!" >"$1"; wait';
    const delivered = delivery().deliver(
      sink({ command: [script, pids], shell: true, timeout: 1.5 }),
      issued,
    );
    expect((await failureOf(delivered, "sink-unwritable")).message).toContain("was stopped");
    for (const pid of readFileSync(pids, "utf8").split(" ")) await gone(Number(pid));
  });

  test("passes the environment of the run on, and nothing more", async () => {
    const out = join(folder, "environment");
    const script = `import fs from "node:fs"; for await (const c of process.stdin); fs.writeFileSync(process.argv[2], Object.keys(process.env).join());`;
    await delivery().deliver(sink(node(script, out)), issued);
    expect(readFileSync(out, "utf8").split(",").sort()).toEqual(["GREETING", "PATH"]);
  });

  test("succeeds when the program reads all bytes and does not wait for the end", async () => {
    const delivering = delivery().deliver(sink(["head", "-c", `${Buffer.byteLength(CANARY)}`]), issued);
    await expect(delivering).resolves.toBeUndefined();
  });

  test("is proven by the program being there and executable, and nothing is run", async () => {
    writeFileSync(join(folder, "tool"), `#!/bin/sh\ntouch ${join(folder, "ran")}\n`);
    const refused = await failureOf(delivery().prove(sink(["./tool"])), "sink-unwritable");
    expect(refused.message).toContain("may not be executed");
    chmodSync(join(folder, "tool"), 0o700);
    await delivery().prove(sink(["./tool"]));
    await delivery().prove(sink(["sh", "-c", "true"]));
    await delivery().prove(sink({ command: ["anything goes"], shell: true }));
    expect(existsSync(join(folder, "ran"))).toBe(false);
    expect((await failureOf(delivery().prove(sink(["no-such-tool"])), "sink-unwritable")).message).toContain(
      "no-such-tool",
    );
  });
});

/** Waits until a process has ended; a zombie that nobody has collected yet has ended, too. */
async function gone(pid: number): Promise<void> {
  for (let poll = 0; poll < 200; poll++) {
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : "";
    if (stat === "" || /\) Z /.test(stat)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${pid} still runs`);
}
