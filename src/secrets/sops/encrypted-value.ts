import { createDecipheriv } from "node:crypto";

const SHAPE =
  /^ENC\[AES256_GCM,data:([A-Za-z0-9+/=]*),iv:([A-Za-z0-9+/=]+),tag:([A-Za-z0-9+/=]+),type:(\w+)\]$/;
const TAG_BYTES = 16;

/** Whether a text is a value as SOPS encrypts it. */
export function isEncrypted(text: string): boolean {
  return SHAPE.test(text);
}

/** Whether a text is an encrypted comment. The encryption does not protect its type; the MAC of the file does. */
export function isEncryptedComment(text: string): boolean {
  return SHAPE.exec(text)?.[4] === "comment";
}

export interface PlainValue {
  readonly text: string;
  /** What it was before: `str`, `int`, `float`, `bool`, `bytes`, `time`, `comment`. */
  readonly type: string;
}

/**
 * Decrypts `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`. `undefined` if the key is wrong, the place, to which SOPS
 * binds each value, is another one, or the text was altered.
 */
export function decryptValue(text: string, key: Buffer, place: string): PlainValue | undefined {
  const [, data = "", iv = "", tag = "", type = ""] = SHAPE.exec(text) ?? [];
  const tagBytes = Buffer.from(tag, "base64");
  // A shorter tag would weaken the check.
  if (tagBytes.length !== TAG_BYTES) return undefined;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(iv, "base64"), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(place, "utf8"));
    decipher.setAuthTag(tagBytes);
    const plain = Buffer.concat([decipher.update(Buffer.from(data, "base64")), decipher.final()]);
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(plain), type };
  } catch {
    return undefined;
  }
}
