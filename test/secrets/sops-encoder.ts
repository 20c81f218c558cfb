import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { ageLibrary } from "../../src/secrets/age/library";

/**
 * Writes files as SOPS does, from the description of its format; it is not SOPS. Our reader was compared with files
 * of SOPS itself when it was written, and `fixtures/` holds files of this encoder that no longer change.
 */
export interface EncodeOptions {
  readonly recipients: readonly string[];
  readonly macOnlyEncrypted?: boolean;
  /** Keys below which nothing is encrypted end with this. */
  readonly unencryptedSuffix?: string;
}

/** A comment inside of a list, which SOPS encrypts as an item. */
export class Comment {
  constructor(readonly text: string) {}
}

type Plain =
  | Comment
  | string
  | number
  | boolean
  | null
  | readonly Plain[]
  | { readonly [key: string]: Plain };

const LAST_MODIFIED = "2026-01-02T03:04:05Z";

export interface Encoded {
  /** The values, encrypted, with the entry `sops`. */
  readonly document: { readonly [key: string]: unknown };
}

export async function encodeSops(
  plain: { readonly [key: string]: Plain },
  options: EncodeOptions,
): Promise<Encoded> {
  const key = randomBytes(32);
  const mac = createHash("sha512");
  if (options.macOnlyEncrypted) mac.update(createHash("sha256").update("sops").digest());
  const encode = (value: Plain, path: readonly string[]): unknown => {
    if (value === null) return null;
    if (value instanceof Comment) return encryptValue(value.text, "comment", key, `${path.join(":")}:`);
    if (Array.isArray(value)) return value.map((item) => encode(item, path));
    if (typeof value === "object") {
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, encode(item, [...path, name])]),
      );
    }
    const [text, type] = textOf(value as string | number | boolean);
    const isPlain = path.some((step) => step.endsWith(options.unencryptedSuffix ?? "_unencrypted"));
    if (!isPlain || !options.macOnlyEncrypted) mac.update(text);
    return isPlain || text === "" ? value : encryptValue(text, type, key, `${path.join(":")}:`);
  };
  const document = encode(plain, []) as Record<string, unknown>;
  const age = await Promise.all(
    options.recipients.map(async (recipient) => ({ recipient, enc: await encryptAge(key, recipient) })),
  );
  const sops = {
    age,
    lastmodified: LAST_MODIFIED,
    mac: encryptValue(mac.digest("hex").toUpperCase(), "str", key, LAST_MODIFIED),
    ...(options.macOnlyEncrypted && { mac_only_encrypted: true }),
    unencrypted_suffix: "_unencrypted",
    version: "3.11.0",
  };
  return { document: { ...document, sops } };
}

/** The JSON and the YAML form alike: what is JSON is YAML. */
export function asJson({ document }: Encoded): string {
  return `${JSON.stringify(document, null, "\t")}\n`;
}

/** The dotenv form, of a document without depth. */
export function asDotenv({ document }: Encoded): string {
  const lines: string[] = [];
  const add = (name: string, value: unknown): void => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) add(`${name}__list_${index}`, item);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) add(`${name}__map_${key}`, item);
    } else lines.push(`${name}=${String(value).replaceAll("\n", "\\n")}`);
  };
  for (const [name, value] of Object.entries(document)) {
    if (name !== "sops") add(name, value);
    else for (const [key, item] of Object.entries(value as object)) add(`sops_${key}`, item);
  }
  return `${lines.join("\n")}\n`;
}

type Age = Awaited<ReturnType<typeof ageLibrary>>;
type Recipient = Exclude<Parameters<InstanceType<Age["Encrypter"]>["addRecipient"]>[0], string>;

/** A recipient of another kind than those that the library knows: a stanza of that type, and nothing that opens it. */
export async function foreignRecipient(type: string): Promise<Recipient> {
  const { Stanza } = await ageLibrary();
  return { wrapFileKey: () => [new Stanza([type, "c29tZQ"], randomBytes(32))] };
}

export async function encryptAge(
  content: Uint8Array | string,
  recipient: string | Recipient,
): Promise<string> {
  const { Encrypter, armor } = await ageLibrary();
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(
    await encrypter.encrypt(typeof content === "string" ? content : new Uint8Array(content)),
  );
}

export async function makeAgeKey(): Promise<{ readonly key: string; readonly recipient: string }> {
  const { generateIdentity, identityToRecipient } = await ageLibrary();
  const key = await generateIdentity();
  return { key, recipient: await identityToRecipient(key) };
}

function textOf(value: string | number | boolean): [text: string, type: string] {
  if (typeof value === "string") return [value, "str"];
  if (typeof value === "boolean") return [value ? "True" : "False", "bool"];
  // SOPS writes no exponent.
  const text = /e-/.test(String(value)) ? value.toFixed(20).replace(/0+$/, "") : String(value);
  return [text, Number.isInteger(value) ? "int" : "float"];
}

function encryptValue(text: string, type: string, key: Buffer, place: string): string {
  const iv = randomBytes(32);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(Buffer.from(place));
  const data = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const parts = [data, iv, cipher.getAuthTag()].map((bytes) => bytes.toString("base64"));
  return `ENC[AES256_GCM,data:${parts[0]},iv:${parts[1]},tag:${parts[2]},type:${type}]`;
}
