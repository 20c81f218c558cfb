import { loadDesiredState } from "../../../src/config/load-desired-state";
import { standardFile } from "../../../src/secrets/age/identities";
import { checkPlaces } from "../../../src/secrets/places/check-places";
import { MemoryFileSystem } from "../../platform/memory-file-system";

const AUTH = "auth: { user: jp1admin, password: { env: PW } }";

/** What is wrong with managers whose settings are given by name, beside a file `own.yaml` of the desired state. */
async function faultsOf(
  managers: Readonly<Record<string, string>>,
  { env = {}, fileSystem = new MemoryFileSystem(), cwd = "/project", state = "" } = {},
) {
  const named = Object.entries(managers).map(
    ([name, text]) => `  ${name}: { url: https://${name}:20703, ${AUTH}, ${text} }\n`,
  );
  const { desired, diagnostics } = await loadDesiredState({
    ...{ paths: ["-"], cwd, stdin: async () => `apiVersion: jp1im/v1\nmanagers:\n${named.join("")}${state}` },
  });
  if (!desired) throw new Error(JSON.stringify(diagnostics));
  const places = { inputs: ["/project/own.yaml"], stateFolder: "/project/.jp1im" };
  const of = { managers: [...desired.managers.values()], state: desired.state };
  return checkPlaces({ ...places, ...of }, { env, fileSystem, cwd });
}

async function summariesOf(...args: Parameters<typeof faultsOf>): Promise<string[]> {
  return (await faultsOf(...args)).map(({ summary }) => summary);
}

const clients = (...sinks: string[]) =>
  `clients: [${sinks.map((sink, index) => `{ id: c${index + 1}, deliverTo: ${sink} }`).join(", ")}]`;

/** Folders that symlinks lead to, as `[link, target]`. */
function linked(...links: readonly (readonly [string, string])[]): MemoryFileSystem {
  const fileSystem = new MemoryFileSystem();
  const own = fileSystem.realpath.bind(fileSystem);
  fileSystem.realpath = async (path) => {
    const link = links.find(([from]) => path === from || path.startsWith(`${from}/`));
    return link ? link[1] + path.slice(link[0].length) : own(path);
  };
  return fileSystem;
}

describe("two secrets in one file", () => {
  test("are refused, with both declarations", async () => {
    const [fault, ...others] = await faultsOf({ tokyo: clients("{ file: out/x }", "{ file: out/x }") });
    expect(others).toEqual([]);
    expect(fault).toMatchObject({
      code: "shared-place",
      summary:
        "the secret of tokyo/client/c2 goes to file out/x, which is where tokyo/client/c1 is delivered (<stdin>:3:103)",
      address: "tokyo/client/c2",
      position: { line: 3 },
      other: { line: 3, column: 103 },
    });
  });

  test.each([
    ["by another relative path", clients("{ file: out/x }", "{ file: ./a/../out/x }")],
    ["by its absolute path", clients("{ file: out/x }", "{ file: /project/out/x }")],
    ["as an age file", clients("{ file: out/x }", "{ age: { recipients: [age1a], file: out/x } }")],
    ["in another format", clients("{ file: out/x }", "{ file: { path: out/x, format: json } }")],
    ["within a list", clients("[{ exec: [a, b] }, { file: out/x }]", "{ file: out/x }")],
    ["twice in one list", clients("[{ file: out/x }, { file: ./out/x }]")],
  ])("are found %s", async (_how, text) => {
    expect(await summariesOf({ tokyo: text })).toHaveLength(1);
  });

  test("are found over managers, and among initial secrets", async () => {
    const [summary, ...others] = await summariesOf({
      osaka: "initialSecret: { deliverTo: { file: out/x } }",
      tokyo: clients("{ file: out/x }"),
    });
    expect(others).toEqual([]);
    expect(summary).toContain("which is where osaka/initial-secret is delivered");
  });

  test("are found where one file would be the folder of the other", async () => {
    const [summary, ...others] = await summariesOf({
      tokyo: clients("{ file: out/z }", "{ file: out/z/y }"),
    });
    expect(others).toEqual([]);
    expect(summary).toContain("/project/out/z above it is where tokyo/client/c1 is delivered");
  });

  test("are found behind a symlinked folder, whether or not the file is there", async () => {
    const text = clients("{ file: out/new/x }", "{ file: link/new/x }");
    const fileSystem = linked(["/project/link", "/project/out"]);
    expect(await summariesOf({ tokyo: text }, { fileSystem })).toHaveLength(1);
    expect(await summariesOf({ tokyo: text })).toEqual([]);
  });

  test("are found where the file system does not tell case apart, and only there", async () => {
    const text = clients("{ file: out/x }", "{ file: out/X }");
    const blind = linked(["/PROJECT", "/project"]);
    blind.place("/project/own.yaml", "");
    expect(await summariesOf({ tokyo: text }, { fileSystem: blind })).toHaveLength(1);
    const telling = new MemoryFileSystem();
    telling.place("/project/own.yaml", "");
    expect(await summariesOf({ tokyo: text }, { fileSystem: telling })).toEqual([]);
  });
});

