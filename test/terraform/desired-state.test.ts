import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Dynamic, unknown } from "../../src/terraform/values/type";
import { HOME, Rig } from "../rig/rig";
import { closeClients, errorsIn, objectFrom, objectOf, ProviderClient } from "./provider-client";
import { documentOf, tokyoOf } from "./tokyo-world";

const TYPE = "jp1im_desired_state";
const WORLD = tokyoOf(`    clients: { legacy-viewer }
    subordinates: [immhost-osaka]
    agents: [{ host: "web{1..2}" }]
  osaka: { host: immhost-osaka, users: { jp1admin: { password: jp1-pass } } }
`);
const YAML = documentOf(`    clients:
      - { id: app, deliverTo: { file: out/app.secret } }
    agents:
      - match: "web*"
        secrets: { smtp.password: { env: SMTP } }
`);
const NO_MANAGER = { name: null, url: null, host: null, user: null, password: null };
const IN_SYNC = {
  changes: {},
  counts: { create: 0, update: 0, replace: 0, delete: 0, forget: 0, adopt: 0, deferred: 0, requests: 0 },
};

afterEach(closeClients);

async function open(settings: Attrs = {}) {
  const rig = await Rig.create(WORLD);
  rig.env.SMTP = "canary-4711";
  const all = { ...NO_MANAGER, ...settings };
  const client = await ProviderClient.open(rig.platform(), all);
  return { rig, client, ...calls(client, all) };
}

