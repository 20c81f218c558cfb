import { repeatsSecret } from "../model/repeats-secret";
import type { SecretValue } from "../model/secret-value";
import type { Show } from "./decode";
import type { TransportReply } from "./transport";

/** One call of the API, before it is authenticated and sent. */
export interface Call<T> {
  readonly method: "GET" | "POST";
  /** The resource below `/im/api/v1/`, or an absolute path. */
  readonly resource: string;
  /** Reads are retried; a write is not if the manager may have carried it out. A login counts as a read. */
  readonly kind: "read" | "write";
  /**
   * The JP1 resource group on which the user needs JP1_Console_Admin, as `x-permission` of the OpenAPI document says:
   * the agent's group, or any; absent if the call needs none.
   */
  readonly resourceGroup?: "*" | "agent" | "any";
  readonly body?: string | undefined;
  /** Addresses of the resources that a write changes, on the manager of this name. */
  readonly addresses?: (manager: string) => readonly string[];
  /** The longest answer that is accepted; absent for the connection's own limit. */
  readonly maxBytes?: number;
  /** The call sends or receives a secret: messages do not repeat the manager's free text. */
  readonly confidential?: true;
  readonly read: (reply: TransportReply, show: Show) => T;
}

/** The call as a person reads it: `POST agents/secrets/change`. */
export function describeCall(call: Pick<Call<unknown>, "method" | "resource">): string {
  return `${call.method} ${call.resource}`;
}

/**
 * Makes a function that prepares the manager's texts for display. It drops a text that repeats a credential in any
 * spelling.
 */
export function showing(
  call: Pick<Call<unknown>, "confidential">,
  credentials: readonly SecretValue[],
): Show {
  return (text) => {
    if (call.confidential) return "(not shown: the call carries a secret)";
    const secrets = credentials.map((credential) => credential.reveal());
    if (repeatsSecret(text, secrets)) return "(not shown: it repeats a credential)";
    const flat = text.replace(/\p{Cc}+/gu, " ").trim();
    return flat.length > MAX_SHOWN ? `${flat.slice(0, MAX_SHOWN)}…` : flat;
  };
}

const MAX_SHOWN = 300;
