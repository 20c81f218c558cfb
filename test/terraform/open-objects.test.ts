/** Objects of the provider block: Terraform passes whatever stands in them. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { plainOf, unknown } from "../../src/terraform/values/type";
import { closeClients, errorsIn, objectFrom, objectOf, settingsOf } from "./provider-client";
import { openProvider } from "./tokyo-world";

const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo: { host: immhost01, users: { jp1admin: { password: jp1-pass } } }
`;

afterEach(closeClients);

async function refused(settings: Attrs) {
  const { client } = await openProvider(WORLD);
  const config = settingsOf(settings);
  const answers = [
    await client.call("validateProviderConfig", { config }),
    await client.call("configureProvider", { config, terraformVersion: "1.14.0" }),
  ];
  const found = answers.map((answer) => errorsIn(answer).map(placed));
  expect(found[1]).toEqual(found[0]);
  return found[0];
}

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape that the protocol's description gives it
function placed({ summary, detail, attribute }: any) {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const path = attribute.steps.map((step: any) => step[step.selector]).join(".");
  return { text: `${summary}\n${detail}`, path };
}

test.each<[Attrs, string, string]>([
  [{ policy: { maxdeletes: 1 } }, "policy.maxdeletes", "Unknown key `maxdeletes` in `policy`"],
  [{ policy: { max_deletes: "1", prun: null } }, "policy.prun", "`prune`, `protect`, `max_deletes`"],
  [{ tls: { insecur: true } }, "tls.insecur", "It can have `ca`, `cert`, `key` and `insecure`."],
  [{ tls: { insecure: "perhaps" } }, "tls.insecure", "`tls.insecure` is not a bool"],
  [{ policy: { protect: "a.*" } }, "policy.protect", "`policy.protect` is not a list of strings"],
  [{ policy: { protect: ["a.*", { b: "c" }] } }, "policy.protect.1", "`policy.protect[1]` is not a string"],
  [{ policy: "owned" }, "policy", "`policy` is not an object"],
  [{ policy: { prune: "sometimes" } }, "policy.prune", '`policy.prune` cannot be "sometimes"'],
])("%j is refused by the validation and the configuration", async (settings, path, text) => {
  expect(await refused(settings)).toEqual([{ path, text: expect.stringContaining(text) }]);
});

test.each<[Attrs]>([
  [{ policy: { max_deletes: 3, protect: ["a", 1], prune: null }, tls: { insecure: "false" } }],
  [{ policy: {}, tls: null }],
  [{ policy: { protect: [] } }],
])("%j is converted as Terraform converts what it knows the type of", async (settings) => {
  const { client } = await openProvider(WORLD, settings);
  expect(client.provider.connection.run.name).toBe("tokyo");
});

describe("issue_on", () => {
  const typeName = "jp1im_lower_manager";
  const issue_on = { url: "https://osaka.test", user: "jp1admin", password_source: { env: "OSAKA" } };

  test("with a key that it does not have is refused, at any depth", async () => {
    const { client } = await openProvider(WORLD);
    for (const [more, path] of [
      [{ proxi: "none" }, "issue_on.proxi"],
      [{ tls: { CA: "ca.pem" } }, "issue_on.tls.CA"],
    ] as const) {
      const config = objectOf(typeName, { host: "immhost-osaka", issue_on: { ...issue_on, ...more } });
      for (const method of ["validateResourceConfig", "planResourceChange"]) {
        const answer = await client.call(method, { typeName, config, proposedNewState: config });
        expect(errorsIn(answer).map(placed)).toMatchObject([{ path }]);
      }
    }
  });

  test("of a state in which it had a type of its own is read", async () => {
    const { client } = await openProvider(WORLD);
    const source = { type: ["object", { env: "string" }], value: { env: "OSAKA" } };
    const stored = {
      host: "immhost-osaka",
      issue_on: { ...issue_on, session: false, password_source: source },
    };
    const rawState = { json: Buffer.from(JSON.stringify(stored)) };
    const { upgradedState } = await client.must("upgradeResourceState", { typeName, version: 0, rawState });
    const { issue_on: read } = objectFrom(typeName, upgradedState) ?? {};
    expect(read && plainOf(read)).toEqual({ ...issue_on, session: false });
    const { newState } = await client.call("readResource", { typeName, currentState: upgradedState });
    expect(newState).not.toBeNull();
  });
});

test("what is known only at the apply is open, in an object or as a whole", async () => {
  for (const policy of [unknown, { max_deletes: unknown }]) {
    const { client } = await openProvider(WORLD);
    await client.configure({ policy });
    expect(client.provider.postponed.map(({ summary }) => summary)).toEqual([
      "`policy` of the provider is known only after an apply",
    ]);
  }
});
