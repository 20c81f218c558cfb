import { loadText } from "./load-fixture";

const blocks = `apiVersion: jp1im/v1
x-base: &base
  auth: { user: jp1admin, password: { env: PW } }
  policy: { prune: none, maxDeletes: 3 }
x-more: &more
  policy: { prune: all }
  tls: { ca: /etc/ca.pem }
x-common: &common { smtp.password: { env: SMTP }, ldap.password: { env: LDAP } }
`;

async function managersOf(text: string) {
  const { desired, diagnostics } = await loadText(`${blocks}managers:\n${text}`);
  expect(diagnostics).toEqual([]);
  return desired?.managers;
}

describe("a merge key", () => {
  it("takes the keys of a block, and a key of the mapping itself wins wherever it stands", async () => {
    const managers = await managersOf(`
  tokyo: { <<: *base, url: "https://a:1", policy: { prune: owned } }
  osaka: { policy: { prune: owned }, url: "https://b:1", <<: *base }
`);
    expect([...(managers?.values() ?? [])]).toMatchObject([
      { name: "osaka", auth: { user: "jp1admin" }, policy: { prune: "owned", maxDeletes: { percent: 30 } } },
      { name: "tokyo", auth: { user: "jp1admin" }, policy: { prune: "owned", maxDeletes: { percent: 30 } } },
    ]);
  });

  it("takes several blocks, of which the earlier one wins", async () => {
    const managers = await managersOf('  tokyo: { <<: [*base, *more], url: "https://a:1" }\n');
    expect(managers?.get("tokyo")).toMatchObject({
      policy: { prune: "none", maxDeletes: { count: 3 } },
      tls: { ca: "/etc/ca.pem" },
    });
  });

  it("merges a block that has a merge key itself", async () => {
    const text = `  tokyo: &tokyo { <<: *base, url: "https://a:1", host: a }
  osaka: { <<: *tokyo, url: "https://b:1", host: b }\n`;
    expect((await managersOf(text))?.get("osaka")).toMatchObject({ auth: { user: "jp1admin" }, host: "b" });
  });

  it("shares secrets between agents without declaring any of them twice", async () => {
    const managers = await managersOf(`  tokyo:
    <<: *base
    url: https://a:1
    agents:
      - { host: web01, secrets: { <<: *common, smtp.password: { env: OWN } } }
      - { host: web02, secrets: { <<: *common } }
`);
    const secrets = managers?.get("tokyo")?.agents.map((agent) => [...agent.secrets.keys()].sort());
    expect(secrets).toEqual([
      ["ldap.password", "smtp.password"],
      ["ldap.password", "smtp.password"],
    ]);
    expect(managers?.get("tokyo")?.agents[0]?.secrets.get("smtp.password")?.source).toMatchObject({
      options: "OWN",
    });
  });

  it("keeps the place where a merged key was written", async () => {
    const managers = await managersOf('  tokyo: { <<: *base, url: "https://a:1" }\n');
    expect(managers?.get("tokyo")?.authPosition).toMatchObject({ line: 3, column: 37 });
  });

  it("is a key like any other in quotes", async () => {
    const { diagnostics } = await loadText(
      `${blocks}managers:\n  tokyo: { "<<": *base, url: "https://a:1" }\n`,
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(["missing-key", "unknown-key"]);
  });

  it("does not blow a document up", async () => {
    const keys = Array.from({ length: 3000 }, (_, index) => `k${index}: v`).join(", ");
    const aliases = Array.from({ length: 3000 }, () => "*block").join(", ");
    const { diagnostics } = await loadText(`x-block: &block { ${keys} }\nx-bomb: { <<: [${aliases}] }\n`);
    expect(diagnostics.map(({ code }) => code)).toContain("yaml-limits");
  });

  it("shows no line of a block that may hold a secret", async () => {
    const { diagnostics } = await loadText(`apiVersion: jp1im/v1
x-block: { host: &host "two hosts", token: HUNTER2 }
managers:
  tokyo: { url: "https://a:1", host: *host, auth: { user: u, password: { env: PW } } }
`);
    expect(diagnostics.map(({ code }) => code)).toEqual(["out-of-range"]);
    expect(JSON.stringify(diagnostics)).not.toContain("HUNTER2");
  });
});

it("ignores every key that begins with x- at the top and in a manager, and no other", async () => {
  const managers = await managersOf(`  tokyo:
    <<: *base
    url: https://a:1
    x-owner: { team: [ops], phone: 1 }
    x-: ~
`);
  expect(managers?.size).toBe(1);
  const { diagnostics } = await loadText(
    `${blocks}managers: { tokyo: { <<: *base, url: "https://a:1", tls: { x-a: 1 } } }\n`,
  );
  expect(diagnostics.map(({ summary }) => summary)).toEqual(["unknown key `x-a` in `managers.tokyo.tls`"]);
});

it.each(["<<: *bsae", "<<: [*more, *bsae]"])(
  "with an alias that is misspelt, `%s`, is one error that names the anchor",
  async (key) => {
    const { diagnostics } = await loadText(`${blocks}managers:\n  tokyo: { ${key}, url: "https://a:1" }\n`);
    expect(diagnostics).toMatchObject([
      {
        code: "yaml-syntax",
        summary: "an alias without an anchor before it",
        remedy: "did you mean `*base`?",
      },
    ]);
  },
);
