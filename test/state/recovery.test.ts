import { DiagnosticError } from "../../src/model/diagnostic";
import { LOG_FORMAT } from "../../src/state/log/log-entry";
import { encodeLine } from "../../src/state/log/log-line";
import { openState } from "../../src/state/open-state";
import { readState } from "../../src/state/read-state";
import { MemoryFileSystem } from "../platform/memory-file-system";
import { client, LOCK, LOG, patch, reopen, run, told } from "./world";

/** A log of a first file with two entries and three entries appended one by one. */
async function written() {
  const fileSystem = new MemoryFileSystem();
  const state = await openState(run(fileSystem));
  state.put(client("a"));
  state.patchAgent(...patch("web01", [["k", "f"]]));
  await state.flush();
  const stages = [told(state)];
  for (const id of ["b", "c", "d"]) {
    state.put(client(id));
    await state.flush();
    stages.push(told(state));
  }
  await state.close();
  const lines = (fileSystem.peek(LOG)?.toString() ?? "").split("\n").slice(0, -1);
  return { fileSystem, lines, stages };
}

async function codeOf(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(DiagnosticError);
  return { code: error.diagnostics[0].code, message: error.message };
}

describe("an interrupted last write", () => {
  test("at whatever byte it stopped, is left out with a warning and cut off by the next writer", async () => {
    const { fileSystem, lines, stages } = await written();
    const whole = fileSystem.peek(LOG) ?? Buffer.alloc(0);
    const lastLine = Buffer.byteLength(lines[5] ?? "") + 1;
    for (let missing = 1; missing < lastLine; missing++) {
      fileSystem.place(LOG, whole.subarray(0, whole.length - missing));
      const { state, warnings } = await reopen(fileSystem);
      expect(told(state)).toBe(stages[2]);
      expect(warnings).toMatchObject([{ code: "state-recovered", severity: "warning" }]);
      state.put(client("d"));
      await state.close();
      const again = await reopen(fileSystem);
      expect(told(again.state)).toBe(stages[3]);
      expect(again.warnings).toEqual([]);
      await again.state.close();
    }
  });

  test("of several lines is left out from the first damaged one on", async () => {
    const { fileSystem, lines, stages } = await written();
    fileSystem.place(LOG, `${[...lines.slice(0, 4), "damaged", "damaged too"].join("\n")}\n`);
    const { state, warnings } = await reopen(fileSystem);
    expect(told(state)).toBe(stages[1]);
    expect(warnings).toHaveLength(1);
  });

  test("is not warned of by a reader while a run holds the lock", async () => {
    const { fileSystem, lines } = await written();
    fileSystem.place(LOG, `${lines.join("\n")}\n0000`);
    const alone = run(fileSystem);
    await readState(alone);
    expect(alone.warnings).toMatchObject([{ code: "state-recovered" }]);
    fileSystem.place(LOCK, "{}");
    const beside = run(fileSystem);
    await readState(beside);
    expect(beside.warnings).toEqual([]);
  });

  test("is not cut off by a reader", async () => {
    const { fileSystem, lines } = await written();
    const torn = Buffer.from(`${lines.join("\n")}\n0000`);
    fileSystem.place(LOG, torn);
    fileSystem.onCall = ({ name }) =>
      ["readFile", "lstat", "stat", "list"].includes(name) ? undefined : "EROFS";
    await readState(run(fileSystem));
    expect(fileSystem.peek(LOG)).toEqual(torn);
  });
});

describe("a damaged log", () => {
  test("is refused with its line when whole lines follow the damage", async () => {
    const { fileSystem, lines } = await written();
    for (const index of [0, 1, 2, 3, 4]) {
      const flipped = lines.map((line, at) => (at === index ? line.replace(/.$/, "?") : line));
      fileSystem.place(LOG, `${flipped.join("\n")}\n`);
      const { code, message } = await codeOf(readState(run(fileSystem)));
      expect(code).toBe("state-corrupted");
      expect(message).toContain(`${LOG}:${index + 1} `);
    }
  });

  test("is refused when it ends within the lines that it was made with", async () => {
    const { fileSystem, lines } = await written();
    fileSystem.place(LOG, `${lines.slice(0, 2).join("\n")}\n`);
    expect((await codeOf(readState(run(fileSystem)))).code).toBe("state-corrupted");
  });

  test("is refused when a line is missing or doubled", async () => {
    const { fileSystem, lines } = await written();
    const missing = lines.filter((_, index) => index !== 4);
    const doubled = [...lines.slice(0, 5), ...lines.slice(4)];
    for (const damaged of [missing, doubled]) {
      fileSystem.place(LOG, `${damaged.join("\n")}\n`);
      expect((await codeOf(readState(run(fileSystem)))).code).toBe("state-corrupted");
    }
  });

  test("is refused when it is empty, which no crash can leave", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(LOG, "");
    expect((await codeOf(readState(run(fileSystem)))).code).toBe("state-corrupted");
  });
});

describe("a log of another kind", () => {
  test("of a newer format is refused with both format numbers", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(LOG, encodeLine({ format: LOG_FORMAT, version: 2, anything: true }));
    const { code, message } = await codeOf(readState(run(fileSystem)));
    expect(code).toBe("state-unreadable");
    expect(message).toMatch(/format 2.*format 1/);
  });

  test("that is not ours is refused as such", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(LOG, encodeLine({ format: "something else", version: 1 }));
    expect((await codeOf(readState(run(fileSystem)))).message).toContain("not a state of jp1im");
  });
});

test("a folder without a state reads as an empty one and is not made", async () => {
  const fileSystem = new MemoryFileSystem();
  const view = await readState(run(fileSystem));
  expect([view.lineage, view.serial("tokyo"), [...view.records()]]).toEqual(["", 0, []]);
  expect([...fileSystem.foldersAndModes()]).toHaveLength(1);
});
