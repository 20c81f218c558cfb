import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { inputStream } from "../../src/cli/process-io";
import { textStream } from "../../src/cli/text-stream";

/** Node's stream of an output: what a descriptor is that no process has. */
const NONE = -1;
const notOpened = () => {
  throw new Error("Node's stream was opened");
};
const input = () => new PassThrough() as PassThrough & NodeJS.ReadStream;
const never = new AbortController().signal;
const onLinux = process.platform === "linux" ? test : test.skip;

describe("a stream of text", () => {
  test("whose reader has gone drops what is written, and no write rejects", async () => {
    let writes = 0;
    const broken = new Writable({
      write: (_chunk, _encoding, done) => {
        writes += 1;
        done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      },
    });
    const stream = textStream(NONE, () => broken as NodeJS.WriteStream);
    await stream.write("one");
    await stream.write("two");
    expect({ closed: stream.closed, writes }).toEqual({ closed: true, writes: 1 });
  });

  test("tells a disk that is full from a reader that has gone", async () => {
    const full = openSync("/dev/full", "w");
    const own = Object.assign(new PassThrough(), { fd: full }) as unknown as NodeJS.WriteStream;
    const stream = textStream(full, () => own);
    await stream.write("text");
    closeSync(full);
    expect([stream.closed, stream.fault]).toEqual([true, "ENOSPC"]);
  });

  test("resolves a write when it is out", async () => {
    const out = new PassThrough();
    const stream = textStream(NONE, () => out as unknown as NodeJS.WriteStream);
    await stream.write("text");
    expect({ text: out.read()?.toString(), closed: stream.closed }).toEqual({ text: "text", closed: false });
  });

  test("goes to a file and to the null device without a stream of Node's", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "jp1im-io-")), "out");
    const [file, nothing] = [openSync(path, "w"), openSync("/dev/null", "w")];
    for (const fd of [file, nothing]) {
      const stream = textStream(fd, notOpened);
      await stream.write("one\n");
      await stream.write("two\n");
      expect([stream.isTTY, stream.columns, stream.closed]).toEqual([false, undefined, false]);
      closeSync(fd);
    }
    expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
  });

  onLinux(
    "goes to a pipe without a stream of Node's, and what has no room there waits in its turn",
    async () => {
      const path = join(mkdtempSync(join(tmpdir(), "jp1im-io-")), "pipe");
      execFileSync("mkfifo", [path]);
      const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const writer = openSync(path, "w");
      const own = new PassThrough();
      let streamed = "";
      own.on("data", (part) => {
        streamed += part;
      });
      let opened = 0;
      const stream = textStream(writer, () => {
        opened += 1;
        return own as unknown as NodeJS.WriteStream;
      });
      const large = "a".repeat(100_000);
      await stream.write("first\n");
      expect(opened).toBe(0);
      await stream.write(large);
      await stream.write("last\n");
      const fromPipe = Buffer.alloc(200_000);
      const length = readSync(reader, fromPipe);
      const text = fromPipe.toString("utf8", 0, length) + streamed;
      for (const fd of [reader, writer]) closeSync(fd);
      expect(text).toBe(`first\n${large}last\n`);
      expect(opened).toBe(1);
    },
  );

  onLinux("tells a pipe whose reader has gone", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "jp1im-io-")), "pipe");
    execFileSync("mkfifo", [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(path, "w");
    const stream = textStream(writer, notOpened);
    closeSync(reader);
    await stream.write("text");
    closeSync(writer);
    expect([stream.closed, stream.fault]).toEqual([true, undefined]);
  });
});

describe("the input", () => {
  test("gives one line as an answer, and all of itself as a file", async () => {
    const typed = input();
    typed.write("yes\nmore");
    expect(await inputStream(() => typed).readLine(never)).toBe("yes");
    const file = input();
    file.end("ünï");
    expect((await inputStream(() => file).readAll()).toString()).toBe("ünï");
  });

  test("gives no answer at its end, nor once the run is stopped", async () => {
    const ended = input();
    ended.end();
    expect(await inputStream(() => ended).readLine(never)).toBeUndefined();
    const controller = new AbortController();
    const waiting = inputStream(() => input()).readLine(controller.signal);
    controller.abort();
    expect(await waiting).toBeUndefined();
    expect(await inputStream(() => input()).readLine(controller.signal)).toBeUndefined();
  });
});
