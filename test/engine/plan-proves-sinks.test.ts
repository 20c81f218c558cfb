import { exitCodeOfPlan } from "../../src/cli/exit-code-of";
import { ExitCode } from "../../src/model/exit-code";
import { HOME } from "../rig/rig";
import { tokyoRig } from "../rig/tokyo";

const desired = { clients: [{ id: "web", deliverTo: { file: "out/web.secret" } }] };
const CALLS_THAT_WRITE = new Set(["open", "write", "rename", "link", "unlink", "makeFolder"]);

const setUp = () => tokyoRig(desired);

test("a plan says what is wrong with a sink that an apply would refuse, and writes nothing to find out", async () => {
  const rig = await setUp();
  const written: string[] = [];
  rig.files.onCall = ({ name, path }) => {
    if (CALLS_THAT_WRITE.has(name)) written.push(`${name} ${path}`);
    return name === "mayWrite" ? "EROFS" : undefined;
  };
  const plan = await rig.plan();
  expect(plan.diagnostics).toMatchObject([
    { code: "sink-unwritable", severity: "error", address: "tokyo/client/web" },
  ]);
  expect(plan.diagnostics[0]?.summary).toContain("read-only");
  expect(exitCodeOfPlan(plan, false)).toBe(ExitCode.failure);
  expect(written).toEqual([]);
});

test("a saved plan and a plan of a rotation say that a file at the sink may not be overwritten", async () => {
  const rig = await setUp();
  await rig.write("somebody", "somebody's own");
  await rig.files.makeFolder(`${HOME}/out`);
  await rig.files.rename(`${HOME}/somebody`, `${HOME}/out/web.secret`);
  const saved = await rig.plan({ save: true });
  expect(saved.diagnostics.map(({ summary }) => summary).join()).toContain("there already");
  await rig.files.unlink(`${HOME}/out/web.secret`);
  await rig.apply();
  expect((await rig.plan({ rotate: ["tokyo/client/web"] })).diagnostics).toEqual([]);
});

test("a plan without values proves no sink", async () => {
  const rig = await setUp();
  rig.files.onCall = ({ name }) => (name === "mayWrite" ? "EROFS" : undefined);
  const { diagnostics } = await rig.plan({ secrets: false });
  expect(diagnostics.map(({ code }) => code)).not.toContain("sink-unwritable");
});

describe("a fault of one sink of several stands where that sink is declared", () => {
  const text = `apiVersion: jp1im/v1
managers:
  tokyo:
    url: http://tokyo.test:20703
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
    clients:
      - id: web
        deliverTo:
          - file: first
          - file: out/web.secret
`;
  const place = { file: "jp1im.yaml", line: 11, column: 13 };

  test("in a plan", async () => {
    const rig = await setUp();
    await rig.write("jp1im.yaml", text);
    await rig.write("out", "a file in the folder's place");
    expect((await rig.plan()).diagnostics).toMatchObject([{ code: "sink-unwritable", position: place }]);
  });

  test("after the issue", async () => {
    const rig = await setUp();
    await rig.write("jp1im.yaml", text);
    rig.files.onCall = ({ name, path }) =>
      name === "link" && path.endsWith("web.secret") ? "ENOSPC" : undefined;
    const { diagnostics } = await rig.apply();
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    expect(errors).toMatchObject([{ code: "sink-unwritable", position: place }]);
  });
});
