import { isIP, type Socket } from "node:net";
import { checkServerIdentity, connect, type PeerCertificate } from "node:tls";
import type { TlsMaterial } from "./dispatcher";
import { type Endpoint, opened } from "./open-socket";

/** A manager's certificate as a client with these settings sees it. */
export interface SeenCertificate {
  /** `TLSv1.3`. */
  readonly protocol: string;
  /** The names that it is valid for, or else its subject. */
  readonly names: string;
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly validTo: number;
  /** Codes of all that is wrong with it: `CERT_HAS_EXPIRED`. */
  readonly faults: readonly string[];
}

/**
 * Does a TLS handshake over an open connection, reads the certificate and closes the connection. It accepts any
 * certificate, to see all of its faults, and sends nothing. Rejects with Node's error if the handshake fails.
 */
export async function inspectTls(
  socket: Socket,
  { host, port }: Endpoint,
  { ca, cert, key }: TlsMaterial,
): Promise<SeenCertificate> {
  const secure = connect({
    ...{ socket, host, port, ca, cert, key, rejectUnauthorized: false },
    servername: isIP(host) === 0 ? host : undefined,
  });
  try {
    await opened(secure, "secureConnect");
    const certificate = secure.getPeerCertificate();
    const chain = secure.authorized ? undefined : secure.authorizationError;
    const name = checkServerIdentity(host, certificate);
    return {
      protocol: secure.getProtocol() ?? "TLS",
      names: namesOf(certificate),
      issuer: textOf(certificate.issuer),
      validTo: Date.parse(certificate.valid_to),
      faults: [...new Set([chain, name].flatMap((fault) => codeOf(fault) ?? []))],
    };
  } finally {
    secure.destroy();
  }
}

function namesOf({ subject, subjectaltname }: PeerCertificate): string {
  return subjectaltname ?? textOf(subject);
}

function textOf(name: PeerCertificate["issuer"] | undefined): string {
  const { CN, O } = name ?? {};
  return [CN, O].flat().filter(Boolean).join(", ") || "nobody named";
}

/** Node reports a fault of the chain as a code, and a wrong name as an error. */
function codeOf(fault: Error | undefined): string | undefined {
  if (fault === undefined || fault === null) return undefined;
  return String((fault as { readonly code?: unknown }).code ?? fault);
}