describe("a secret in a file that something else needs", () => {
  test.each([
    ["own.yaml", "", "which is a file of the desired state"],
    [".jp1im/managers/tokyo/state.log", "", "which lies in the state's folder"],
    [".jp1im/recovery/x", "", "which lies in the state's folder"],
    ["ca.pem", "tls: { ca: ca.pem }", "which is `tls.ca` of tokyo"],
    ["pw", "agents: [{ host: web01, secrets: { k: { file: ./pw } } }]", "which is a source of k"],
    [
      "s.enc.yaml",
      "agents: [{ host: web01, secrets: { k: { sops: { file: s.enc.yaml, path: a } } } }]",
      "which is a source of k",
    ],
    ["get.sh", "agents: [{ host: web01, secrets: { k: { exec: [./get.sh] } } }]", "which is a source of k"],
    [
      "token",
      "agents: [{ host: web01, secrets: { k: { vault: { path: a/b, field: f, auth: { token: { file: token } } } } } }]",
      "which is a source of k",
    ],
    [
      "init",
      "lowerManagers: [{ host: immhost-osaka, initialSecret: { file: init } }]",
      "which is the source of immhost-osaka's initial secret",
    ],
  ])("as %s is refused", async (file, more, expected) => {
    const text = [clients(`{ file: ${file} }`), more].filter(Boolean).join(", ");
    const [summary, ...others] = await summariesOf({ tokyo: text });
    expect(others).toEqual([]);
    expect(summary).toContain(expected);
  });

  test.each(["JP1IM_STATE_KEY_FILE", "SOPS_AGE_KEY_FILE", "BAO_CACERT", "VAULT_CACERT"])(
    "that %s names is refused",
    async (name) => {
      const [summary] = await summariesOf(
        { tokyo: clients("{ file: keys/k }") },
        { env: { [name]: "keys/k" } },
      );
      expect(summary).toContain(`which is the file that ${name} names`);
    },
  );

  test("is no fault below a folder that a variable names in the place of a file", async () => {
    const fileSystem = new MemoryFileSystem();
    await fileSystem.makeFolder("/project");
    const summaries = await summariesOf(
      { tokyo: clients("{ file: out/k }") },
      { env: { JP1IM_STATE_KEY_FILE: "/project" }, fileSystem },
    );
    expect(summaries).toEqual([]);
  });

  test.each([{ HOME: "/home/ops" }, { HOME: "/nowhere", XDG_CONFIG_HOME: "/home/ops/.config" }])(
    "that holds the keys of the user is refused: %j",
    async (env) => {
      // A Mac keeps them elsewhere.
      const file = standardFile(env) ?? "";
      const sink = `{ file: { path: ${JSON.stringify(file)}, overwrite: true } }`;
      const [summary] = await summariesOf({ tokyo: clients(sink) }, { env });
      expect(summary).toContain("which is where SOPS and age keep the user's keys");
      expect(await summariesOf({ tokyo: clients(sink) }, { env: { HOME: "/home/other" } })).toEqual([]);
    },
  );

  test.each(["out/x/", "out/", ".", "out/.."])(
    "that is spelled as the folder %s is refused",
    async (path) => {
      const faults = await faultsOf({ tokyo: clients(`{ file: ${path} }`) });
      expect(faults.map(({ code }) => code)).toEqual(["out-of-range"]);
      expect(faults[0]?.summary).toContain("names a folder");
    },
  );
});

describe("two secrets in Vault", () => {
  const vault = (more = "") => `{ vault: { path: secret/web${more} } }`;

  test("share a place where server, namespace, secret and field are the same", async () => {
    const env = { VAULT_ADDR: "https://Vault.test:443/" };
    const text = clients(vault(), vault(", address: https://vault.test"));
    expect(await summariesOf({ tokyo: text }, { env })).toHaveLength(1);
    expect(await summariesOf({ tokyo: clients(vault(), vault(", format: json")) })).toHaveLength(1);
  });

  test("share a place where a namespace stands before the mount of one of them", async () => {
    const env = { VAULT_ADDR: "https://vault.test" };
    const apart = vault(", namespace: /ops/");
    const joined = "{ vault: { path: { mount: ops/secret, path: web } } }";
    expect(await summariesOf({ tokyo: clients(apart, joined) }, { env })).toHaveLength(1);
  });

  test.each([", field: other", ", address: https://other.test", ", namespace: team"])(
    "do not where they differ in %s",
    async (more) => {
      const env = { VAULT_ADDR: "https://vault.test" };
      expect(await summariesOf({ tokyo: clients(vault(), vault(more)) }, { env })).toEqual([]);
    },
  );
});

