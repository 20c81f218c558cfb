import { X509Certificate } from "node:crypto";
import { type ForeignFile, foreignFile } from "./foreign-file";
import { textFault } from "./text-fault";

/** Why a file is not a PEM certificate; `undefined` if it has one that can be read. */
export function certificateFault(bytes: Buffer): ForeignFile | undefined {
  const remedy = "name a PEM file, which begins with -----BEGIN CERTIFICATE-----";
  const general = generalFault(bytes, "openssl x509 -inform der -in FILE -out FILE.pem");
  if (general !== undefined) return general;
  const labels = labelsOf(bytes);
  if (!labels.some((label) => /^(X509 |TRUSTED )?CERTIFICATE$/.test(label))) {
    return {
      why: labels[0] ? `holds a ${labels[0].toLowerCase()}, not a certificate` : "holds no certificate",
      remedy,
    };
  }
  try {
    new X509Certificate(bytes);
    return undefined;
  } catch {
    return { why: "holds a certificate that is damaged", remedy };
  }
}

/** Why a file is not a usable PEM key; `undefined` if its header is that of one. */
export function privateKeyFault(bytes: Buffer): ForeignFile | undefined {
  const general = generalFault(bytes, "openssl pkey -inform der -in FILE -out FILE.pem");
  if (general !== undefined) return general;
  const labels = labelsOf(bytes);
  if (
    labels.includes("ENCRYPTED PRIVATE KEY") ||
    /^Proc-Type: *4,ENCRYPTED/m.test(bytes.toString("latin1"))
  ) {
    return {
      why: "is encrypted with a passphrase, which is not supported",
      remedy: "decrypt it where only this user reads it: (umask 077; openssl pkey -in FILE -out FILE.plain)",
    };
  }
  if (labels.includes("OPENSSH PRIVATE KEY")) {
    return { why: "is a key in the format of OpenSSH", remedy: "convert it: ssh-keygen -p -m PEM -f FILE" };
  }
  if (labels.some((label) => label.endsWith("PRIVATE KEY"))) return undefined;
  const why = labels[0] ? `holds a ${labels[0].toLowerCase()}, not a private key` : "holds no private key";
  return { why, remedy: "name the PEM file of the private key" };
}

/** DER, and PKCS #12, begin with the byte of an ASN.1 sequence. */
function generalFault(bytes: Buffer, convert: string): ForeignFile | undefined {
  if (bytes.toString("latin1").trim() === "") return { why: "is empty", remedy: "name a PEM file" };
  if (bytes[0] !== 0x30) return foreignFile(bytes) ?? textFault(bytes, { skipsMark: false });
  // A PKCS #12 archive has its version, 3, right after the head of the sequence.
  if (bytes.subarray(0, 9).includes(Buffer.from([2, 1, 3]))) {
    return {
      why: "is a PKCS #12 archive, not PEM",
      remedy: "convert it: openssl pkcs12 -in FILE -nodes -out FILE.pem",
    };
  }
  return { why: "is DER, not PEM", remedy: `convert it: ${convert}` };
}

function labelsOf(bytes: Buffer): readonly string[] {
  return [...bytes.toString("latin1").matchAll(/^-----BEGIN ([A-Z0-9 ]+)-----/gm)].map(
    ([, label = ""]) => label,
  );
}
