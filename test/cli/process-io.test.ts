import { closeSync, openSync } from "node:fs";
import { PassThrough, Writable } from "node:stream";
import { inputStream, textStream } from "../../src/cli/process-io";

const input = () => new PassThrough() as PassThrough & NodeJS.ReadStream;
const never = new AbortController().signal;

describe("a stream of text", () => {
  test("whose reader has gone drops what is written, and no write rejects", async () => {
    let writes = 0;
    const broken = new Writable({
      write: (_chunk, _encoding, done) => {
        writes += 1;
        done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      },
    });
    const stream = textStream(broken as NodeJS.WriteStream);
    await stream.write("one");
    await stream.write("two");
    expect({ closed: stream.closed, writes }).toEqual({ closed: true, writes: 1 });
  });

  test("tells a disk that is full from a reader that has gone", async () => {
    const full = openSync("/dev/full", "w");
    const stream = textStream(
      Object.assign(new PassThrough(), { fd: full }) as unknown as NodeJS.WriteStream,
    );
    await stream.write("text");
    closeSync(full);
    expect([stream.closed, stream.fault]).toEqual([true, "ENOSPC"]);
  });

  test("resolves a write when it is out", async () => {
    const out = new PassThrough();
    const stream = textStream(out as unknown as NodeJS.WriteStream);
    await stream.write("text");
    expect({ text: out.read()?.toString(), closed: stream.closed }).toEqual({ text: "text", closed: false });
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
