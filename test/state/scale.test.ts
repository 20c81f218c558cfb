import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentAddress } from "../../src/model/address";
import { nodeFileSystem } from "../../src/platform/file-system";
import { openState } from "../../src/state/open-state";
import { readState } from "../../src/state/read-state";
import { run } from "./world";

const AGENTS = 2_000;
const KEYS = 100;

test("a large state is loaded by its heads alone: no fingerprint is parsed until it is asked for", async () => {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-state-"));
  try {
    const options = run(nodeFileSystem, {}, folder);
    const state = await openState(options);
    for (let host = 0; host < AGENTS; host++) {
      const agent = { host: `web${host}`, managerHost: "immhost01" };
      const set = Array.from(
        { length: KEYS },
        (_, key) => [`service.${key}.password`, `fingerprint-${host}-${key}`] as const,
      );
      state.patchAgent(agentAddress("tokyo", agent), { manager: "tokyo", agent, set, unset: [] });
    }
    await state.close();
    const parse = jest.spyOn(JSON, "parse");
    const { storage, report } = options;
    const view = await readState({ storage, report });
    const parsedOnLoad = parse.mock.calls.length;
    const bytesOnLoad = parse.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
    const one = view.fingerprints(agentAddress("tokyo", { host: "web7", managerHost: "immhost01" }));
    const parsedForOne = parse.mock.calls.length - parsedOnLoad;
    parse.mockRestore();
    expect(parsedOnLoad).toBe(AGENTS + 1);
    expect(bytesOnLoad / AGENTS).toBeLessThan(300);
    expect(parsedForOne).toBe(1);
    expect(one.get("service.42.password")).toBe("fingerprint-7-42");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
