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

test("a block is hidden where it stands, also if only its second mention makes it secret", async () => {
  const harmless = "    policy: { protect: &shared [HUNTER2], prune: every }\n";
  expect(await excerptsOf(`${head}${auth}${harmless}`)).toContain("HUNTER2");
  const secret = "    agents: [{ host: a, secrets: { key: { exec: *shared } } }]\n";
  expect(await excerptsOf(`${head}${auth}${harmless}${secret}`)).not.toContain("HUNTER2");
});
