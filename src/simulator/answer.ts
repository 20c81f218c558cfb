import { STATUS_CODES } from "node:http";
import type { ErrorBody } from "../api/wire";
import { type ErrorId, messages, UNPUBLISHED_ID } from "./messages";

/** One HTTP request without its socket. */
export interface SimulatedRequest {
  readonly method: string;
  /** The path of the request line: `/im/api/v1/agents`. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** The answer: a response, or a connection that is closed without one. */
export type SimulatedAnswer = SimulatedResponse | { readonly type: "dropped" };

export interface SimulatedResponse {
  readonly type: "response";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Ends a call with an error object (5.2.6). Its text goes to the client, so it has no secret. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly status: number,
    readonly messageId: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** Refuses with one of the manual's messages, and adds what was wrong. */
export function refusal(messageId: ErrorId, detail?: string): Refusal {
  const { status, text } = messages[messageId];
  return new Refusal(status, messageId, detail === undefined ? text : `${text}: ${detail}`);
}

/** Refuses with a status for which the manual publishes no message. */
export function statusRefusal(
  status: number,
  message: string,
  headers?: Readonly<Record<string, string>>,
): Refusal {
  return new Refusal(status, UNPUBLISHED_ID, message, headers);
}

export function accept(body: string, headers: Readonly<Record<string, string>> = {}): SimulatedResponse {
  return body === ""
    ? { type: "response", status: 200, headers, body }
    : { type: "response", status: 200, headers: { "content-type": JSON_TYPE, ...headers }, body };
}

/** The error object of 5.2.6. */
export function errorResponse(refusal: Refusal, path: string, now: number): SimulatedResponse {
  const body: ErrorBody = {
    timestamp: now,
    status: refusal.status,
    error: STATUS_CODES[refusal.status] ?? "Error",
    exception:
      refusal.status < 500 ? "java.lang.IllegalArgumentException" : "java.lang.IllegalStateException",
    message: refusal.message,
    path,
    messageId: refusal.messageId,
    returnCode: 1,
  };
  return {
    type: "response",
    status: refusal.status,
    headers: { "content-type": JSON_TYPE, ...refusal.headers },
    body: JSON.stringify(body),
  };
}

const JSON_TYPE = "application/json;charset=UTF-8";
