import { topology } from "../../src/index";
import { noMarks } from "../../src/model/topology";
import { planOf, secretChange } from "../report/plans";
import { HOME, Rig } from "../rig/rig";

const WORLD = `
apiVersion: jp1im-simulator/v1
managers: { tokyo: { host: immhost01, users: { jp1admin: { password: p, permission: JP1_Console_Admin } } } }
`;
const DESIRED = `
apiVersion: jp1im/v1
managers:
  tokyo:
    url: http://tokyo.test:20703
    host: immhost01
    auth: { user: jp1admin, password: { env: UNSET } }
    clients: [{ id: a, deliverTo: { file: out/a } }]
    lowerManagers: [{ host: immhost-osaka, initialSecret: { issueOn: osaka } }]
    agents:
      - { host: web01, secrets: { k: { env: UNSET } } }
      - { host: web01, secrets: { l: { env: UNSET } } }
      - { host: db01, managerHost: immhost-osaka, secrets: { k: { env: UNSET } } }
      - { host: x01, managerHost: immhost-lost, secrets: { k: { env: UNSET } } }
      - { match: "b*", managerHost: immhost-osaka, secrets: { k: { env: UNSET } } }
      - { match: "b*", managerHost: "immhost-*", os: linux, secrets: { k: { env: UNSET } } }
  osaka:
    url: http://osaka.test:20703
    host: immhost-osaka
    auth: { user: jp1admin, password: { env: UNSET } }
`;

async function rigWith(desired: string): Promise<Rig> {
  const rig = await Rig.create(WORLD);
  await rig.write("jp1im.yaml", desired);
  return rig;
}

test("is drawn from the desired state alone: no manager is asked and no secret is read", async () => {
  const rig = await rigWith(DESIRED);
  const { managers } = await topology({ files: ["jp1im.yaml"] }, rig.platform());
  expect(rig.simulation.requests()).toEqual([]);
  expect(managers.map(({ name }) => name)).toEqual(["osaka", "tokyo"]);
  const tokyo = managers[1];
  expect(tokyo).toMatchObject({ host: "immhost01", clients: { count: 1 } });
  expect(tokyo?.groups.map(({ by, name, secrets }) => [by, name, secrets])).toEqual([
    ["host", "web01", 2],
    ["match", "b* (managerHost immhost-*, os linux)", 1],
  ]);
  expect(
    tokyo?.lowerManagers.map(({ host, declared, declaredAs, groups }) => [
      ...[host, declared, declaredAs],
      groups.map(({ name }) => name),
    ]),
  ).toEqual([
    ["immhost-lost", false, undefined, ["x01"]],
    ["immhost-osaka", true, "osaka", ["db01", "b*"]],
  ]);
});

test("a plan's changes are counted where they happen, on what is only in the plan as well", async () => {
  const rig = await rigWith(DESIRED);
  const plan = planOf({
    changes: [
      secretChange("web01", "k", "update", "changed"),
      secretChange("web01", "l", "create", "missing"),
      secretChange("gone01", "k", "delete", "undeclared"),
      secretChange("web01", "m", "forget", "gone"),
      { address: "tokyo/client/a", kind: "client", action: "replace", reason: "generation" },
      {
        address: "tokyo/lower-manager/immhost-osaka",
        kind: "lower-manager",
        action: "create",
        reason: "missing",
      },
      { address: "tokyo/initial-secret", kind: "initial-secret", action: "create", reason: "missing" },
    ],
    unknown: [{ address: "tokyo/agent/immhost-osaka/db01", code: "manager-partial", detail: "down" }],
  });
  const drawn = await topology({ files: ["jp1im.yaml"] }, rig.platform(), plan);
  const tokyo = drawn.managers[1];
  expect(tokyo?.marks).toEqual({ ...noMarks, create: 1 });
  expect(tokyo?.clients.marks).toEqual({ ...noMarks, replace: 1 });
  expect(tokyo?.groups.slice(0, 2).map(({ name, marks }) => [name, marks])).toEqual([
    ["gone01", { ...noMarks, delete: 1 }],
    ["web01", { ...noMarks, update: 1, create: 1 }],
  ]);
  const osaka = tokyo?.lowerManagers[1];
  expect(osaka?.marks).toEqual({ ...noMarks, create: 1 });
  expect(osaka?.groups[0]).toMatchObject({ name: "db01", marks: { open: 1 } });
});

test("files that have changed since the plan was made are told", async () => {
  const rig = await rigWith(DESIRED);
  const plan = planOf({ inputs: [{ path: "jp1im.yaml", sha256: "0".repeat(64) }] });
  await topology({ files: [`${HOME}/jp1im.yaml`] }, rig.platform(), plan);
  const stale = { code: "plan-stale", severity: "warning" };
  expect(rig.events).toContainEqual({ type: "diagnostic", diagnostic: expect.objectContaining(stale) });
});