describe("a field of Vault that a value comes from", () => {
  const SINK = "{ vault: { path: secret/web01, field: password, address: https://vault.test } }";
  const agent = (...sources: string[]) =>
    `agents: [{ host: web01, secrets: { ${sources.map((each, at) => `k${at + 1}: ${each}`).join(", ")} } }]`;
  const source = (more: string) => `{ vault: { path: secret/web01, field: password, ${more} } }`;

  test("is no place for another secret", async () => {
    const text = `${clients(SINK)}, ${agent(source("address: https://vault.test"))}`;
    const [fault, ...others] = await faultsOf({ tokyo: text });
    expect(others).toEqual([]);
    expect(fault).toMatchObject({
      code: "shared-place",
      address: "tokyo/client/c1",
      summary: expect.stringMatching(
        /goes to password of secret\/web01 in the vault, which is a source of k1 \(<stdin>:3:\d+\)$/,
      ),
      other: { line: 3 },
    });
  });

  test.each([
    ["a pinned version of it", agent(source("version: 3, address: https://vault.test"))],
    ["an address in other case, with its port", agent(source('address: "https://VAULT.test.:443/"'))],
    [
      "a mount apart from the path",
      agent(
        "{ vault: { path: { mount: secret, path: web01 }, field: password, address: https://vault.test } }",
      ),
    ],
    [
      "the login of another vault",
      agent(`{ vault: { path: a/b, field: f, auth: { token: ${source("address: https://vault.test")} } } }`),
    ],
    [
      "the login of a sink",
      clients(SINK, `{ vault: { path: a/b, auth: { token: ${source("address: https://vault.test")} } } }`),
    ],
    [
      "a lower manager's initial secret",
      `lowerManagers: [{ host: osaka, initialSecret: ${source("address: https://vault.test")} }]`,
    ],
  ])("is found as %s", async (_how, text) => {
    const both = text.startsWith("clients") ? text : `${clients(SINK)}, ${text}`;
    expect(await summariesOf({ tokyo: both })).toHaveLength(1);
  });

  test("is found where the environment says which server", async () => {
    const env = { VAULT_ADDR: "https://vault.test" };
    const text = `${clients(SINK)}, ${agent("{ vault: { path: secret/web01, field: password } }")}`;
    expect(await summariesOf({ tokyo: text }, { env })).toHaveLength(1);
  });

  test.each([
    "address: https://other.test",
    "address: https://vault.test/behind",
    "address: https://vault.test, namespace: ops",
  ])("is another one with %s", async (more) => {
    expect(await summariesOf({ tokyo: `${clients(SINK)}, ${agent(source(more))}` })).toEqual([]);
  });

  test("is another one with another name, or of another secret", async () => {
    const others = [
      "{ vault: { path: secret/web01, field: other, address: https://vault.test } }",
      "{ vault: { path: secret/web02, field: password, address: https://vault.test } }",
    ];
    expect(await summariesOf({ tokyo: `${clients(SINK)}, ${agent(...others)}` })).toEqual([]);
  });
});

describe("a program", () => {
  const program = (...args: string[]) => `{ exec: { command: [put, ${args.join(", ")}] } }`;

  test("that gets two secrets and cannot tell them apart is refused", async () => {
    const [fault] = await faultsOf({ tokyo: clients(program("a"), program("a")) });
    expect(fault?.summary).toContain("nothing tells the two apart there");
    expect(fault?.remedy).toContain("argument");
  });

  test("may serve several where an argument or the format names the client", async () => {
    expect(await summariesOf({ tokyo: clients(program("a"), program("b")) })).toEqual([]);
    const json = "{ exec: { command: [put], format: json } }";
    expect(await summariesOf({ tokyo: clients(json, json) })).toEqual([]);
    // The ID alone does not tell the clients of two managers apart.
    expect(await summariesOf({ osaka: clients(json), tokyo: clients(json) })).toHaveLength(1);
  });
});

describe("a secret never takes the place of what the state's server needs", () => {
  const http = 'address: "https://state/{manager}", username: ops';
  test.each([
    [
      "the file of its password",
      `http: { ${http}, password: { file: own } }`,
      "a source of the state's login",
    ],
    ["the file of its token", `http: { address: "https://state/{manager}", token: { file: own } }`, "login"],
    ["its authority", `http: { ${http}, tls: { ca: own } }`, "certificate"],
    [
      "the file of a database's password",
      "postgres: { url: postgres://ops@db/jp1im, password: { file: own } }",
      "login",
    ],
    ["a database's authority", "postgres: { url: postgres://ops@db/jp1im?sslrootcert=own }", "certificate"],
  ])("%s", async (_, state, expected) => {
    const [summary, ...others] = await summariesOf(
      { tokyo: clients("{ file: own }") },
      { state: `state: { ${state} }\n` },
    );
    expect(summary).toContain(expected);
    expect(others).toEqual([]);
  });
});
