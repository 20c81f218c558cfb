/** Every command that takes an address names the most likely one for a misspelt one. */
import {
  type Diagnostic,
  DiagnosticError,
  importResources,
  moveInState,
  removeFromState,
  removeKept,
  showState,
} from "../../src/index";
import type { Rig } from "../rig/rig";
import { tokyoRig } from "../rig/tokyo";

const desired = { clients: [{ id: "fluentd-web", deliverTo: { file: "out/fluentd-web" } }] };
const options = { files: ["jp1im.yaml"] };

const misspelt = [
  "tokyo/client/fluentd-wbe",
  "tokyo/clients/fluentd-web",
  "tokyo/client/fluentd-web/",
  "tokyo/fluentd-web",
  "tokio/client/fluentd-web",
  "client/fluentd-web",
  "fluentd-web",
];

type Ways = Record<string, (rig: Rig, wrong: string) => Promise<unknown>>;
const ways: Ways = {
  "plan --target": (rig, wrong) => rig.plan({ targets: [wrong] }),
  "apply --target": (rig, wrong) => rig.apply({ targets: [wrong] }),
  "apply --rotate": (rig, wrong) => rig.apply({ rotate: [wrong] }),
  import: async (rig, wrong) => {
    const { diagnostics } = await importResources({ ...options, addresses: [wrong] }, rig.platform());
    throw new DiagnosticError(diagnostics);
  },
  "state show": (rig, wrong) => showState(options, wrong, rig.platform()),
  "state rm": (rig, wrong) => removeFromState(options, [wrong], rig.platform()),
  "state mv": (rig, wrong) => moveInState(options, wrong, "tokyo/client/web", rig.platform()),
};

describe.each(Object.entries(ways))("%s", (_, run) => {
  // None of them changes anything.
  let rig: Rig;
  beforeAll(async () => {
    rig = await tokyoRig(desired);
    await rig.apply();
    rig.takeWrites();
  });

  test.each(misspelt)("%s", async (wrong) => {
    const found: Diagnostic[] = await run(rig, wrong).then(
      () => [],
      ({ diagnostics }: DiagnosticError) => [...diagnostics],
    );
    expect(found).toEqual([
      expect.objectContaining({
        severity: "error",
        remedy: expect.stringContaining("did you mean tokyo/client/fluentd-web?"),
      }),
    ]);
    expect(rig.takeWrites()).toEqual([]);
  });
});

test("what cannot be rotated is told from what can", async () => {
  const rig = await tokyoRig(desired);
  await expect(rig.apply({ rotate: ["tokyo/initial-secret"] })).rejects.toMatchObject({
    diagnostics: [{ remedy: expect.stringMatching(/^declared are tokyo\/client\/fluentd-web; .*`issueOn`/) }],
  });
});

test("an agent without its manager's host", async () => {
  const rig = await tokyoRig({
    ...desired,
    agents: [{ host: "web01", secrets: { "smtp.password": { env: "PASSWORD" } } }],
  });
  await expect(rig.plan({ targets: ["tokyo/agent/web01"] })).rejects.toMatchObject({
    diagnostics: [{ remedy: expect.stringContaining("did you mean tokyo/agent/immhost01/web01?") }],
  });
});

test("what is below a known place does not mean all of that place", async () => {
  const rig = await tokyoRig(desired);
  await rig.apply();
  await expect(removeFromState(options, ["tokyo/client/x"], rig.platform())).rejects.toMatchObject({
    diagnostics: [{ remedy: expect.not.stringContaining("did you mean tokyo/client?") }],
  });
});

test("state show means no place above what it can show", async () => {
  const rig = await tokyoRig(desired);
  await rig.apply();
  for (const wrong of ["tokyo/clien", "tokyo/client"])
    await expect(showState(options, wrong, rig.platform())).rejects.toMatchObject({
      diagnostics: [{ remedy: expect.not.stringMatching(/did you mean tokyo\/client\?/) }],
    });
});

test("a kept secret is looked for in a state that is there", async () => {
  const rig = await tokyoRig(desired);
  const removing = removeKept({ files: ["jp1im.yaml"], state: "wrong" }, ["tokyo"], rig.platform());
  await expect(removing).rejects.toMatchObject({ diagnostics: [{ code: "state-unreadable" }] });
  expect(rig.files.paths().some((path) => path.includes("/wrong/"))).toBe(false);
});

test("--rotate of a place above clients says that each has to be named, and does not suggest the place itself", async () => {
  const rig = await tokyoRig(desired);
  await rig.apply();
  await expect(rig.apply({ rotate: ["tokyo/client"] })).rejects.toMatchObject({
    diagnostics: [
      {
        code: "usage",
        summary: expect.stringContaining("takes one client or initial secret, and one is declared below"),
        remedy: "name each: --rotate tokyo/client/fluentd-web",
      },
    ],
  });
});

test("--target never suggests what was written", async () => {
  const rig = await tokyoRig({ agents: [{ host: "web01", secrets: { a: { env: "A" } } }] });
  rig.env.A = "value";
  const wrong = "tokyo/agent/immhost01/web01/secret";
  const error = await rig.plan({ targets: [wrong] }).catch((thrown) => thrown);
  expect(error.diagnostics[0].remedy).toMatch(/^did you mean tokyo\/agent\/immhost01\/web01(\/secret\/a)?\?/);
});
