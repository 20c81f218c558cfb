import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { bits, explicit, implicit, integer, objectId, octets, sequence, set, text, time, truth } from "./der";

export interface Certificate {
  readonly der: Buffer;
  readonly pem: string;
  readonly keyPem: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A self-signed certificate for one process. Terraform gets it in the handshake and accepts no other one. It expects
 * the name `localhost` at any address. Node creates keys and signatures, but no certificates.
 */
export function makeCertificate(now: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const body = bodyOf(publicKey.export({ type: "spki", format: "der" }), now);
  const der = sequence(body, signatureType(), bits(sign("sha256", body, privateKey)));
  const keyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { der, pem: toPem(der), keyPem };
}

function bodyOf(publicKey: Uint8Array, now: number): Buffer {
  const name = sequence(set(sequence(objectId("2.5.4.3"), text("localhost"))));
  // Some verifiers refuse a serial number of more than 20 bytes, or a negative one.
  const serial = integer(Uint8Array.from([1, ...randomBytes(15)]));
  return sequence(
    explicit(0, integer(Uint8Array.of(2))),
    serial,
    signatureType(),
    name,
    // Both ends read the same clock. The margins allow for a change of that clock.
    sequence(time(now - DAY_MS), time(now + 30 * DAY_MS)),
    name,
    publicKey,
    explicit(3, extensions()),
  );
}

function extensions(): Buffer {
  const basicConstraints = sequence(truth());
  // Digital signature, key encipherment, key agreement, certificate signing: bit 0 is the highest bit.
  const keyUsage = Uint8Array.of(0x03, 0x02, 0x02, 0b1010_1100);
  const purposes = sequence(objectId("1.3.6.1.5.5.7.3.1"), objectId("1.3.6.1.5.5.7.3.2"));
  const names = sequence(implicit(2, Buffer.from("localhost", "latin1")));
  return sequence(
    sequence(objectId("2.5.29.19"), truth(), octets(basicConstraints)),
    sequence(objectId("2.5.29.15"), truth(), octets(keyUsage)),
    sequence(objectId("2.5.29.37"), octets(purposes)),
    sequence(objectId("2.5.29.17"), octets(names)),
  );
}

function signatureType(): Buffer {
  return sequence(objectId("1.2.840.10045.4.3.2"));
}

function toPem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
