/** A connection for whoever asks what the API leaves open: any body is sent, and any answer handed over. */
import { type ConnectOptions, type ManagerSettings, openConnection } from "./connect";
import { ManagerClient } from "./manager-client";
import { ManagerError } from "./manager-error";
import type { ManagerPort } from "./port";

export interface RawPort {
  /** The same connection with the promises of the API. */
  readonly port: ManagerPort;
  /**
   * Sends once. Rejects with a `ManagerError` where no answer came, where the run is cancelled, and where the login fails.
   */
  send(request: RawRequest): Promise<RawReply>;
  /** Logs out and closes the connections. */
  close(): Promise<void>;
}

export interface RawRequest {
  readonly method: "GET" | "POST";
  /** Below `/im/api/v1/`. */
  readonly resource: string;
  readonly body?: string;
  /** Of a request that may change something: the addresses of what it is about, on the manager of this name. */
  readonly writes?: (manager: string) => readonly string[];
}

export interface RawReply {
  readonly status: number;
  readonly messageId?: string;
  /** Of a 200, as JSON; `undefined` where it is empty or no JSON. Of other statuses it is not kept. */
  readonly body?: unknown;
  /** Whether a 200 has no body at all. */
  readonly isEmpty: boolean;
}

/** Nothing is sent before the first request, a login included. Only what a busy manager has not looked at is sent twice. */
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
        ...(body !== undefined && { body }),
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

/** A refusal is an answer as well. */
function replyOf(error: unknown): RawReply {
  if (!(error instanceof ManagerError)) throw error;
  const { status, messageId, request } = error.details;
  if (status === undefined || request === "POST login") throw error;
  return { status, ...(messageId !== undefined && { messageId }), isEmpty: false };
}

function readReply(bytes: Buffer): RawReply {
  const body = parsed(bytes.toString("utf8"));
  const messageId = (body as { readonly messageId?: unknown } | null | undefined)?.messageId;
  return {
    status: 200,
    ...(typeof messageId === "string" && /^KAJY\d{5}-E$/.test(messageId) && { messageId }),
    ...(body !== undefined && { body }),
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
