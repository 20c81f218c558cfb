import { loadText } from "./load-fixture";

const head = "apiVersion: jp1im/v1\nmanagers:\n  tokyo:\n    url: https://immhost01:20703\n";
const auth = "    auth: { user: u, password: { env: PW } }\n";

async function excerptsOf(text: string): Promise<string> {
  const { diagnostics } = await loadText(text);
  expect(diagnostics.length).toBeGreaterThan(0);
  return diagnostics.map(({ excerpt }) => excerpt ?? "").join("\n");
}

// Each line has a mistake that would be shown with it.
test.each([
  ["a password", "    auth: { user: [], password: HUNTER2 }\n"],
  ["an initial secret to log in with", "    auth: { initialSecret: HUNTER2, user: [] }\n"],
  ["a secret of an agent", `${auth}    agents: [{ host: [], secrets: { key: HUNTER2 } }]\n`],
  ["an initial secret", `${auth}    lowerManagers: [{ host: [], initialSecret: HUNTER2 }]\n`],
  ["a recipient", `${auth}    clients: [{ id: [], deliverTo: { age: { recipients: [HUNTER2] } } }]\n`],
])("no line is shown where %s may stand in clear text", async (_, lines) => {
  expect(await excerptsOf(`${head}${lines}`)).not.toContain("HUNTER2");
});

// Only full-width forms are named, so that a secret of them would lose a character.
test.each([
  ["of a login", "    auth: ｈunter2\n"],
  ["of a lower manager", `${auth}    lowerManagers: [{ host: a, initialSecret: { env: [ｈunter2] } }]\n`],
  ["of a database", `${auth}state: { postgres: { url: ｈunter2 } }\n`],
])("no character %s is named", async (_, lines) => {
  const { diagnostics } = await loadText(`${head}${lines}`);
  expect(diagnostics.length).toBeGreaterThan(0);
  expect(JSON.stringify(diagnostics)).not.toMatch(/full-width|ｈ/);
});

test("a block is hidden where it stands, also if only its second mention makes it secret", async () => {
  const harmless = "    policy: { protect: &shared [some, HUNTER2], prune: every }\n";
  expect(await excerptsOf(`${head}${auth}${harmless}`)).toContain("HUNTER2");
  const secret = "    agents: [{ host: a, secrets: { key: { exec: *shared } } }]\n";
  expect(await excerptsOf(`${head}${auth}${harmless}${secret}`)).not.toContain("HUNTER2");
});

test.each([
  ["a repository of git", 'state: { git: { remote: "https://u:HUNTER2@host/r.git" } }'],
  ["an address", 'state: { http: { address: "state.example?token=HUNTER2" } }'],
  ["a database", 'state: { postgres: { url: "postgres://u:HUNTER2@host" } }'],
  ["a key in the place of a database", "state: { postgres: { url: { HUNTER2: 1 } } }"],
  ["a proxy beside a mistake", 'state: { http: { proxy: "http://u:HUNTER2@p", lockMethod: [] } }'],
  ["a proxy of another form", "state: { http: { proxy: HUNTER2 } }"],
  ["a repository beside a mistake", 'state: { git: { remote: "https://HUNTER2@host/r.git", branch: [] } }'],
])("a place of a state is not shown: %s", async (_, line) => {
  const { diagnostics } = await loadText(`${head}${auth}${line}\n`);
  expect(diagnostics.length).toBeGreaterThan(0);
  expect(JSON.stringify(diagnostics)).not.toContain("HUNTER2");
});

test("a place of a state that comes from the environment is refused without its text", async () => {
  const env = { REMOTE: "https://u:HUNTER2@host/r.git", URL: "host=h password=HUNTER2" };
  const remote = await loadText(
    `${head}${auth}state: { git: { remote: { env: REMOTE }, branch: s } }\n`,
    env,
  );
  const url = await loadText(`${head}${auth}state: { postgres: { url: { env: URL } } }\n`, env);
  const diagnostics = [...remote.diagnostics, ...url.diagnostics];
  expect(diagnostics).toMatchObject([
    { code: "out-of-range", summary: expect.stringContaining("`REMOTE`"), position: { line: 6 } },
    { code: "out-of-range", summary: expect.stringContaining("`URL`"), position: { line: 6 } },
  ]);
  expect(JSON.stringify(diagnostics)).not.toContain("HUNTER2");
});

test.each([
  "tcp://u:HUNTER2@host",
  "tcp://HUNTER2@host:601",
  "udp://host/HUNTER2",
  "tcp://host?t=HUNTER2",
  "udp:///HUNTER2",
  "unix://host/HUNTER2",
])(
  "an address of syslog with more than a host and a port is refused without its text: %s",
  async (address) => {
    const { diagnostics } = await loadText(`${head}${auth}audit: { syslog: { address: "${address}" } }\n`);
    expect(diagnostics).toMatchObject([{ code: "out-of-range", position: { line: 6 } }]);
    expect(JSON.stringify(diagnostics)).not.toContain("HUNTER2");
  },
);

test("after a quote in a secret that does not close, no line is shown, whatever it begins with", async () => {
  const agents = '    agents:\n      - host: web01\n        secrets:\n          key: "first\n';
  expect(await excerptsOf(`${head}${auth}${agents}host: HUNTER2`)).not.toContain("HUNTER2");
});

test.each([
  ["with full-width forms", "ｈunter2", "a full-width character"],
  ["that looks like a key without a blank", "HUNTER2:NTER2", "a key has no blank after its colon"],
  ["that looks like an item without a blank", "-HUNTER2: x", "a `-` has no blank after it"],
])("a hint at a broken line quotes nothing of a secret %s", async (_, secret, hint) => {
  const agents = "    agents:\n      - host: web01\n        secrets:\n          key:\n";
  const lines = ["text", secret, "more: x"].map((line) => `            ${line}\n`);
  const { diagnostics } = await loadText(`${head}${auth}${agents}${lines.join("")}`);
  expect(diagnostics).toMatchObject([{ summary: expect.stringContaining(hint), position: { line: 11 } }]);
  expect(JSON.stringify(diagnostics)).not.toMatch(/full-width `|ｈ|HUNTER2/);
});
