import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { nodeFileSystem } from "../../src/platform/file-system";
import { createSecretResolver } from "../../src/secrets/resolver";
import { MemoryFileSystem } from "../platform/memory-file-system";
import { CANARY } from "./canary";
import { failureOf, reference } from "./references";
import {
  asDotenv,
  asJson,
  Comment,
  type EncodeOptions,
  encodeSops,
  encryptAge,
  foreignRecipient,
  makeAgeKey,
} from "./sops-encoder";

const FILE = "/project/secrets.enc.yaml";
const PLAIN = {
  smtp: { password: CANARY, port: 25, ratio: 0.5, tls: true, off: false, nothing: null, empty: "" },
  hosts: { "web01.example": { password: "dotted" } },
  list: ["first", { name: "second" }],
  digits: "007",
  note_unencrypted: "in the clear",
};

let own: { key: string; recipient: string };
let other: { key: string; recipient: string };
beforeAll(async () => {
  own = await makeAgeKey();
  other = await makeAgeKey();
});

async function placed(options: Partial<EncodeOptions> = {}, plain: object = PLAIN) {
  const encoded = await encodeSops(plain as typeof PLAIN, { recipients: [own.recipient], ...options });
  const fileSystem = new MemoryFileSystem();
  const text = asJson(encoded);
  fileSystem.place(FILE, text);
  return { fileSystem, text, encoded };
}

function resolverOf(fileSystem: MemoryFileSystem, env: Record<string, string> = { SOPS_AGE_KEY: own.key }) {
  return createSecretResolver({ env, fileSystem });
}

function at(path: string, file = "secrets.enc.yaml") {
  return reference("sops", { file, path });
}

function failing(promise: Promise<unknown>) {
  return failureOf(promise, "source-unresolved", own.key, other.key);
}

