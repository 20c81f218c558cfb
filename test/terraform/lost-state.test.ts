/** What a destroy says where the provider's own state has no record of what it should delete. */
import { removeFromState } from "../../src/index";
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Dynamic } from "../../src/terraform/values/type";
import { Rig } from "../rig/rig";
import { closeClients, ProviderClient } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { documentOf, openProvider, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    subordinates: [immhost-osaka]
    agents: [{ host: web1, os: linux }]
  osaka: { host: immhost-osaka, users: { jp1admin: { password: osaka-pass } }, initialSecret: osaka-initial }
`);
const DOCUMENT = documentOf("    clients: [{ id: app, deliverTo: { file: app } }]\n");
const OTHER = { state: "/home/ops/other" };

const file = (path: string) => new Dynamic(["object", { file: "string" }], { file: path });

const deletable: [string, Attrs, string][] = [
  ["jp1im_client", { id: "app", deliver_to: file("app") }, "tokyo/client/app"],
  [
    "jp1im_lower_manager",
    { host: "immhost-osaka", initial_secret_wo: "osaka-initial" },
    "tokyo/lower-manager/immhost-osaka",
  ],
  ["jp1im_agent_secrets", { host: "web1", secrets_wo: { k1: "v1" } }, "tokyo/agent/immhost01/web1/secret/k1"],
];
const document: [string, Attrs, string] = [
  "jp1im_desired_state",
  { yaml: DOCUMENT, base_path: "." },
  "tokyo/client/app",
];

afterEach(closeClients);

async function open(typeName: string, config: Attrs) {
  const { rig, client } = await openProvider(WORLD);
  const life = new ResourceLife(client, typeName);
  expect((await life.apply(config)).errors).toEqual([]);
  rig.takeWrites();
  return { rig, client, life };
}

test.each(deletable)(
  "%s on a state without a record of it is not destroyed",
  async (typeName, config, address) => {
    const { rig, client, life } = await open(typeName, config);
    await client.configure(OTHER);
    const before = life.state;
    const { errors } = await life.destroy();
    expect(errors).toEqual([expect.stringContaining(address)]);
    expect(errors[0]).toMatch(/^The state in other has no record(.|\n)*`terraform state rm`/);
    expect(life.state).toEqual(before);
    expect(rig.takeWrites()).toEqual([]);

    await client.configure();
    expect((await life.destroy()).errors).toEqual([]);
    expect(rig.takeWrites()).toHaveLength(1);
  },
);

test.each([...deletable, document])(
  "%s of which the destroy was done before is destroyed",
  async (typeName, config) => {
    const { client, life } = await open(typeName, config);
    const again = life.copy();
    expect((await life.destroy()).errors).toEqual([]);
    await client.configure();
    expect(await again.destroy()).toMatchObject({ errors: [], state: {} });
  },
);

test("what is neither recorded nor seen is not taken for gone", async () => {
  const { rig, client, life } = await open("jp1im_agent_secrets", { host: "web1", secrets_wo: { k1: "v1" } });
  await client.configure({ ...OTHER, unreachable: "warn" });
  rig.simulation.faults.add({ path: "agents/secrets", effect: { type: "status", status: 500 } });
  expect((await life.destroy()).errors).toEqual([expect.stringContaining("was answered 500")]);
  expect(life.state).toMatchObject({ host: "web1" });
});

test("what was never written, as `unverified` keeps it, is only forgotten, with a warning", async () => {
  const { client, life } = await open("jp1im_agent_secrets", { host: "web1", secrets_wo: { k1: "v1" } });
  await client.configure({
    ...OTHER,
    policy: new Dynamic(["object", { unverified: "string" }], { unverified: "keep" }),
  });
  const shown = await life.destroy();
  expect(shown).toMatchObject({ errors: [], state: {} });
  expect(shown.warnings.join()).toContain("no record of tokyo/agent/immhost01/web1/secret/k1");
});

test("a document of which the state is lost is not destroyed", async () => {
  const [typeName, config, address] = document;
  const { rig, life } = await open(typeName, config);
  for (const path of rig.files.paths()) if (path.includes("/.jp1im/")) await rig.files.unlink(path);
  const { errors } = await life.destroy();
  expect(errors).toEqual([expect.stringContaining(address)]);
  expect(errors[0]).toMatch(/Nothing was deleted. `terraform state rm`/);
  expect(rig.takeWrites()).toEqual([]);
});

describe("a document of which a part of the state is lost", () => {
  const twoManagers = `${DOCUMENT}  osaka:
    url: https://osaka.test
    host: immhost-osaka
    auth: { user: jp1admin, password: { env: OSAKA } }
    clients: [{ id: osaka-app, deliverTo: { file: osaka-app } }]
`;

  async function openDocument(yaml: string) {
    const rig = await Rig.create(WORLD);
    Object.assign(rig.env, { OSAKA: "osaka-pass", SMTP: "smtp-1" });
    const client = await ProviderClient.open(rig.platform());
    const life = new ResourceLife(client, "jp1im_desired_state");
    expect((await life.apply({ yaml, base_path: "." })).errors).toEqual([]);
    rig.takeWrites();
    return { rig, life };
  }

  const forget = (rig: Rig, address: string) =>
    removeFromState({ files: [], state: "/home/ops/.jp1im" }, [address], rig.platform());

  test("that of one manager, is not destroyed", async () => {
    const { rig, life } = await openDocument(twoManagers);
    for (const path of rig.files.paths()) if (path.includes("osaka/")) await rig.files.unlink(path);
    const { errors } = await life.destroy();
    expect(errors).toEqual([expect.stringContaining("osaka/client/osaka-app")]);
    expect(errors[0]).toContain("Nothing was deleted. `terraform state rm`");
    expect(rig.takeWrites()).toEqual([]);
  });

  test("the record of a client, is not destroyed", async () => {
    const { rig, life } = await openDocument(
      DOCUMENT.replace("clients: [", "clients: [{ id: other, deliverTo: { file: other } }, "),
    );
    await forget(rig, "tokyo/client/app");
    const before = life.state;
    const { errors } = await life.destroy();
    expect(errors).toEqual([expect.stringContaining("no record of tokyo/client/app")]);
    expect(errors[0]).toContain("Nothing was deleted");
    expect(life.state).toEqual(before);
    expect(rig.takeWrites()).toEqual([]);
  });

  test("the record of an agent, is destroyed with a warning of what stays: somebody else may have set that", async () => {
    const secrets = "    agents: [{ host: web1, secrets: { smtp.password: { env: SMTP } } }]\n";
    const { rig, life } = await openDocument(DOCUMENT + secrets);
    await forget(rig, "tokyo/agent/immhost01/web1");
    const { errors, warnings } = await life.destroy();
    expect(errors).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining("tokyo/agent/immhost01/web1/secret/smtp.password")]);
    expect(rig.takeWrites()).toHaveLength(1);
  });
});
