/**
 * A strict server of Terraform's HTTP state protocol. `test/state/http-terraform.slow.test.ts` runs the real Terraform against it.
 * In GitLab's manner it has GitLab's addresses, methods and statuses, as its `lib/api/terraform/state.rb` has them.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { type Transport, TransportError } from "../../src/api/transport";

export type Manner = "plain" | "gitlab";

/** What happens to a request: `refused` before it is carried out, `lost` after that, or a status in its place. */
export type Fault =
  | "refused"
  | "lost"
  | { readonly status: number; readonly headers?: object; readonly body?: string };

export interface Kept {
  body?: string;
  lock?: Record<string, unknown>;
}

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly bytes: number;
}

export interface Answer {
  readonly status: number;
  readonly body?: string;
}

const FIELDS = ["ID", "Operation", "Info", "Who", "Version", "Created", "Path"];

/** A document with the log that is in it as text. */
export function legible(document: string): string {
  const { log } = JSON.parse(document).jp1im ?? {};
  return log === undefined
    ? document
    : document.replace(log, gunzipSync(Buffer.from(log, "base64")).toString());
}

export class StateServerStandIn {
  readonly documents = new Map<string, Kept>();
  readonly asked: Asked[] = [];
  /** Every document that was ever accepted. */
  readonly history: string[] = [];
  /** Decides on each request, by what it is and its number. */
  fault: (request: Asked, number: number) => Fault | undefined = () => undefined;
  readonly #manner: Manner;
  readonly #authorization: string;
  readonly #server: Server;

  static async open(manner: Manner, username = "ops", password = "s3cret"): Promise<StateServerStandIn> {
    const standIn = new StateServerStandIn(manner, username, password);
    await new Promise<void>((resolve) => standIn.#server.listen(0, "127.0.0.1", resolve));
    return standIn;
  }

  /** Not listening: a server of which it is a part hands requests over. */
  constructor(manner: Manner, username: string, password: string) {
    this.#manner = manner;
    this.#authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    this.#server = createServer((request, response) => this.handle(request, response));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get address(): string {
    return `${this.origin}${this.#folder}{manager}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get #folder(): string {
    return this.#manner === "gitlab" ? "/api/v4/projects/7/terraform/state/" : "/states/";
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString("utf8");
    const asked = { method: request.method ?? "", url: request.url ?? "", bytes: body.length };
    this.asked.push(asked);
    const fault = this.fault(asked, this.asked.length - 1);
    if (typeof fault === "object") {
      response.writeHead(fault.status, { ...fault.headers }).end(fault.body);
      return;
    }
    if (fault === "refused") return void request.socket.destroy();
    const { status, body: text = "" } = this.answer(request, body);
    if (fault === "lost") return void request.socket.destroy();
    response.writeHead(status, { "content-type": "application/json" }).end(status === 204 ? undefined : text);
  }

  /** What it answers, and does. */
  answer(
    { method = "", url = "", headers }: Pick<IncomingMessage, "method" | "url" | "headers">,
    body: string,
  ): Answer {
    const { pathname, searchParams } = new URL(url, "http://server");
    if (headers.authorization === undefined) return { status: 401 };
    if (headers.authorization !== this.#authorization) return { status: 403 };
    const path = pathname.startsWith(this.#folder) ? pathname.slice(this.#folder.length) : undefined;
    const [, encoded, isLock] = /^([^/]+)(\/lock)?$/.exec(path ?? "") ?? [];
    if (encoded === undefined) return { status: 404 };
    const md5 = createHash("md5").update(body).digest("base64");
    if (headers["content-md5"] !== undefined && headers["content-md5"] !== md5) return { status: 400 };
    if (body !== "" && headers["content-type"] !== "application/json") return { status: 415 };
    const name = decodeURIComponent(encoded);
    switch (this.#verb(method, isLock !== undefined)) {
      case "get":
        return this.#get(name);
      case "put":
        return this.#put(name, searchParams.get("ID") ?? undefined, body);
      case "lock":
        return this.#lock(name, body);
      case "unlock":
        return this.#unlock(name, body);
      case "delete":
        this.documents.delete(name);
        return { status: 200 };
      default:
        return { status: 405 };
    }
  }

  /** The way to it without a network; no answer is lost there. */
  transport(): Transport {
    return {
      send: async ({ method, path, headers, body = "" }) => {
        const asked = { method, url: path, bytes: body.length };
        this.asked.push(asked);
        const fault = this.fault(asked, this.asked.length - 1);
        if (fault === "refused") throw new TransportError("lost", true, "no answer came");
        if (typeof fault === "object")
          return { status: fault.status, headers: {}, body: Buffer.from(fault.body ?? "") };
        const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
        const { status, body: text = "" } = this.answer(
          { method, url: path, headers: Object.fromEntries(lower) },
          body,
        );
        return { status, headers: {}, body: Buffer.from(text) };
      },
      close: async () => {},
    };
  }

  #verb(method: string, isLock: boolean): string | undefined {
    if (this.#manner === "gitlab" && isLock) return { POST: "lock", DELETE: "unlock" }[method];
    if (isLock) return undefined;
    const verbs: Record<string, string> = { GET: "get", POST: "put", DELETE: "delete" };
    return { ...verbs, ...(this.#manner === "plain" && { LOCK: "lock", UNLOCK: "unlock" }) }[method];
  }

  #get(name: string): Answer {
    const kept = this.documents.get(name);
    if (kept === undefined) return { status: 404 };
    return kept.body === undefined ? { status: 204 } : { status: 200, body: kept.body };
  }

  #put(name: string, id: string | undefined, body: string): Answer {
    const kept = this.documents.get(name) ?? {};
    const serial = parsed(body)?.serial;
    if (!Number.isInteger(serial)) return { status: 422 };
    if (kept.lock?.ID !== id) return this.#conflict(kept);
    if (Number(serial) <= Number(parsed(kept.body ?? "{}")?.serial ?? -1)) return { status: 422 };
    this.documents.set(name, { ...kept, body });
    this.history.push(body);
    return { status: 200 };
  }

  #lock(name: string, body: string): Answer {
    const info = parsed(body);
    if (info === undefined || FIELDS.some((field) => typeof info[field] !== "string")) return { status: 400 };
    if (String(info.ID).length > 255 || info.ID === "") return { status: 400 };
    const kept = this.documents.get(name) ?? {};
    if (kept.lock !== undefined) return this.#conflict(kept, info);
    this.documents.set(name, { ...kept, lock: info });
    return { status: 200, body };
  }

  /** Without a body when Terraform is forced to. */
  #unlock(name: string, body: string): Answer {
    const kept = this.documents.get(name) ?? {};
    const id = body === "" ? undefined : parsed(body)?.ID;
    if (id !== undefined && id !== kept.lock?.ID) return this.#conflict(kept);
    const { lock: _removed, ...rest } = kept;
    this.documents.set(name, rest);
    return { status: 200 };
  }

  #conflict({ lock }: Kept, asking: Record<string, unknown> = {}): Answer {
    if (this.#manner === "plain") return { status: 423, body: JSON.stringify(lock ?? {}) };
    // GitLab keeps the ID, the user and the time, and says what the one who asks said of the rest.
    const { Operation, Info, Version, Path } = asking;
    const known = { ID: lock?.ID, Who: "gitlab-user", Created: lock?.Created };
    return { status: 409, body: JSON.stringify({ Operation, Info, Version, Path, ...known }) };
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