describe("a value in a SOPS file", () => {
  test.each([
    ["smtp.password", CANARY],
    ['hosts."web01.example".password', "dotted"],
    ["hosts['web01.example'].password".replace("['", ".'").replace("']", "'"), "dotted"],
    ['hosts["web01.example"].password', "dotted"],
    ["list[0]", "first"],
    ["list.1.name", "second"],
    ["digits", "007"],
    ["smtp.port", "25"],
    ["smtp.ratio", "0.5"],
    ["smtp.tls", "true"],
    ["smtp.off", "false"],
    ["note_unencrypted", "in the clear"],
  ])("is found at %s and stays the text that it is", async (path, value) => {
    const { fileSystem } = await placed();
    expect((await resolverOf(fileSystem).resolve(at(path))).reveal()).toBe(value);
  });

  test.each([".json", ".env", ".yml", ".txt"])("is read from a file that ends in %s", async (extension) => {
    const encoded = await encodeSops({ a: CANARY, b: "two\nlines" }, { recipients: [own.recipient] });
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(`/project/s${extension}`, extension === ".env" ? asDotenv(encoded) : asJson(encoded));
    const resolver = resolverOf(fileSystem);
    expect((await resolver.resolve(at("a", `s${extension}`))).reveal()).toBe(CANARY);
    expect((await resolver.resolve(at("b", `s${extension}`))).reveal()).toBe("two\nlines");
  });

  test.each([
    [".env", "dotenv"],
    [".env.production", "dotenv"],
    ["prod.env.enc", "dotenv"],
    ["secrets.enc", "YAML"],
    ["secrets.sops", "JSON"],
  ])("is read from a file named %s that holds %s", async (name, format) => {
    const encoded = await encodeSops({ a: CANARY }, { recipients: [own.recipient] });
    const fileSystem = new MemoryFileSystem();
    const yaml = stringify(encoded.document);
    fileSystem.place(
      `/project/${name}`,
      { dotenv: asDotenv(encoded), YAML: yaml, JSON: asJson(encoded) }[format] ?? "",
    );
    expect((await resolverOf(fileSystem).resolve(at("a", name))).reveal()).toBe(CANARY);
  });

  test.each([
    ["YAML", "s.yaml", asJson],
    ["JSON", "s.json", asJson],
    ["dotenv", "s.env", asDotenv],
  ])("is read from %s whose line ends Git turned into CRLF", async (_, name, asText) => {
    const encoded = await encodeSops({ a: CANARY, b_unencrypted: "plain" }, { recipients: [own.recipient] });
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(`/project/${name}`, asText(encoded).replaceAll("\n", "\r\n"));
    expect((await resolverOf(fileSystem).resolve(at("a", name))).reveal()).toBe(CANARY);
    expect((await resolverOf(fileSystem).resolve(at("b_unencrypted", name))).reveal()).toBe("plain");
  });

  test("is counted in its list without the encrypted comments, as `sops decrypt` shows the list", async () => {
    const users = [new Comment(" first"), "alpha", new Comment(" beta"), new Comment(""), "gamma"];
    const deep = {
      groups: [new Comment(" x"), [new Comment(" y"), "inner"], { name: [new Comment(" z"), "n"] }],
    };
    const { fileSystem } = await placed({}, { users, deep });
    const resolver = resolverOf(fileSystem);
    for (const [path, value] of [
      ["users[0]", "alpha"],
      ["users[1]", "gamma"],
      ["deep.groups[0][0]", "inner"],
      ["deep.groups[1].name[0]", "n"],
    ] as const) {
      expect((await resolver.resolve(at(path))).reveal()).toBe(value);
    }
    expect((await failing(resolver.resolve(at("users[2]")))).message).toContain("a list of 2");
    expect(await resolver.version?.(at("users[1]"))).not.toEqual(await resolver.version?.(at("users[0]")));
  });

  // What strconv and encoding/json of Go print.
  test.each([
    [1500000.5, "1.5000005e+06", "1500000.5"],
    [123456.7, "123456.7", "123456.7"],
    [0.00001, "1e-05", "0.00001"],
    [0.0001, "0.0001", "0.0001"],
    [2.5e-7, "2.5e-07", "2.5e-7"],
    [-2.5e-10, "-2.5e-10", "-2.5e-10"],
  ])("that is the float %d is printed as SOPS prints it", async (value, yaml, json) => {
    const plain = { a: value, a_unencrypted: value };
    const { fileSystem, text } = await placed({}, plain);
    fileSystem.place("/project/s.json", text);
    for (const path of ["a", "a_unencrypted"]) {
      expect((await resolverOf(fileSystem).resolve(at(path))).reveal()).toBe(yaml);
      expect((await resolverOf(fileSystem).resolve(at(path, "s.json"))).reveal()).toBe(json);
    }
  });

  test.each([
    ["smtp.pasword", "has no `pasword` at `smtp`: there are password, port"],
    ["nowhere", "there are smtp, hosts, list"],
    ["list[7]", "there is a list of 2"],
    ["smtp", "there are more keys below smtp"],
    ["smtp.password.deeper", "a single value"],
    ["smtp.nothing", "is null"],
    ["smtp.empty", "is empty"],
    ["smtp..password", "cannot be read"],
    ['smtp."password', "cannot be read"],
    [".smtp", "cannot be read"],
    ["sops.mac", "has no `sops`"],
  ])("that is not at %s is an error that tells what is there", async (path, text) => {
    const { fileSystem } = await placed();
    expect((await failing(resolverOf(fileSystem).resolve(at(path)))).message).toContain(text);
  });

  test("costs one decryption per run, however many are used", async () => {
    const { fileSystem } = await placed();
    const resolver = resolverOf(fileSystem);
    await Promise.all(
      ["smtp.password", "digits", "list[0]", "smtp.port"].map((path) => resolver.resolve(at(path))),
    );
    // `stat` and `readFile`; no home is known, so no other file is looked for.
    expect(fileSystem.calls).toBe(2);
  });
});

