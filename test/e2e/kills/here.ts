import { main } from "../../../src/cli/main";
import { fakeIo } from "../../cli/fake-io";
import type { Stage } from "../stage";

/** The command line in the test's own process: a run that nobody kills, without the start of a process. */
export async function runHere(stage: Stage, line: string): Promise<{ code: number; text: string }> {
  const io = fakeIo({ cwd: stage.folder, env: stage.env });
  const code = await main(line.split(" ").filter(Boolean), io);
  return { code, text: io.out() + io.err() };
}
