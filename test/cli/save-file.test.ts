import { saveFile } from "../../src/cli/save-file";
import { MemoryFileSystem } from "../platform/memory-file-system";

const kind = { name: "plan", code: "plan-unwritable", option: "--out", is: () => true } as const;
const file = { path: "/out/p.plan", shown: "p.plan", kind };

test("a file is saved whole, and a power failure after that loses nothing", async () => {
  const files = new MemoryFileSystem({ random: () => 0 });
  await files.makeFolder("/out");
  for (const text of ["first", "second"]) {
    await saveFile(files, file, text);
    expect(files.survivor().peek(file.path)?.toString()).toBe(text);
  }
});

test("no draft stays if a file cannot be saved", async () => {
  const files = new MemoryFileSystem();
  await files.makeFolder("/out");
  files.onCall = ({ name }) => (name === "sync" ? "EIO" : undefined);
  await expect(saveFile(files, file, "text")).rejects.toMatchObject({
    diagnostics: [{ code: "plan-unwritable" }],
  });
  expect(files.paths()).toEqual([]);
});
