import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SecretValue } from "../../src/model/secret-value";
import { decryptAge } from "../../src/secrets/age/decrypt";
import { HOME, Rig } from "../rig/rig";

const folder = join(__dirname, "../../examples/secrets-sops-age");
const text = (name: string) => readFileSync(join(folder, name), "utf8");
const key = /AGE-SECRET-KEY-\S+/.exec(text("throw-away.age-key.txt"))?.[0] ?? "";

async function example(): Promise<Rig> {
  const rig = await Rig.create(text("world.yaml"));
  // The rig knows its managers by name, not by port.
  await rig.write("jp1im.yaml", text("jp1im.yaml").replace("127.0.0.1:20703", "tokyo.test"));
  await rig.write("secrets.enc.yaml", text("secrets.enc.yaml"));
  await rig.write("keys.txt", text("throw-away.age-key.txt"));
  rig.env.SOPS_AGE_KEY_FILE = "keys.txt";
  return rig;
}

test("the example with SOPS and age applies, delivers to both sinks, and is in sync then", async () => {
  const rig = await example();
  const outcome = await rig.apply();
  expect(outcome.summary).toMatchObject({ failed: 0, skipped: 0 });
  expect(rig.takeWrites().sort()).toEqual([
    "tokyo agents/secrets/change batch-01 +smtp.password",
    "tokyo agents/secrets/change batch-02 +smtp.password",
    "tokyo agents/secrets/change web01 +ldap.password +oracle.password +prometheus.password",
    "tokyo secret/client/generateInfo fluentd-web",
  ]);
  const agents = JSON.stringify(rig.simulation.truth());
  for (const value of [
    "example-smtp-password",
    "example-prometheus-password",
    "example-ldap-password",
    '"007"',
  ]) {
    expect(agents).toContain(value);
  }
  const env = rig.read("out/fluentd-web.env") ?? "";
  const secret = /^JP1IM_ID='fluentd-web'\nJP1IM_SECRET='(.+)'\n$/.exec(env)?.[1];
  const identities = { keys: [new SecretValue(key)] };
  const opened = await decryptAge(rig.read("out/fluentd-web.age") ?? "", identities);
  expect("bytes" in opened && Buffer.from(opened.bytes).toString()).toBe(secret);
  expect((await rig.plan()).changes).toEqual([]);
  const shown = JSON.stringify([outcome, rig.events]);
  for (const value of [secret ?? "", key, "example-smtp-password"]) expect(shown).not.toContain(value);
});

test("the example without its key sends nothing, and tells whose key it takes", async () => {
  const rig = await example();
  delete rig.env.SOPS_AGE_KEY_FILE;
  const error = await rig.apply().catch((reason) => reason);
  expect(String(error)).toContain(`${HOME}/secrets.enc.yaml is encrypted to age1`);
  expect(rig.takeWrites()).toEqual([]);
});
