import { systemClock } from "../../src/platform/clock";
import type { ProgramRequest, ProgramResult } from "../../src/platform/run-program";
import { Branch } from "../../src/state/git/branch";
import { refused } from "../../src/state/git/branch-faults";
import { Git } from "../../src/state/git/run-git";

const [REF, OTHER] = ["refs/jp1im/locks/st/tokyo", "refs/jp1im/locks/st/osaka"];
const [OURS, THEIRS] = ["a".repeat(40), "b".repeat(40)];
const take = { lock: "tokyo", from: undefined, to: OURS } as const;

/** A server whose refs a push moves, with a pause after each answer that a test ends. */
class Server {
  readonly refs = new Map<string, string>();
  /** The repository that pushes go to. */
  pushed = this.refs;
  readonly asked: string[] = [];
  /** By command: what happens after the server has answered, and before the answer is here. */
  readonly after = new Map<string, () => Promise<void> | void>();
  /** What a push is refused with. */
  refusal: string | undefined;

  branch(): Branch {
    const git = new Git({ folder: "/", env: {}, runProgram: (request) => this.#run(request) });
    const options = { git, remote: "origin", branch: "st", clock: systemClock };
    return new Branch({ ...options, withIndex: (work) => work("/index") });
  }

  async #run({ argv }: ProgramRequest): Promise<ProgramResult> {
    const command = argv[1] ?? "";
    this.asked.push(argv.includes("--dry-run") ? "dry-run" : command);
    const [code, text] = command === "push" ? this.#push(argv) : [0, this.#answer(command)];
    await this.after.get(command)?.();
    return { end: "exited", code, output: { stdout: Buffer.from(text), stderr: "" } };
  }

  #answer(command: string): string {
    return command === "ls-remote" ? [...this.refs].map(([ref, to]) => `${to}\t${ref}`).join("\n") : "";
  }

  #push(argv: readonly string[]): [code: number, text: string] {
    const specs = argv.flatMap((word) => /^(\w*):(refs\/.*)$/.exec(word)?.slice(1, 3) ?? []);
    const [to = "", ref = ""] = specs;
    const lease = new RegExp(`^--force-with-lease=${ref}:(.*)$`);
    const from = argv.flatMap((word) => lease.exec(word)?.[1] ?? []).join("");
    if (this.pushed.get(ref) === to) return [0, `=\t${to}:${ref}\t[up to date]`];
    if (this.refusal !== undefined) return [1, `!\t${to}:${ref}\t[remote rejected] (${this.refusal})`];
    if ((this.pushed.get(ref) ?? "") !== from) return [1, `!\t${to}:${ref}\t[rejected] (stale info)`];
    if (argv.includes("--dry-run")) return [0, `*\t${to}:${ref}\t[new reference]`];
    if (to === "") this.pushed.delete(ref);
    else this.pushed.set(ref, to);
    return [0, ""];
  }
}

const gate = () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A server that has answered what is there, and whose answer is on its way until `open` is called. */
async function slowly(server: Server, branch: Branch) {
  const { open, opened } = gate();
  server.after.set("ls-remote", () => opened);
  const first = branch.fetch();
  await settled();
  server.after.delete("ls-remote");
  return { open, first };
}

describe("what a branch of a state takes for what is there", () => {
  test("a push reads again, although an answer from before it is on its way", async () => {
    const server = new Server();
    const branch = server.branch();
    const { open, first } = await slowly(server, branch);
    const pushed = branch.push([take]);
    await settled();
    open();
    expect([(await first).locks.size, await pushed]).toEqual([0, true]);
    expect(branch.seen.locks).toEqual(new Map([["tokyo", OURS]]));
  });

  test("all who come before the server is asked share what it says, and those who come later do not", async () => {
    const server = new Server();
    const branch = server.branch();
    const { open, first } = await slowly(server, branch);
    server.refs.set(OTHER, THEIRS);
    const later = [branch.fetch(), branch.fetch(), branch.fetch()];
    const looks = branch.look();
    open();
    const sizes = (await Promise.all([first, ...later])).map(({ locks }) => locks.size);
    expect((await looks).locks.size).toBe(0);
    expect(sizes).toEqual([0, 1, 1, 1]);
    expect(server.asked.filter((command) => command === "ls-remote")).toHaveLength(2);
    await Promise.all([branch.fetch(), branch.fetch()]);
    expect(server.asked.filter((command) => command === "ls-remote")).toHaveLength(3);
  });

  test("a question that fails is no answer to those who come after it", async () => {
    const server = new Server();
    const branch = server.branch();
    const { opened, open } = gate();
    server.after.set("ls-remote", async () => {
      await opened;
      throw new Error("no network");
    });
    const first = branch.fetch();
    await settled();
    server.after.delete("ls-remote");
    const second = branch.fetch();
    open();
    await expect(first).rejects.toThrow("no network");
    expect((await second).locks.size).toBe(0);
  });
});

describe("what a push of a state is taken for", () => {
  test("a lock that a person removes at once was pushed all the same", async () => {
    const server = new Server();
    server.after.set("push", () => void server.refs.delete(REF));
    expect(await server.branch().push([take])).toBe(true);
  });

  test("one that arrived in another repository is refused", async () => {
    const server = new Server();
    server.pushed = new Map();
    await expect(server.branch().push([take])).rejects.toThrow("another repository");
  });

  test("one that was late is no refusal, although the lock was given back meanwhile", async () => {
    const server = new Server();
    server.refs.set(REF, THEIRS);
    server.after.set("push", () => void server.refs.delete(REF));
    expect(await server.branch().push([take])).toBe(false);
  });

  test("one that the server does not want is refused", async () => {
    const server = new Server();
    server.refusal = "pre-receive hook declined";
    await expect(server.branch().push([take])).rejects.toThrow("refuses the push");
  });

  test("one for which the server has no room says so", () => {
    const [fault] = refused("unable to write loose object file: No space left on device").diagnostics;
    expect(fault?.remedy).toContain("make room on the server");
  });
});
