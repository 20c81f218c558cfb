import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/platform/clock";
import { type FileSystem, nodeFileSystem } from "../../src/platform/file-system";
import { LocalStorage } from "../../src/state/local/local-storage";
import { openState } from "../../src/state/open-state";
import { readState } from "../../src/state/read-state";
import { refusalOf } from "../rig/tokyo";
import { keepsAState } from "./storage-contract";
import { survivesEveryWait } from "./waits-contract";
import { client, run } from "./world";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jp1im-storage-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a state in a folder", () => {
  const prepare = () => {
    const own = mkdtempSync(join(folder, "state-"));
    return async () => new LocalStorage({ folder: own, fileSystem: nodeFileSystem });
  };
  keepsAState(prepare);
  survivesEveryWait(prepare);

  test("ignores files of a desktop beside the parts, and an empty lineage", async () => {
    const storage = new LocalStorage({ folder, fileSystem: nodeFileSystem });
    const write = async (id: string) => {
      const state = await openState({ ...run(nodeFileSystem), storage, clock: systemClock });
      state.put(client(id));
      await state.close();
      return state.lineage;
    };
    const lineage = await write("app");
    writeFileSync(join(folder, "managers/Thumbs.db"), "");
    writeFileSync(join(folder, "lineage"), "");
    expect([await storage.managers(), await storage.identity()]).toEqual([["tokyo"], undefined]);
    await write("web");
    expect([await storage.identity(), readFileSync(join(folder, "lineage"), "utf8")]).toEqual([
      { lineage, keyId: "key-1" },
      `${lineage} key-1\n`,
    ]);
  });

  describe("refuses what decides", () => {
    const parts = ["", "managers", "managers/tokyo", "managers/tokyo/state.log", "lineage"];

    beforeEach(async () => {
      const state = await openState({
        ...run(nodeFileSystem),
        storage: new LocalStorage({ folder, fileSystem: nodeFileSystem }),
        clock: systemClock,
      });
      state.put(client("app"));
      await state.close();
    });

    test.each(parts)("where others may write to it: %p", async (part) => {
      const path = join(folder, part);
      chmodSync(path, 0o722);
      const refusal = await refusalOf(new LocalStorage({ folder, fileSystem: nodeFileSystem }).read("tokyo"));
      expect(refusal).toMatchObject({
        code: "state-shared",
        remedy: `make sure that nobody changed it, then: chmod go-w ${path}`,
      });
      chmodSync(path, 0o700);
      const storage = new LocalStorage({ folder, fileSystem: nodeFileSystem });
      expect(await storage.read("tokyo")).toBeDefined();
    });

    test.each(["managers", "managers/tokyo", "managers/osaka"])(
      "where it is a part of it: %p",
      async (part) => {
        const path = join(folder, part);
        const refusal = await refusalOf(
          openState({
            ...run(nodeFileSystem),
            storage: new LocalStorage({ folder: path, fileSystem: nodeFileSystem }),
            clock: systemClock,
          }),
        );
        expect(refusal).toMatchObject({
          code: "state-unreadable",
          summary: `the folder ${path} is a part of the state ${folder}`,
          remedy: `name the state's folder, as with --state ${folder}, or leave --state out`,
        });
        expect(existsSync(join(folder, "managers/tokyo/state.log"))).toBe(true);
      },
    );

    describe.each(["the lineage", "no lineage"])("with %s", (note) => {
      const log = () => join(folder, "managers/tokyo/state.log");

      test.each(["managers", "managers/tokyo", "managers/osaka"])(
        "where it is a link to %p",
        async (part) => {
          if (note === "no lineage") rmSync(join(folder, "lineage"));
          mkdirSync(join(folder, "managers/osaka"));
          const link = `${folder}-link`;
          symlinkSync(join(folder, part), link);
          const storage = new LocalStorage({ folder: link, fileSystem: nodeFileSystem });
          const open = () =>
            refusalOf(openState({ ...run(nodeFileSystem), storage, clock: systemClock, managers: ["kobe"] }));
          const whole = realpathSync(folder);
          const summary = `the folder ${whole}/${part} is a part of the state ${whole}`;
          expect(await open()).toMatchObject({ code: "state-unreadable", summary });
          writeFileSync(log(), "damaged\nand more\n");
          expect([await open(), await refusalOf(readState({ storage, report: () => {} }))]).toMatchObject([
            { summary },
            { summary },
          ]);
          rmSync(link);
          expect([existsSync(log()), existsSync(join(folder, "managers/managers"))]).toEqual([true, false]);
        },
      );

      test("and a folder of before 0.2 is none, whatever it lies in", async () => {
        const own = join(folder, "whole", "managers/tokyo");
        mkdirSync(own, { recursive: true });
        copyFileSync(log(), join(own, "state.log"));
        writeFileSync(join(own, ".gitignore"), "*\n");
        const storage = new LocalStorage({ folder: own, fileSystem: nodeFileSystem });
        expect(await storage.managers()).toEqual(["tokyo"]);
      });
    });

    test.each(parts)("where it is another user's, and not where it is root's: %p", async (part) => {
      const path = join(folder, part);
      const ownedBy = (uid: number): FileSystem => ({
        ...nodeFileSystem,
        uid: 1000,
        stat: async (each) => ({ ...(await nodeFileSystem.stat(each)), uid: each === path ? uid : 1000 }),
      });
      const read = (uid: number) => new LocalStorage({ folder, fileSystem: ownedBy(uid) }).read("tokyo");
      const refusal = await refusalOf(read(1234));
      expect(refusal.summary).toContain("belongs to another user (1234)");
      expect(refusal.remedy).toContain(`sudo chown -R 1000 ${path}`);
      expect(await read(0)).toBeDefined();
    });
  });
});
