import { saveText } from "../../src/library/export/save-export";
import { MemoryFileSystem } from "../platform/memory-file-system";

test.each([false, true])(
  "what is exported survives a power failure, with overwrite: %s",
  async (overwrite) => {
    const files = new MemoryFileSystem({ random: () => 0 });
    await files.makeFolder("/out");
    await saveText(files, "/out/tokyo.yaml", ["managers:", " {}\n"], overwrite);
    expect(files.survivor().peek("/out/tokyo.yaml")?.toString()).toBe("managers: {}\n");
  },
);

test.each(["EPERM", "EOPNOTSUPP"])(
  "without hard links (%s), it is written, and replaces nothing that came meanwhile",
  async (code) => {
    const files = new MemoryFileSystem();
    await files.makeFolder("/out");
    files.onCall = ({ name, path }) => {
      if (name === "link" && path.endsWith("taken.yaml")) files.place(path, "another's");
      return name === "link" ? code : undefined;
    };
    await saveText(files, "/out/tokyo.yaml", ["managers: {}\n"], false);
    await expect(saveText(files, "/out/taken.yaml", ["managers: {}\n"], false)).rejects.toMatchObject({
      code: "EEXIST",
    });
    expect(files.paths().map((path) => [path, files.peek(path)?.toString()])).toEqual([
      ["/out/taken.yaml", "another's"],
      ["/out/tokyo.yaml", "managers: {}\n"],
    ]);
  },
);
