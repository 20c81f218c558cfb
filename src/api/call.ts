import type { SecretValue } from "../model/secret-value";
import type { Show } from "./decode";
import type { TransportReply } from "./transport";

/** One call of the API, before it is authenticated and sent. */
export interface Call<T> {
  readonly method: "GET" | "POST";
  /** The resource below `/im/api/v1/`, or an absolute path. */
  readonly resource: string;
  /** Reads are retried; a write never is where it may have been carried out. Logging in counts as a read. */
  readonly kind: "read" | "write";
  /**
   * The JP1 resource group on which the user needs JP1_Console_Admin, as `x-permission` of the OpenAPI document says:
   * that of the agent, or any; absent where none is needed.
   */
  readonly resourceGroup?: "*" | "agent" | "any";
  readonly body?: string;
  /** The longest answer that is accepted; absent for the connection's own limit. */
  readonly maxBytes?: number;
  /** It sends or receives a secret, so no word of the manager's free text is repeated. */
  readonly confidential?: true;
  readonly read: (reply: TransportReply, show: Show) => T;
}

/** The call as a person reads it: `POST agents/secrets/change`. */
export function describeCall(call: Pick<Call<unknown>, "method" | "resource">): string {
  return `${call.method} ${call.resource}`;
}

/**
 * Makes texts of the manager fit to be shown. One that repeats a credential in any spelling that JSON, a URL, HTML
 * or base64 gives it is left out as a whole: cutting secrets out of texts never quite works.
 */
export function showing(
  call: Pick<Call<unknown>, "confidential">,
  credentials: readonly SecretValue[],
): Show {
  return (text) => {
    if (call.confidential) return "(not shown: the call carries a secret)";
    const flat = text.replace(/\p{Cc}+/gu, " ").trim();
    const readings = [text, flat, unescapeHtml(text)];
    if (credentials.some((credential) => readings.some((reading) => repeats(reading, credential)))) {
      return "(not shown: it repeats a credential)";
    }
    return flat.length > MAX_SHOWN ? `${flat.slice(0, MAX_SHOWN)}…` : flat;
  };
}

const MAX_SHOWN = 300;

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** A proxy escapes what it repeats in its page. */
function unescapeHtml(text: string): string {
  return text.replace(
    /&(?:#x([\da-f]{1,4})|#(\d{1,5})|(amp|lt|gt|quot|apos));/gi,
    (_, hex?: string, decimal?: string, name = "") =>
      entities[name.toLowerCase()] ?? String.fromCharCode(hex ? Number.parseInt(hex, 16) : Number(decimal)),
  );
}

function repeats(text: string, credential: SecretValue): boolean {
  const value = credential.reveal();
  if (value === "") return false;
  const base64 = Buffer.from(value).toString("base64").replace(/=+$/, "");
  const spellings = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), base64];
  // A host name comes back in lower case, and it may be made of a credential by who means ill.
  const lower = text.toLowerCase();
  return spellings.some((spelling) => lower.includes(spelling.toLowerCase()));
}
