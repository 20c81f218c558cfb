import { main } from "../../src/cli/main";
import { fakeIo } from "../cli/fake-io";
import type { ChildOptions, Ended } from "./child";
import type { Stage } from "./stage";

type Options = Partial<ChildOptions>;

/** The command line in the test's own process, for what does not depend on a process: it starts in no time. */
export async function runHere(stage: Stage, line: string, options: Options = {}): Promise<Ended> {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, ...stage.env, ...options.env };
  const io = fakeIo({ cwd: stage.folder, ...options, env });
  const code = await main(line.split(" ").filter(Boolean), io);
  return { code, signal: null, stdout: io.out(), stderr: io.err() };
}

/** The same for what has to succeed for the test to mean anything. */
export async function mustHere(stage: Stage, line: string, options: Options = {}): Promise<Ended> {
  const ended = await runHere(stage, line, options);
  if (ended.code !== 0)
    throw new Error(`jp1im ${line} ended with ${ended.code}:\n${ended.stdout}${ended.stderr}`);
  return ended;
}