describe("the age key of a SOPS file", () => {
  test("comes from SOPS_AGE_KEY, the file of SOPS_AGE_KEY_FILE, or the user's keys.txt", async () => {
    const { fileSystem } = await placed();
    const text = `# created: today\n# public key: ${own.recipient}\n${own.key}\n`;
    fileSystem.place("/keys/mine", text);
    fileSystem.place("/home/ops/.config/sops/age/keys.txt", text);
    fileSystem.place("/xdg/sops/age/keys.txt", text);
    for (const env of [
      { SOPS_AGE_KEY: `${other.key}\n${own.key}` },
      { SOPS_AGE_KEY_FILE: "/keys/mine" },
      { HOME: "/home/ops" },
      { XDG_CONFIG_HOME: "/xdg", SOPS_AGE_KEY: other.key },
    ]) {
      expect((await resolverOf(fileSystem, env).resolve(at("digits"))).reveal()).toBe("007");
    }
  });

  test("that is missing is told with the recipients and the places", async () => {
    const { fileSystem } = await placed();
    const failure = await failing(resolverOf(fileSystem, { HOME: "/home/ops" }).resolve(at("digits")));
    expect(failure.message).toContain(own.recipient);
    expect(failure.diagnostics[0]?.remedy).toContain("SOPS_AGE_KEY");
    expect(failure.diagnostics[0]?.remedy).toContain("/home/ops/.config/sops/age/keys.txt");
  });

  test("that is another's is told with both public keys", async () => {
    const { fileSystem } = await placed({ recipients: [own.recipient] });
    const failure = await failing(resolverOf(fileSystem, { SOPS_AGE_KEY: other.key }).resolve(at("digits")));
    expect(failure.message).toContain(own.recipient);
    expect(failure.message).toContain(other.recipient);
  });

  test.each([
    ["is damaged", { SOPS_AGE_KEY: "AGE-SECRET-KEY-1HUNTER2" }, "line 1 of SOPS_AGE_KEY"],
    ["is not there", { SOPS_AGE_KEY_FILE: "/nowhere" }, "/nowhere cannot be read: it does not exist"],
  ])("whose place %s is an error, and the key is not shown", async (_, env, text) => {
    const { fileSystem } = await placed();
    const failure = await failing(
      resolverOf(fileSystem, env as Record<string, string>).resolve(at("digits")),
    );
    expect(failure.message).toContain(text);
    expect(JSON.stringify(failure.diagnostics)).not.toContain("HUNTER2");
  });

  test.each([
    ["in UTF-16", (key: string) => Buffer.from(`\ufeff# made\n${key}\n`, "utf16le"), "/keys is UTF-16 text"],
    [
      "with a mark of UTF-16 alone",
      (key: string) => Buffer.from(key, "utf16le"),
      "/keys is UTF-16 text without",
    ],
    [
      "with CR only",
      (key: string) => Buffer.from(`# made\r${key}\r`),
      "/keys has lines that end with CR only",
    ],
  ])("in a file %s is an error that says so once", async (_, bytesOf, text) => {
    const { fileSystem } = await placed();
    fileSystem.place("/keys", bytesOf(other.key));
    const failure = await failing(
      resolverOf(fileSystem, { SOPS_AGE_KEY_FILE: "/keys" }).resolve(at("digits")),
    );
    expect(failure.message).toContain(text);
    expect(failure.message).not.toContain("line 1");
  });

  test("in a file whose `~` no shell has replaced is an error that says so", async () => {
    const { fileSystem } = await placed();
    const failure = await failing(
      resolverOf(fileSystem, { SOPS_AGE_KEY_FILE: "~/keys" }).resolve(at("digits")),
    );
    expect(failure.message).toContain("no shell has replaced its `~`");
  });

  const SSH = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nAAAA\n-----END OPENSSH PRIVATE KEY-----";
  const ENCRYPTED = "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----";
  const others: [string, string, string][] = [
    ["a plugin's identity", "AGE-PLUGIN-YUBIKEY-1QYPQXPQ9QCRSSZG2NXY8H", "of the age plugin yubikey"],
    ["an SSH key", SSH, "is an SSH key"],
    ["keys under a passphrase", ENCRYPTED, "encrypted with a passphrase"],
    ["a public key", "age1qqq", "is a public key"],
    ["a key in quotes", '"HUNTER2"', "is in quotes"],
    ["nonsense", "HUNTER2", "is no age key"],
  ];
  test.each(others)(
    "is found before and after %s, which is reported where no key fits",
    async (_, text, reason) => {
      const { fileSystem } = await placed();
      for (const lines of [
        `${text}\n${own.key}`,
        `# note\n${own.key}\n${text}\n`,
        `${text}\n\n${own.key}\n${text}`,
      ]) {
        const inFile = lines.replaceAll("\n", "\r\n");
        fileSystem.place("/keys", inFile);
        for (const env of [{ SOPS_AGE_KEY: lines }, { SOPS_AGE_KEY_FILE: "/keys" }])
          expect((await resolverOf(fileSystem, env).resolve(at("digits"))).reveal()).toBe("007");
      }
      fileSystem.place("/xdg/sops/age/keys.txt", text);
      const beside = { XDG_CONFIG_HOME: "/xdg", SOPS_AGE_KEY: own.key, SOPS_AGE_KEY_FILE: "/nowhere" };
      expect((await resolverOf(fileSystem, beside).resolve(at("digits"))).reveal()).toBe("007");
      const failure = await failing(
        resolverOf(fileSystem, { XDG_CONFIG_HOME: "/xdg" }).resolve(at("digits")),
      );
      expect(failure.message).toContain(`line 1 of the age key file /xdg/sops/age/keys.txt is`);
      expect(failure.message).toContain(reason);
      expect(failure.message).not.toContain("HUNTER2");
    },
  );

  test("cannot fit a file that is encrypted to keys of other kinds alone, and the message says so", async () => {
    const { fileSystem, encoded } = await placed();
    const sops = encoded.document.sops as { age: { enc: string; recipient: string }[] };
    const enc = await encryptAge("k".repeat(32), await foreignRecipient("ssh-ed25519"));
    sops.age = [{ enc, recipient: "ssh-ed25519 AAAA" }];
    fileSystem.place(FILE, asJson(encoded));
    const failure = await failing(resolverOf(fileSystem).resolve(at("digits")));
    expect(failure.message).toContain("is encrypted to an SSH key (ssh-ed25519), which is not read here");
  });

  test("is needed by any one of the recipients", async () => {
    const { fileSystem } = await placed({ recipients: [other.recipient, own.recipient] });
    expect((await resolverOf(fileSystem).resolve(at("digits"))).reveal()).toBe("007");
  });
});

