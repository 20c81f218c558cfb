import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BIN } from "./child";

const folder = mkdtempSync(join(tmpdir(), "jp1im-gone-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(["version", "explain 64", "validate -f /jp1im.yaml"])(
  "%s in a folder that was removed says so",
  (command) => {
    const script = `mkdir gone && cd gone && rmdir ../gone && exec "$0" "$1" ${command}`;
    const { status, stdout, stderr } = spawnSync("sh", ["-c", script, process.execPath, BIN], {
      cwd: folder,
      encoding: "utf8",
    });
    expect([status, stdout]).toEqual([64, ""]);
    expect(stderr).toBe(
      [
        "error: the working folder does not exist any more, or cannot be read [file-unreadable]",
        "  → change to a folder that exists, and run again; `cd .` enters one that was created again under the same name",
        "",
      ].join("\n"),
    );
  },
);