function calls(client: ProviderClient, settings: Attrs = NO_MANAGER) {
  const stateOf = (state: Attrs | undefined) => (state ? { priorState: objectOf(TYPE, state) } : {});
  const plan = async (config: Attrs, prior?: Attrs) => {
    const wire = objectOf(TYPE, config);
    const request = { typeName: TYPE, config: wire, proposedNewState: wire, ...stateOf(prior) };
    const answer = await client.call("planResourceChange", request);
    return { ...answer, planned: answer.plannedState && objectFrom(TYPE, answer.plannedState) };
  };
  return {
    plan,
    validate: (config: Attrs) =>
      client.call("validateResourceConfig", { typeName: TYPE, config: objectOf(TYPE, config) }),
    async apply(
      config: Attrs,
      { plannedState, plannedPrivate }: Awaited<ReturnType<typeof plan>>,
      prior?: Attrs,
    ) {
      const request = { typeName: TYPE, config: objectOf(TYPE, config), plannedState, plannedPrivate };
      const answer = await client.call("applyResourceChange", { ...request, ...stateOf(prior) });
      return { ...answer, state: objectFrom(TYPE, answer.newState) };
    },
    async refresh(state: Attrs) {
      const answer = await client.call("readResource", {
        typeName: TYPE,
        currentState: objectOf(TYPE, state),
      });
      return objectFrom(TYPE, answer.newState) ?? {};
    },
    async destroy(state: Attrs) {
      const nothing = { msgpack: Buffer.from([0xc0]) };
      const request = {
        typeName: TYPE,
        plannedState: nothing,
        plannedPrivate: Buffer.alloc(0),
        config: nothing,
      };
      await client.configure(settings);
      const answer = await client.call("applyResourceChange", { ...request, ...stateOf(state) });
      return { ...answer, state: objectFrom(TYPE, answer.newState) };
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape that the protocol's description gives it
function textOf(answer: any): string {
  return errorsIn(answer)
    .map(({ summary, detail }) => `${summary}\n${detail}`)
    .join("\n");
}

test("a plan shows the changes in words, an apply carries them out, and the next plan is empty; no value is handed back", async () => {
  const { rig, plan, apply, refresh } = await open();
  const planned = await plan({ yaml: YAML });
  expect(errorsIn(planned)).toEqual([]);
  expect(planned.planned).toMatchObject({
    changes: {
      "tokyo/client/app": expect.stringMatching(/^create: declared, and not there/),
      "tokyo/agent/immhost01/web1/secret/smtp.password": expect.stringMatching(/^create: /),
      "tokyo/agent/immhost01/web2/secret/smtp.password": expect.stringMatching(/^create: /),
    },
    counts: { create: 3, requests: 3 },
  });
  const applied = await apply({ yaml: YAML }, planned);
  expect(errorsIn(applied)).toEqual([]);
  expect(applied.state).toEqual(planned.planned);
  expect(rig.takeWrites()).toHaveLength(3);
  expect(rig.files.paths().some((path) => path.startsWith(`${HOME}/.jp1im/`))).toBe(true);
  const state = await refresh(applied.state ?? {});
  expect(state).toMatchObject(IN_SYNC);
  const next = await plan({ yaml: YAML }, state);
  expect(next.planned).toEqual(state);
  for (const answer of [planned, applied, next]) {
    const text =
      Buffer.from(answer.plannedPrivate ?? answer.private).toString("utf8") + JSON.stringify(answer);
    expect(text).not.toContain("canary-4711");
    expect(text).not.toContain(rig.read("out/app.secret"));
  }
});

test("drift shows as a change, and the state is that of the command line", async () => {
  const { rig, plan, apply, refresh } = await open();
  const applied = await apply({ yaml: YAML }, await plan({ yaml: YAML }));
  await rig.write("jp1im.yaml", YAML);
  expect((await rig.plan()).changes).toEqual([]);
  rig.simulation.edit({ manager: "tokyo", type: "delete-client", id: "app" });
  const { planned } = await plan({ yaml: YAML }, await refresh(applied.state ?? {}));
  expect(planned).toMatchObject({
    changes: { "tokyo/client/app": expect.stringMatching(/^create: /) },
    counts: { create: 1, requests: 1 },
  });
});

test("a plan that was altered after it was made is refused, and nothing is sent", async () => {
  const { rig, plan, apply } = await open();
  const planned = await plan({ yaml: YAML });
  const altered = planned.plannedPrivate.toString().replaceAll("web1", "web2");
  const answer = await apply({ yaml: YAML }, { ...planned, plannedPrivate: Buffer.from(altered) });
  expect(textOf(answer)).toContain("damaged");
  expect(rig.takeWrites()).toEqual([]);
});

test("a plan that no longer fits is refused, and nothing is sent", async () => {
  const { rig, plan, apply } = await open();
  const planned = await plan({ yaml: YAML });
  rig.simulation.edit({
    manager: "tokyo",
    type: "set-agent-secret",
    host: "web1",
    key: "by.hand",
    secret: "x",
  });
  const refused = await apply({ yaml: YAML }, planned);
  expect(textOf(refused)).toContain("plan-stale");
  expect(refused.state).toBeUndefined();
  expect(rig.takeWrites()).toEqual([]);

  await rig.write("smtp.secret", "one-value");
  const yaml = YAML.replace("{ env: SMTP }", "{ file: smtp.secret }");
  const again = await plan({ yaml });
  await rig.write("smtp.secret", "another-value");
  expect(textOf(await apply({ yaml }, again))).toContain("plan-stale");
  expect(rig.takeWrites()).toEqual([]);
});

test("a value that is another one by the apply changes what is shown, so that Terraform refuses the plan", async () => {
  const { rig, plan } = await open();
  await rig.write("smtp.secret", "one-value");
  const yaml = YAML.replace("{ env: SMTP }", "{ file: smtp.secret }");
  const { planned: before } = await plan({ yaml });
  expect((await plan({ yaml })).planned).toEqual(before);
  await rig.write("smtp.secret", "another-value");
  expect((await plan({ yaml })).planned).not.toEqual(before);
});

test("a destroy deletes what the state owns, and leaves what is protected or not ours", async () => {
  const { rig, plan, apply, destroy } = await open();
  const yaml = YAML.replace("    clients:", "    policy: { protect: [smtp.*] }\n    clients:");
  const applied = await apply({ yaml }, await plan({ yaml }));
  rig.takeWrites();
  const destroyed = await destroy(applied.state ?? {});
  expect(errorsIn(destroyed)).toEqual([]);
  expect(destroyed.state).toBeUndefined();
  expect(JSON.stringify(destroyed.diagnostics)).toContain("smtp.password stay on the manager");
  expect(JSON.stringify(destroyed.diagnostics)).not.toMatch(/AGENT_|MANAGER_|immgr/);
  expect(rig.takeWrites()).toEqual([expect.stringContaining("app")]);
  expect(Object.keys(rig.simulation.truth().managers.tokyo?.clients ?? {})).toContain("legacy-viewer");
});

const CLIENTS = "    clients:\n";
const TWO = YAML.replace(CLIENTS, `${CLIENTS}      - { id: moved, deliverTo: { file: out/moved.secret } }\n`);

test("what something else manages on the same state is not deleted, by a plan or a destroy", async () => {
  const { rig, plan, apply, destroy } = await open();
  const applied = await apply({ yaml: YAML }, await plan({ yaml: YAML }));
  await rig.write("jp1im.yaml", TWO);
  await rig.apply();
  rig.takeWrites();
  const planned = await plan({ yaml: YAML }, applied.state);
  expect(textOf(planned)).toContain("never declared: tokyo/client/moved");
  expect(textOf(await plan({ yaml: YAML }))).toContain("`policy: { prune: none }`");
  const destroyed = await destroy(applied.state ?? {});
  expect(textOf(destroyed)).toContain("never declared: tokyo/client/moved");
  expect([destroyed.state, rig.takeWrites()]).toEqual([applied.state, []]);
});

test("what leaves the document is deleted, and with `prune: none` it is left to a resource of its own", async () => {
  const { rig, plan, apply } = await open();
  const applied = await apply({ yaml: TWO }, await plan({ yaml: TWO }));
  rig.takeWrites();
  const deleting = await plan({ yaml: YAML }, applied.state);
  expect([errorsIn(deleting), deleting.planned?.changes]).toEqual([
    [],
    { "tokyo/client/moved": expect.stringMatching(/^delete: /) },
  ]);
  const leaving = YAML.replace(CLIENTS, `    policy: { prune: none }\n${CLIENTS}`);
  const left = await apply({ yaml: leaving }, await plan({ yaml: leaving }, applied.state), applied.state);
  expect([errorsIn(left), rig.takeWrites()]).toEqual([[], []]);
  const next = await plan({ yaml: YAML }, left.state);
  expect(textOf(next)).toContain("never declared: tokyo/client/moved");
});

test('with `prune = "none"` in the provider a destroy only forgets', async () => {
  const { rig, plan, apply, destroy } = await open({
    policy: { prune: "none", protect: null, unverified: null },
  });
  const applied = await apply({ yaml: YAML }, await plan({ yaml: YAML }));
  rig.takeWrites();
  expect((await destroy(applied.state ?? {})).state).toBeUndefined();
  expect(rig.takeWrites()).toEqual([]);
});

test("a budget holds, and names its override", async () => {
  const { rig, plan, apply, refresh } = await open();
  const many = Array.from({ length: 8 }, (_, n) => `      - { id: app-${n}, deliverTo: { file: out/${n} } }`);
  const yaml = YAML.replace("      - { id: app,", `${many.join("\n")}\n      - { id: app,`);
  const applied = await apply({ yaml }, await plan({ yaml }));
  expect(errorsIn(applied)).toEqual([]);
  rig.takeWrites();
  const refused = await plan({ yaml: YAML }, await refresh(applied.state ?? {}));
  expect(textOf(refused)).toContain("maxDeletes");
  expect(rig.takeWrites()).toEqual([]);
});

test("a manager that is down is an error, or a warning, and never a reason to create or to delete", async () => {
  for (const [unreachable, severity] of [
    ["error", 1],
    ["warn", 2],
  ] as const) {
    const { rig, plan, apply, refresh } = await open({ unreachable });
    const state = await refresh((await apply({ yaml: YAML }, await plan({ yaml: YAML }))).state ?? {});
    rig.simulation.faults.add({ path: "*", effect: { type: "drop", when: "before" } });
    const down = await plan({ yaml: YAML }, state);
    expect(down.diagnostics.map((each: { severity: number }) => each.severity)).toContain(severity);
    expect(errorsIn(down)).toHaveLength(severity === 1 ? down.diagnostics.length : 0);
    expect(down.planned).toMatchObject(IN_SYNC);
  }
});

test.each([
  ["no YAML", { yaml: "a: [" }, ["yaml"], "Line 1, column"],
  ["an empty document", { yaml: "" }, ["yaml"], ""],
  ["an unknown key", { yaml: YAML.replace("host:", "hots:") }, ["yaml"], "hots"],
  [
    "a secret in clear text",
    { yaml: YAML.replace("{ env: SMTP }", "canary-0815") },
    ["yaml"],
    "literal-secret",
  ],
  [
    "one that the policy allows",
    {
      yaml: YAML.replace("{ env: SMTP }", "canary-0815").replace(
        "    clients:",
        "    policy: { allowLiteralSecrets: true }\n    clients:",
      ),
    },
    ["yaml"],
    "`allowLiteralSecrets` does not count here",
  ],
])("the validation refuses %s at its place, and shows no secret", async (_, config: Attrs, path, text) => {
  const { client, validate, plan } = await open();
  for (const answer of [await validate(config), await plan(config)]) {
    const [first] = errorsIn(answer);
    const steps = first?.attribute?.steps ?? [];
    expect(steps.map((step: { attributeName: string }) => step.attributeName)).toEqual(path);
    expect(textOf(answer)).toContain(text);
    expect(textOf(answer)).not.toContain("canary-0815");
    expect(textOf(answer)).not.toContain("met a bug");
  }
  expect(client.log.join()).not.toContain("canary-0815");
});

test("a variable that is not set is no error of the validation, and one of the plan", async () => {
  const { validate, plan } = await open();
  const yaml = YAML.replace("url: https://tokyo.test", "url: { env: TOKYO_URL }");
  expect(errorsIn(await validate({ yaml }))).toEqual([]);
  expect(textOf(await plan({ yaml }))).toContain("TOKYO_URL");
});

test("a folder that is none, and a source that has no value, are errors at their attributes", async () => {
  const { plan } = await open();
  const wrong = await plan({ yaml: YAML, base_path: "nowhere" });
  expect(textOf(wrong)).toContain('`base_path` names "nowhere", which is not a folder');
  expect(errorsIn(wrong)[0].attribute.steps).toEqual([
    expect.objectContaining({ attributeName: "base_path" }),
  ]);
  const lacking = await plan({ yaml: YAML.replace("env: SMTP", "env: UNSET") });
  expect(textOf(lacking)).toContain("UNSET");
  expect(errorsIn(lacking)[0].attribute.steps).toEqual([expect.objectContaining({ attributeName: "yaml" })]);
});

test("a document that is unknown leaves everything open at the plan", async () => {
  const { plan } = await open();
  const { planned, diagnostics } = await plan({ yaml: unknown });
  expect(diagnostics).toEqual([]);
  expect(planned).toMatchObject({ changes: unknown, counts: unknown });
});

test("a provider block without a manager serves documents alone, and one with a part of a manager is incomplete", async () => {
  const { client } = await open();
  const config = objectOf("jp1im_client", {
    id: "x",
    deliver_to: new Dynamic(["object", { file: "string" }], { file: "x" }),
  });
  const answer = await client.call("planResourceChange", {
    typeName: "jp1im_client",
    config,
    proposedNewState: config,
  });
  expect(textOf(answer)).toContain("The provider block names no manager");
  await expect(open({ url: "https://tokyo.test" })).rejects.toThrow("needs `user`");
  await expect(open({ user: "jp1admin" })).rejects.toThrow("needs `url`");
});

test("an import of what is no document says what to give it", async () => {
  const { client } = await open();
  const answer = await client.call("importResourceState", { typeName: TYPE, id: "all" });
  expect(textOf(answer)).toContain("give the path of its document");
});

test("the first apply with a lower manager warns of nothing where its selectors leave nothing to do", async () => {
  const { plan, apply } = await open();
  const lower = "    lowerManagers: [{ host: immhost-osaka, initialSecret: { issueOn: osaka } }]\n";
  const osaka = `  osaka:
    url: https://osaka.test
    host: immhost-osaka
    auth: { user: jp1admin, password: { env: PASSWORD } }
`;
  const config = { yaml: `${YAML}${lower}${osaka}` };
  const { diagnostics } = await apply(config, await plan(config));
  expect(JSON.stringify(diagnostics)).not.toContain("beyond-plan");
});

test("with another state a document is refused once for each manager, with ways that Terraform has", async () => {
  const { rig, plan, apply } = await open();
  const config = { yaml: YAML };
  await apply(config, await plan(config));
  const other = await ProviderClient.open(rig.platform(), { ...NO_MANAGER, state: "other" });
  const errors = errorsIn(await calls(other).plan(config));
  expect(errors).toHaveLength(1);
  expect(errors[0].detail).toContain("`state` of the provider block");
  expect(errors[0].detail).toContain("`jp1im import tokyo -f DOCUMENT --state FOLDER`");
  expect(errors[0].detail).not.toContain("--new-state");
});