describe("a SOPS file that was altered", () => {
  const tamper: [string, (document: Record<string, Record<string, string>>) => void][] = [
    ["in a value", ({ smtp }) => flip(smtp, "password")],
    ["in a value in clear text", (document) => Object.assign(document, { note_unencrypted: "changed" })],
    ["in its MAC", ({ sops }) => flip(sops, "mac")],
    ["in the place of a value", (document) => Object.assign(document, { digits: document.list?.[0] })],
    ["by a value less", (document) => Reflect.deleteProperty(document, "list")],
    ["by a value more", (document) => Object.assign(document, { added_unencrypted: "x" })],
    ["by clear text in the place of a value", (document) => Object.assign(document, { digits: "008" })],
  ];
  test.each(tamper)("%s gives none of its values", async (_, change) => {
    const { fileSystem, encoded } = await placed();
    change(encoded.document as Record<string, Record<string, string>>);
    fileSystem.place(FILE, asJson(encoded));
    const failure = await failing(resolverOf(fileSystem).resolve(at("smtp.password")));
    expect(failure.message).toContain("was changed");
  });

  test("by the order of two values gives none of them", async () => {
    const { fileSystem, encoded } = await placed();
    const { digits, ...rest } = encoded.document;
    fileSystem.place(FILE, JSON.stringify({ digits, ...rest }));
    expect((await failing(resolverOf(fileSystem).resolve(at("digits")))).message).toContain("was changed");
  });

  test("with a shortened tag gives none of its values", async () => {
    const { fileSystem, text } = await placed();
    fileSystem.place(FILE, text.replace(/tag:[^,]+/, `tag:${Buffer.alloc(4).toString("base64")}`));
    expect((await failing(resolverOf(fileSystem).resolve(at("digits")))).message).toContain("was changed");
  });

  test("has its clear text refused where the MAC covers only what is encrypted", async () => {
    const { fileSystem } = await placed({ macOnlyEncrypted: true });
    expect((await resolverOf(fileSystem).resolve(at("digits"))).reveal()).toBe("007");
    const failure = await failing(resolverOf(fileSystem).resolve(at("note_unencrypted")));
    expect(failure.message).toContain("is not encrypted");
  });
});

