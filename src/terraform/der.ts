/** The ASN.1 types that a certificate needs, encoded in DER. */

export const sequence = (...parts: readonly Uint8Array[]) => tagged(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]) => tagged(0x31, ...parts);
export const octets = (bytes: Uint8Array) => tagged(0x04, bytes);
export const bits = (bytes: Uint8Array) => tagged(0x03, Uint8Array.of(0), bytes);
export const text = (value: string) => tagged(0x0c, Buffer.from(value, "utf8"));
export const truth = () => tagged(0x01, Uint8Array.of(0xff));
/** An explicit context tag, which wraps other elements. */
export const explicit = (number: number, ...parts: readonly Uint8Array[]) => tagged(0xa0 + number, ...parts);
/** An implicit context tag, which replaces the tag of the type. */
export const implicit = (number: number, bytes: Uint8Array) => tagged(0x80 + number, bytes);

/** A positive integer; `bytes` are big-endian. */
export function integer(bytes: Uint8Array): Buffer {
  const isNegative = ((bytes[0] ?? 0) & 0x80) !== 0;
  return isNegative ? tagged(0x02, Uint8Array.of(0), bytes) : tagged(0x02, bytes);
}

/** `1.2.840.10045.2.1` */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tagged(0x06, Uint8Array.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** UTCTime, which ends with the year 2049. */
export function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\D/g, "").slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`, "latin1"));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}

function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.from([tag, ...lengthOf(content.length)]), content]);
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}
