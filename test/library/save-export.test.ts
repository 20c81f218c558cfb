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
