import { SecretValue } from "../../src/model/secret-value";
import { decryptAge } from "../../src/secrets/age/decrypt";
import { createDelivery } from "../../src/secrets/delivery";
import { createSecretResolver } from "../../src/secrets/resolver";
import { MemoryFileSystem } from "../platform/memory-file-system";
import { CANARY } from "./canary";
import { failureOf, nobodys, reference } from "./references";
import { encryptAge, foreignRecipient, makeAgeKey } from "./sops-encoder";

let own: { key: string; recipient: string };
let other: { key: string; recipient: string };
beforeAll(async () => {
  own = await makeAgeKey();
  other = await makeAgeKey();
});

function resolverOf(env: Record<string, string> = { SOPS_AGE_KEY: own.key }) {
  return createSecretResolver({ env, fileSystem: new MemoryFileSystem() });
}

describe("an age text in the desired state", () => {
  test.each([
    ["as it is", CANARY, CANARY],
    ["without one line end", "007\n", "007"],
    ["but not without two", "v\n\n", "v\n"],
  ])("gives its value %s", async (_, content, value) => {
    const text = await encryptAge(content, own.recipient);
    expect((await resolverOf().resolve(reference("age", text))).reveal()).toBe(value);
    const crlf = text.replaceAll("\n", "\r\n");
    expect((await resolverOf().resolve(reference("age", crlf))).reveal()).toBe(value);
  });

  test("of another recipient is told with the keys at hand", async () => {
    const text = await encryptAge(CANARY, other.recipient);
    const failure = await failureOf(
      resolverOf().resolve(reference("age", text)),
      "source-unresolved",
      own.key,
    );
    expect(failure.message).toContain(own.recipient);
    const without = await failureOf(resolverOf({}).resolve(reference("age", text)), "source-unresolved");
    expect(without.message).toContain("no age key is at hand");
  });

  test.each([
    ["is not armored", async () => CANARY, "is not armored"],
    [
      "has blanks at its line ends",
      async () => (await encryptAge(CANARY, own.recipient)).replaceAll("\n", "  \n"),
      "has blanks at the ends of its lines",
    ],
    [
      "has no last line",
      async () => (await encryptAge(CANARY, own.recipient)).replace(/-----END.*\n?/, ""),
      "lost its last line, -----END AGE",
    ],
    [
      "has no first line",
      async () => (await encryptAge(CANARY, own.recipient)).replace(/-----BEGIN.*\n/, ""),
      "lost its first line, -----BEGIN AGE",
    ],
    ["was altered", async () => damaged(await encryptAge(CANARY, own.recipient)), "is damaged"],
    ["is empty inside", () => encryptAge("", own.recipient), "is empty"],
    ["holds bytes", () => encryptAge(Buffer.from([0xff]), own.recipient), "not UTF-8"],
  ])("that %s is an error", async (_, text, sentence) => {
    const failure = await failureOf(
      resolverOf().resolve(reference("age", await text())),
      "source-unresolved",
      own.key,
    );
    expect(failure.message).toContain(sentence);
  });

  test.each([
    ["ssh-ed25519", "an SSH key (ssh-ed25519)"],
    ["ssh-rsa", "an SSH key (ssh-rsa)"],
    ["scrypt", "a passphrase"],
    ["piv-p256", "a key of an age plugin (piv-p256)"],
  ])("that is encrypted to %s alone is reported as such", async (type, sentence) => {
    const text = await encryptAge(CANARY, await foreignRecipient(type));
    const failure = await failureOf(
      resolverOf().resolve(reference("age", text)),
      "source-unresolved",
      own.key,
    );
    expect(failure.message).toContain(`is encrypted to ${sentence}, which is not read here`);
  });

  test("that YAML folded into one line is reported with the way to write it", async () => {
    const folded = (await encryptAge(CANARY, own.recipient)).trim().replaceAll("\n", " ");
    const failure = await failureOf(
      resolverOf().resolve(reference("age", folded)),
      "source-unresolved",
      own.key,
    );
    expect(failure.message).toContain("`>` and quotes join lines");
    expect(failure.diagnostics[0]?.remedy).toContain("age: |");
  });

  test("has a version without any key, whatever its line ends", async () => {
    const text = await encryptAge("v", own.recipient);
    const version = await resolverOf({}).version?.(reference("age", text));
    expect(version).toMatchObject({ isHint: false });
    expect(await resolverOf({}).version?.(reference("age", text.replaceAll("\n", "\r\n")))).toEqual(version);
    const again = await resolverOf({}).version?.(reference("age", await encryptAge("v", own.recipient)));
    expect(again).not.toEqual(version);
  });
});

describe("the age sink", () => {
  const issued = { id: "web", token: "t", secret: new SecretValue(CANARY) };
  const sink = (options: object = {}) =>
    reference("age", { recipients: [own.recipient, other.recipient], file: "out/web.age", ...options });

  test("delivers an armored file that each recipient can read", async () => {
    const fileSystem = new MemoryFileSystem();
    const delivery = createDelivery({ fileSystem, cwd: "/project" });
    await delivery.prove(sink());
    expect(fileSystem.paths()).toEqual([]);
    await delivery.deliver(sink({ format: "id:secret" }), issued);
    const text = fileSystem.peek("/project/out/web.age")?.toString() ?? "";
    expect(text).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
    expect((await fileSystem.lstat("/project/out/web.age")).mode).toBe(0o600);
    for (const { key } of [own, other]) {
      const decrypted = await decryptAge(text, { keys: [new SecretValue(key)] });
      expect("bytes" in decrypted && Buffer.from(decrypted.bytes).toString()).toBe(`web:${CANARY}`);
    }
    expect(delivery.describe(sink())).toBe("age file out/web.age");
  });

  test.each([
    ["no key", "nonsense"],
    ["a public key with a slip", "age1qqqq"],
  ])("is refused before anything is issued for a recipient that is %s", async (_, recipient) => {
    const delivery = createDelivery({ fileSystem: new MemoryFileSystem() });
    await failureOf(delivery.prove(sink({ recipients: [recipient] })), "sink-unwritable");
  });

  test("does not repeat a private key that was given for a public one", async () => {
    const delivery = createDelivery({ fileSystem: new MemoryFileSystem() });
    const failure = await failureOf(
      delivery.prove(sink({ recipients: [own.key] })),
      "sink-unwritable",
      own.key,
    );
    expect(failure.message).toContain("not an age recipient");
  });

  test("does not overwrite a file that it did not write", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place("/project/out/web.age", "somebody's");
    const delivery = createDelivery({ fileSystem });
    const failure = await failureOf(delivery.deliver(sink(), issued, nobodys), "sink-unwritable");
    expect(failure.message).toContain("is there already");
    expect(fileSystem.peek("/project/out/web.age")?.toString()).toBe("somebody's");
  });
});

/** Another byte near the end of the payload. */
function damaged(armored: string): string {
  const lines = armored.trim().split("\n");
  const last = lines.at(-2) ?? "";
  const changed = (last.startsWith("A") ? "B" : "A") + last.slice(1);
  return [...lines.slice(0, -2), changed, lines.at(-1)].join("\n");
}