describe("a file that is no SOPS file of ours", () => {
  const cases: [string, string, string, string][] = [
    ["has no metadata", "s.yaml", "a: 1\n", "no entry `sops`"],
    ["is no YAML", "s.yaml", `a: [${CANARY}\nb: "`, "does not hold YAML"],
    ["is no JSON", "s.json", `{"a": ${CANARY}`, "does not hold JSON"],
    ["is no dotenv", "s.env", `${CANARY}\n`, "does not hold dotenv"],
    ["is clear text with an anchor", "s.yaml", "a: &x 1\nb: *x\n", "is not encrypted by SOPS"],
    ["is UTF-16", "s.yaml", "a\0:\0 \x001\0", "is UTF-16 text"],
    ["has a conflict", "s.yaml", "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> b\n", "conflict markers of Git"],
    ["is a list", "s.yaml", "- a\n", "does not hold YAML with keys"],
    ["is an INI file", "s.ini", "[a]\n", "INI"],
    ["has a circle of aliases", "s.yaml", "a: &a [*a]\n", "does not hold YAML"],
    ["is very deep", "s.json", `${"[".repeat(5000)}${"]".repeat(5000)}`, "does not hold JSON"],
    ["has no MAC", "s.yaml", "a: 1\nsops: { age: [], lastmodified: x }\n", "lost its MAC"],
    [
      "is encrypted to other kinds of keys",
      "s.yaml",
      "a: 1\nsops: { mac: x, lastmodified: x, kms: [{arn: x}], pgp: [{fp: x}] }\n",
      "encrypted to pgp, kms, and not to an age key",
    ],
    [
      "has its key split",
      "s.yaml",
      "a: 1\nsops: { mac: x, lastmodified: x, key_groups: [{age: []}, {age: []}] }\n",
      "split over 2 groups",
    ],
    [
      "has a damaged data key",
      "s.yaml",
      "a: 1\nsops: { mac: x, lastmodified: x, age: [{recipient: age1x, enc: nonsense}] }\n",
      "data key of the SOPS file /project/s.yaml is damaged",
    ],
  ];
  test.each(cases)("for it %s is told so", async (_, name, text, sentence) => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(`/project/${name}`, text);
    expect((await failing(resolverOf(fileSystem).resolve(at("a", name)))).message).toContain(sentence);
  });

  test("or is missing is told with its path", async () => {
    const failure = await failing(resolverOf(new MemoryFileSystem()).resolve(at("a")));
    expect(failure.message).toContain("/project/secrets.enc.yaml cannot be read: it does not exist");
  });

  test("and has a data key of another length is refused", async () => {
    const { encoded, fileSystem } = await placed();
    const [stanza] = (encoded.document.sops as { age: { enc: string }[] }).age;
    Object.assign(stanza ?? {}, { enc: await encryptAge("short", own.recipient) });
    fileSystem.place(FILE, asJson(encoded));
    expect((await failing(resolverOf(fileSystem).resolve(at("digits")))).message).toContain("is damaged");
  });
});

describe("the version of a value in a SOPS file", () => {
  test("is told without any key, and changes with that value alone", async () => {
    const { fileSystem, encoded } = await placed();
    const versionAt = (path: string) => resolverOf(fileSystem, {}).version?.(at(path));
    const before = [await versionAt("smtp.password"), await versionAt("digits")];
    const { document } = await encodeSops(PLAIN, { recipients: [own.recipient] });
    Object.assign(encoded.document, { digits: document.digits });
    fileSystem.place(FILE, asJson(encoded));
    expect(await versionAt("smtp.password")).toEqual(before[0]);
    expect((await versionAt("digits"))?.text).not.toBe(before[1]?.text);
    expect(before[0]).toMatchObject({ isHint: false });
  });

  test("is not told of a value in clear text, which a digest would betray", async () => {
    const { fileSystem } = await placed();
    expect(await resolverOf(fileSystem, {}).version?.(at("note_unencrypted"))).toBeUndefined();
  });
});

test("a file that was encrypted long ago can still be read", async () => {
  const folder = join(__dirname, "fixtures");
  const SOPS_AGE_KEY = readFileSync(join(folder, "throw-away.age-key.txt"), "utf8");
  const resolver = createSecretResolver({ env: { SOPS_AGE_KEY }, fileSystem: nodeFileSystem });
  const read = async (file: string, path: string) =>
    (await resolver.resolve(reference("sops", { file, path }, folder))).reveal();
  expect(await read("secrets.enc.yaml", "smtp.password")).toBe("not-a-real-password");
  expect(await read("secrets.enc.yaml", "ports_unencrypted[1]")).toBe("31");
  expect(await read("secrets.enc.env", "SMTP_PASSWORD")).toBe("not-a-real-password");
});

/** Another character in the middle of a base64 text. */
function flip(map: Record<string, string> | undefined, key: string): void {
  if (map === undefined) throw new Error("nothing to change");
  map[key] = (map[key] ?? "").replace(/data:(.)/, (_, first: string) => `data:${first === "A" ? "B" : "A"}`);
}
