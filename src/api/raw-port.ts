/** A connection for testing what the API's documents leave open: it sends any body and returns any answer. */
import { type ConnectOptions, type ManagerSettings, openConnection } from "./connect";
import { ManagerClient } from "./manager-client";
import { ManagerError } from "./manager-error";
import type { ManagerPort } from "./port";

export interface RawPort {
  /** The same connection as the typed port. */
  readonly port: ManagerPort;
  /**
   * Sends once. Rejects with a `ManagerError` where no answer came, where the run is cancelled, and where the login
   * fails.
   */
  send(request: RawRequest): Promise<RawReply>;
  /** Logs out and closes the connections. */
  close(): Promise<void>;
}

export interface RawRequest {
  readonly method: "GET" | "POST";
  /** Below `/im/api/v1/`. */
  readonly resource: string;
  readonly body?: string | undefined;
  /** Present if the request may change something: the addresses of those resources, on the manager of this name. */
  readonly writes?: ((manager: string) => readonly string[]) | undefined;
}

export interface RawReply {
  readonly status: number;
  readonly messageId?: string | undefined;
  /** The body of a 200 as JSON; `undefined` if it is empty or not JSON, and for other statuses. */
  readonly body?: unknown;
  /** Whether a 200 has no body at all. */
  readonly isEmpty: boolean;
}

/**
 * Nothing, not even a login, is sent before the first request. Only a request that a busy manager rejected is sent
 * twice.
 */
export function connectRaw(settings: ManagerSettings, options: ConnectOptions): RawPort {
  const connection = openConnection(settings, { ...options, retry: { attempts: 1 } });
  const { caller, authentication, transport } = connection;
  const port = new ManagerClient(caller, authentication, transport);
  return {
    port,
    close: () => port.close(),
    async send({ method, resource, body, writes }) {
      const call = {
        ...({ method, resource, confidential: true, resourceGroup: "any" } as const),
        ...(writes === undefined
          ? ({ kind: "read" } as const)
          : ({ kind: "write", addresses: writes } as const)),
        body,
        read: ({ body: bytes }: { readonly body: Buffer }) => readReply(bytes),
      };
      try {
        return await caller.run(call, authentication);
      } catch (error) {
        return replyOf(error);
      }
    },
  };
}

/** A refusal is an answer, too. */
function replyOf(error: unknown): RawReply {
  if (!(error instanceof ManagerError)) throw error;
  const { status, messageId, request } = error.details;
  if (status === undefined || request === "POST login") throw error;
  return { status, messageId, isEmpty: false };
}

function readReply(bytes: Buffer): RawReply {
  const body = parsed(bytes.toString("utf8"));
  const messageId = (body as { readonly messageId?: unknown } | null | undefined)?.messageId;
  return {
    status: 200,
    messageId: typeof messageId === "string" && /^KAJY\d{5}-E$/.test(messageId) ? messageId : undefined,
    body,
    isEmpty: bytes.length === 0,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
