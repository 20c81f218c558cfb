/** What belongs to which resource, where the state is all that two of them have in common. */
import { pullState, removeFromState } from "../../src/index";
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Dynamic } from "../../src/terraform/values/type";
import { Rig } from "../rig/rig";
import { closeClients, ProviderClient } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { documentOf, openProvider, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    subordinates: [immhost-osaka]
    agents: [{ host: "web{1..2}" }]
  osaka: { host: immhost-osaka, users: { jp1admin: { password: osaka-pass } }, initialSecret: osaka-initial }
`);
const SECRETS = "jp1im_agent_secrets";
const file = (path: string) => new Dynamic(["object", { file: "string" }], { file: path });

const things: [string, Attrs, string][] = [
  ["jp1im_client", { id: "app", deliver_to: file("app.secret") }, "tokyo/client/app"],
  ["jp1im_initial_secret", { deliver_to: file("initial.secret") }, "tokyo/initial-secret"],
  [
    "jp1im_lower_manager",
    { host: "immhost-osaka", initial_secret_wo: "osaka-initial" },
    "tokyo/lower-manager/immhost-osaka",
  ],
  [SECRETS, { match: "web*", secrets_wo: { k: "v" } }, '"k" on immhost01/web1, immhost01/web2'],
];

afterEach(closeClients);

async function open() {
  const { rig, client } = await openProvider(WORLD);
  // So that the state knows the manager, whatever is destroyed.
  await new ResourceLife(client, "jp1im_client").apply({ id: "other", deliver_to: file("other") });
  const life = (typeName: string) => new ResourceLife(client, typeName);
  /** Terraform configures a provider for each command, and another workspace has another process. */
  const next = () => client.configure();
  return { rig, client, life, next };
}

const recorded = (rig: Rig) => rig.simulation.truth().managers.tokyo;

describe.each(things)("%s", (typeName, config, what) => {
  async function taken() {
    const opened = await open();
    const [former, latter] = [opened.life(typeName), opened.life(typeName)];
    await former.apply(config);
    await opened.next();
    const planned = await latter.plan(config);
    expect(planned.errors).toEqual([]);
    expect(planned.warnings).toEqual([expect.stringContaining(`This takes over ${what}`)]);
    expect(planned.warnings[0]).toMatch(/`moved`(.|\n)*`removed`(.|\n)*`state`/);
    await opened.next();
    await latter.apply(config);
    opened.rig.takeWrites();
    await opened.next();
    return { ...opened, former, latter };
  }

  test("is not deleted by the destroy of the former resource, in whichever apply that comes", async () => {
    const { rig, next, former, latter } = await taken();
    const before = recorded(rig);
    expect((await former.planDestroy()).warnings).toEqual([expect.stringContaining("another resource")]);
    await next();
    const destroyed = await former.destroy();
    expect(destroyed).toMatchObject({ errors: [], state: {} });
    expect(destroyed.warnings).toEqual([expect.stringContaining("another resource")]);
    expect(rig.takeWrites()).toEqual([]);
    expect(recorded(rig)).toEqual(before);
    await next();
    expect((await latter.plan(config)).warnings).toEqual([]);
    await next();
    expect(await latter.destroy()).toMatchObject({ errors: [], warnings: [], state: {} });
    if (typeName !== "jp1im_initial_secret") expect(rig.takeWrites()).not.toEqual([]);
    await next();
    expect((await latter.plan(config)).warnings.join()).not.toMatch(/takes over|took over/);
  });

  test("tells the former resource that it was taken over, until that is applied again", async () => {
    const { former } = await taken();
    const { errors, warnings } = await former.plan(config);
    expect(errors).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining(`took over ${what}`)]);
  });

  test("says nothing of one that keeps what it has", async () => {
    const { life, next } = await open();
    const own = life(typeName);
    expect((await own.apply(config)).warnings).toEqual([]);
    await next();
    expect((await own.plan(config)).warnings).toEqual([]);
    expect((await own.planDestroy()).warnings).toEqual([]);
    expect((await own.destroy()).warnings).toEqual([]);
    await next();
    expect((await own.plan(config)).warnings.join()).not.toMatch(/takes over|took over/);
  });
});

test("what a resource has taken over stays its own if its destroy fails", async () => {
  const { rig, life, next } = await open();
  const [typeName, config] = ["jp1im_client", { id: "app", deliver_to: file("app.secret") }];
  const [former, latter] = [life(typeName), life(typeName)];
  for (const each of [former, latter]) {
    await each.apply(config);
    await next();
  }
  rig.simulation.faults.add({ path: "secret/client/deleteInfo", effect: { type: "status", status: 401 } });
  expect((await latter.destroy()).errors).not.toEqual([]);
  rig.simulation.faults.clear();
  await next();
  expect((await former.destroy()).warnings).toEqual([expect.stringContaining("another resource")]);
  expect(recorded(rig)?.clients).toHaveProperty("app");
});

test("a key that moves from one resource to another stays, where the receiver is applied first and alone", async () => {
  const { rig, life, next } = await open();
  const [giving, taking] = [life(SECRETS), life(SECRETS)];
  await giving.apply({ match: "web*", secrets_wo: { k1: "v1", k2: "v2" } });
  await taking.apply({ match: "web*", secrets_wo: { k3: "v3" } });
  await next();
  const config = { match: "web*", secrets_wo: { k1: "v1", k3: "v3" } };
  expect((await taking.plan(config)).warnings).toEqual([expect.stringContaining('takes over "k1" on')]);
  await next();
  await taking.apply(config);
  rig.takeWrites();
  await next();
  const without = { match: "web*", secrets_wo: { k2: "v2" } };
  const said = [expect.stringMatching(/^Not deleted, since another resource took it over: "k1" on/)];
  expect((await giving.plan(without)).warnings).toEqual(said);
  expect(await giving.apply(without)).toMatchObject({ errors: [], warnings: said });
  expect(rig.takeWrites()).toEqual([]);
  await next();
  expect((await giving.plan(without)).warnings).toEqual([]);
  await giving.destroy();
  expect(rig.takeWrites()).toEqual(["web1", "web2"].map((host) => `tokyo agents/secrets/change ${host} -k2`));
  await next();
  await taking.destroy();
  expect(rig.takeWrites()).toEqual(
    ["web1", "web2"].map((host) => `tokyo agents/secrets/change ${host} -k1 -k3`),
  );
});

test("what a destroy deleted on a part of the agents is nobody's to delete any more", async () => {
  const { rig, life, next } = await open();
  const [former, latter] = [life(SECRETS), life(SECRETS)];
  await former.apply({ match: "web*", secrets_wo: { k: "v" } });
  await next();
  const setState = (state: "up" | "down") =>
    rig.simulation.edit({ manager: "tokyo", type: "set-agent-state", host: "web2", state });
  setState("down");
  expect((await former.destroy()).errors).not.toEqual([]);
  await next();
  await latter.apply({ host: "web1", secrets_wo: { k: "v" } });
  setState("up");
  rig.takeWrites();
  await next();
  await former.destroy();
  expect(rig.takeWrites()).toEqual(["tokyo agents/secrets/change web2 -k"]);
});

describe.each(things.filter(([typeName]) => typeName !== SECRETS))(
  "an import of %s",
  (typeName, config, address) => {
    test("takes over without a word what another resource has: the destroy of that one leaves it", async () => {
      const { rig, life, next } = await open();
      const [former, latter] = [life(typeName), life(typeName)];
      await former.apply(config);
      await next();
      const { errors, warnings } = await latter.import(address);
      expect(errors).toEqual([]);
      expect(warnings.join()).not.toContain("another resource");
      await next();
      expect((await former.plan(config)).warnings.join()).toMatch(
        /took over (.|\n)*an import of this resource/,
      );
      await next();
      rig.takeWrites();
      const { warnings: left } = await former.destroy();
      expect(left).toEqual([expect.stringContaining(`${address} stays on the manager: another resource`)]);
      expect(rig.takeWrites()).toEqual([]);
      await next();
      expect(await latter.destroy()).toMatchObject({ errors: [], warnings: [], state: {} });
      if (typeName !== "jp1im_initial_secret") expect(rig.takeWrites()).toHaveLength(1);
    });

    test("takes over in the same way what was taken over before, and repeated imports leave one record", async () => {
      const { rig, life, next } = await open();
      const [former, latter, imported] = [life(typeName), life(typeName), life(typeName)];
      await former.apply(config);
      await next();
      await latter.apply(config);
      for (let times = 0; times < 3; times++) {
        await next();
        await imported.import(address);
      }
      await next();
      rig.takeWrites();
      await former.destroy();
      await latter.destroy();
      expect(rig.takeWrites()).toEqual([]);
      const copy = await pullState({ files: [], state: "/home/ops/.jp1im" }, rig.platform());
      const [lastOnes = ""] = copy.split("takeovers").at(-1)?.split("\\t") ?? [];
      expect(lastOnes.match(/\\"by\\"/g)).toHaveLength(1);
    });
  },
);

test("keys of one agent that several resources took over from others stay those of each", async () => {
  const { rig, life, next } = await open();
  const configs = ["k1", "k2"].map((key) => ({ host: "web1", secrets_wo: { [key]: "v" } }));
  const formers: ResourceLife[] = [];
  // The second round takes over what the first one made.
  for (const lives of [formers, []]) {
    for (const config of configs) {
      await next();
      lives.push(life(SECRETS));
      expect((await lives.at(-1)?.apply(config))?.errors).toEqual([]);
    }
  }
  rig.takeWrites();
  for (const former of formers) {
    await next();
    await former.destroy();
  }
  expect(rig.takeWrites()).toEqual([]);
});

test("kept secrets of which nothing can be read stop a plan on their own manager, and on no other", async () => {
  const { rig, life, next } = await open();
  const errors = async (manager: string) => {
    const folder = `/home/ops/.jp1im/managers/${manager}/recovery`;
    await rig.files.makeFolder(folder);
    rig.files.onCall = ({ name, path }) => (name === "list" && path === folder ? "EACCES" : undefined);
    await next();
    return (await life(SECRETS).plan({ match: "web*", secrets_wo: { k: "v" } })).errors;
  };
  expect(await errors("osaka")).toEqual([]);
  expect(await errors("tokyo")).toEqual([expect.stringContaining("managers/tokyo/recovery")]);
});

test("another process sees what was taken over", async () => {
  const { rig, life } = await open();
  const config = { match: "web*", secrets_wo: { k: "v" } };
  const former = life(SECRETS);
  await former.apply(config);
  await new ResourceLife(await ProviderClient.open(rig.platform()), SECRETS).apply(config);
  rig.takeWrites();
  await former.on(await ProviderClient.open(rig.platform())).destroy();
  expect(rig.takeWrites()).toEqual([]);
});

test("a state from which the record went is as one of before", async () => {
  const { rig, life, next } = await open();
  const config = { id: "app", deliver_to: file("app.secret") };
  const [former, latter] = [life("jp1im_client"), life("jp1im_client")];
  await former.apply(config);
  await next();
  await latter.apply(config);
  await removeFromState({ files: [], state: "/home/ops/.jp1im" }, ["tokyo"], rig.platform());
  await next();
  expect((await former.destroy()).errors).toEqual([expect.stringContaining("no record")]);
});

describe("a document of which resources took over a part", () => {
  const whole = documentOf(`    clients: [{ id: app, deliverTo: { file: app } }]
    agents: [{ match: "web*", secrets: { k1: { env: K }, k2: { env: K } } }]
`);

  async function openDocument() {
    const rig = await Rig.create(WORLD);
    rig.env.K = "v";
    const client = await ProviderClient.open(rig.platform());
    const document = new ResourceLife(client, "jp1im_desired_state");
    await document.apply({ yaml: whole, base_path: "." });
    await client.configure();
    const app = new ResourceLife(client, "jp1im_client");
    const shown = await app.apply({ id: "app", deliver_to: file("app") });
    expect(shown.errors).toEqual([]);
    const keys = new ResourceLife(client, SECRETS);
    await keys.apply({ match: "web*", secrets_wo: { k1: "v" } });
    await client.configure();
    rig.takeWrites();
    return { rig, document };
  }

  test("does not delete it where it no longer declares it", async () => {
    const { document } = await openDocument();
    const { errors } = await document.plan({ yaml: documentOf("    clients: []\n"), base_path: "." });
    expect(errors).toEqual([
      expect.stringMatching(/another resource declares: .*tokyo\/client\/app(.|\n)*prune: none/),
    ]);
    expect(errors[0]).toContain("web1/secret/k1");
    expect(errors[0]).not.toContain("k2");
  });

  test("leaves it when it is destroyed, in whichever apply that is", async () => {
    const { rig, document } = await openDocument();
    const { errors, warnings } = await document.destroy();
    expect(errors).toEqual([]);
    expect(warnings).toEqual([
      expect.stringContaining("stay on the manager: another resource declares them"),
    ]);
    const writes = rig.takeWrites().join();
    expect(writes).toContain("k2");
    expect(writes).not.toMatch(/"k1"|app/);
  });
});
