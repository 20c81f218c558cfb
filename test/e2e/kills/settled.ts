import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { runHere } from "../here";
import type { Stage } from "../stage";
import { type End, foreign, splitTruth } from "./scenes";

/** Files of the state, and what a kill may leave beside them for ever: drafts that stand in nobody's way. */
const STATE_FILE =
  /^((\.gitignore|lineage)(\.[0-9a-f]{16})?|state\.key(\.[0-9a-f]{12}|\.old-[0-9a-f]{8}(\.new)?)?|managers\/[^/]+\/state\.log)$/;
/** A draft that was torn does not tell whose it is, and is cleared away when it is ten minutes old. */
const TORN_DRAFT = /\/lock\.[0-9a-f]{16}$/;

/** Everything that has to be true once a run went through after all kills. */
export async function expectSettled(
  stage: Stage,
  end: End,
  idle = "plan --detailed-exitcode",
): Promise<void> {
  const writes = stage.writes().length;
  expect(await runHere(stage, idle)).toMatchObject({ code: 0 });
  expect(stage.writes()).toHaveLength(writes);

  const { tokyo, ours, foreign: untouched } = splitTruth(stage);
  const { delivered, ...wanted } = end;
  expect(ours).toEqual(wanted);
  expect(untouched).toEqual(foreign.get(stage));
  for (const [file, valid] of Object.entries(delivered)) {
    expect([file, stage.read(file)]).toEqual([file, valid(tokyo)]);
  }

  const left = filesBelow(stage.path(".jp1im"));
  expect(left).toContain(".gitignore");
  const isLitter = (name: string) =>
    !STATE_FILE.test(name) && !isTornDraft(stage, name) && !isDeadLock(stage, name);
  expect(left.filter(isLitter)).toEqual([]);
  const out = stage.has("out") ? readdirSync(stage.path("out")) : [];
  expect(out.filter((name) => name.startsWith("."))).toEqual([]);
}

function isTornDraft(stage: Stage, name: string): boolean {
  return TORN_DRAFT.test(name) && !stage.read(`.jp1im/${name}`).endsWith("}\n");
}

/** A start that finds its secret delivered takes no lock, and so leaves a dead one to whoever wants it. */
function isDeadLock(stage: Stage, name: string): boolean {
  return name.endsWith("/lock") && !existsSync(`/proc/${JSON.parse(stage.read(`.jp1im/${name}`)).pid}`);
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) =>
    entry.isDirectory() ? [] : [relative(folder, join(entry.parentPath, entry.name))],
  );
}
