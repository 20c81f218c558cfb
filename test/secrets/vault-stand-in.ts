import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";

/**
 * A stand-in for HashiCorp Vault and OpenBao, written from the documentation of their HTTP API: KV version 2 (read,
 * write with check-and-set, metadata), KV version 1, AppRole login, `sys/capabilities-self` and
 * `sys/internal/ui/mounts`. It is neither of the two, and stricter: what the documentation does not name is answered with
 * 400 or 405. Where OpenBao's answers were seen, these are as they were.
 */
export class VaultStandIn {
  /** Every request, one line each: method, path with its query, and namespace. */
  readonly requests: string[] = [];
  /** Tokens with what they may do, by path as `sys/capabilities-self` knows it; `root` may do everything. */
  readonly tokens = new Map<string, Policy>([["root-token", "root"]]);
  readonly roles = new Map<string, { readonly secretId: string; readonly token: string }>();
  /** Paths under which engines of version 2 are mounted. */
  readonly mounts = new Set(["secret"]);
  /** Those of version 1: what was written there, by path. */
  readonly mountsOfVersion1 = new Map<string, Map<string, string>>();
  /** Answers the next requests with these statuses, 429 or 503, and carries nothing out. */
  busy: number[] = [];
  readonly secrets = new Map<string, { versions: Version[]; created: string }>();
  sealed = false;
  namespace = "";
  /** Answers in the place of the server's own; a number is a status without a body. */
  override: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Called between the arrival of a write and its check. */
  beforeWrite: (() => void) | undefined;
  /** Carries the next write out and breaks the connection instead of answering. */
  loseNextWrite = false;
  #server: Server | undefined;
  #scheme = "http";

  async start(tls?: { readonly key: Buffer; readonly cert: Buffer }): Promise<void> {
    const listener = (request: IncomingMessage, response: ServerResponse) =>
      void this.#answer(request, response);
    this.#server = tls ? createTlsServer(tls, listener) : createServer(listener);
    this.#scheme = tls ? "https" : "http";
    const server = this.#server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  }

  get address(): string {
    const address = this.#server?.address();
    const port = typeof address === "object" ? address?.port : undefined;
    return `${this.#scheme}://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  }

  /** Writes a version as somebody else would. */
  put(path: string, data: string, year = 2026): void {
    const secret = this.secrets.get(path) ?? { versions: [], created: new Date().toISOString() };
    secret.versions.push({
      data,
      created: `${year}-01-01T00:00:0${secret.versions.length}Z`,
      deleted: false,
      destroyed: false,
    });
    this.secrets.set(path, secret);
  }

  /** Takes the current version away as somebody else would. */
  remove(path: string, how: "deleted" | "destroyed"): void {
    const version = this.secrets.get(path)?.versions.at(-1);
    if (version) version[how] = true;
  }

  /** The current data of a secret, as JSON. */
  current(path: string): string | undefined {
    return this.secrets.get(path)?.versions.at(-1)?.data;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString("utf8");
    const { pathname, searchParams, search } = new URL(request.url ?? "", "http://x");
    const namespace = String(request.headers["x-vault-namespace"] ?? "");
    this.requests.push(`${request.method} ${pathname}${search}${namespace && ` in ${namespace}`}`);
    if (this.override?.(request, response)) return;
    const reply = (status: number, text: string) =>
      response.writeHead(status, { "content-type": "application/json" }).end(text);
    const errors = (status: number, ...texts: string[]) => reply(status, JSON.stringify({ errors: texts }));
    const busy = this.busy.shift();
    if (busy !== undefined)
      return void errors(busy, busy === 429 ? "request path: rate limit quota exceeded" : "");
    if (this.sealed) return void errors(503, "Vault is sealed");
    if (namespace !== this.namespace) return void errors(404, "no handler for route");
    const path = decodeURIComponent(pathname.replace(/^\/v1\//, ""));
    if (path === "auth/token/lookup-self") {
      const isKnown = this.tokens.has(String(request.headers["x-vault-token"]));
      return void (isKnown ? reply(200, '{"data":{"type":"service"}}') : errors(403, "permission denied"));
    }
    if (path.startsWith("auth/")) return this.#logIn(request, path, body, reply, errors);
    const policy = this.tokens.get(String(request.headers["x-vault-token"]));
    if (policy === undefined) return void errors(403, "permission denied");
    if (path === "sys/capabilities-self") {
      const { paths } = JSON.parse(body) as { paths: string[] };
      const found = Object.fromEntries(paths.map((each) => [each, capabilitiesOf(policy, each)]));
      // As the server does it: beside the paths, once more under `data`.
      return void reply(200, JSON.stringify({ ...found, data: found, capabilities: found[paths[0] ?? ""] }));
    }
    const wanted = /^sys\/internal\/ui\/mounts\/(.+)$/.exec(path)?.[1];
    if (wanted !== undefined) return void this.#describeMount(wanted, policy, reply, errors);
    const simple = [...this.mountsOfVersion1].find(([each]) => path.startsWith(`${each}/`));
    if (simple) return void answerVersion1(simple[1], request.method, path, body, reply);
    const mount = [...this.mounts].find((each) => path.startsWith(`${each}/`));
    // To who may not do everything, a path that leads nowhere is one that no policy permits.
    if (mount === undefined && policy !== "root")
      return void errors(403, "1 error occurred:\n\t* permission denied\n\n");
    const [, part, name = ""] = /^(data|metadata)\/(.+)$/.exec(path.slice((mount?.length ?? 0) + 1)) ?? [];
    if (mount === undefined || part === undefined) return void errors(404, "no handler for route");
    const may = capabilitiesOf(policy, path);
    const isRead = request.method === "GET";
    const exists = this.secrets.has(`${mount}/${name}`);
    const needed = isRead ? "read" : exists ? "update" : "create";
    if (!may.includes("root") && !may.includes(needed)) return void errors(403, "permission denied");
    if (isRead) return void this.#read(part, `${mount}/${name}`, searchParams.get("version"), reply);
    if (request.method !== "POST" || part !== "data") return void errors(405);
    this.#write(`${mount}/${name}`, body, reply, errors, response);
  }

  /** Whether there is none, or the token may do nothing in it: the answer is the same. */
  #describeMount(path: string, policy: Policy, reply: Reply, errors: Errors): void {
    const mount = [...this.mounts, ...this.mountsOfVersion1.keys()].find((each) =>
      path.startsWith(`${each}/`),
    );
    const mayLook = policy === "root" || Object.keys(policy).some((each) => each.startsWith(`${mount}/`));
    if (mount === undefined || !mayLook) {
      const text = `preflight capability check returned 403, please ensure client's policies grant access to path "${path}/"`;
      return void errors(403, text);
    }
    const options = this.mounts.has(mount) ? { version: "2" } : null;
    reply(200, JSON.stringify({ data: { path: `${mount}/`, type: "kv", options, local: false } }));
  }

  #logIn(request: IncomingMessage, path: string, body: string, reply: Reply, errors: Errors): void {
    const { role_id: roleId, secret_id: secretId } = JSON.parse(body) as Record<string, string>;
    const role = this.roles.get(String(roleId));
    if (request.method !== "POST" || path !== "auth/approle/login")
      return void errors(404, "no handler for route");
    if (role === undefined || role.secretId !== secretId)
      return void errors(400, "invalid role or secret ID");
    reply(200, JSON.stringify({ auth: { client_token: role.token, lease_duration: 1200, renewable: true } }));
  }

  #read(part: string, path: string, wanted: string | null, reply: Reply): void {
    const secret = this.secrets.get(path);
    if (secret === undefined) return void reply(404, '{"errors":[]}');
    const { versions } = secret;
    if (part === "metadata") {
      const listed = Object.fromEntries(
        versions.map(({ created, deleted, destroyed }, index) => [
          index + 1,
          { created_time: created, deletion_time: deleted ? created : "", destroyed },
        ]),
      );
      return void reply(
        200,
        JSON.stringify({ data: { current_version: versions.length, versions: listed } }),
      );
    }
    const number = wanted === null ? versions.length : Number(wanted);
    const version = versions[number - 1];
    if (version === undefined) return void reply(404, '{"errors":[]}');
    const { created, deleted, destroyed } = version;
    const deletion = deleted ? created : "";
    const times = { created_time: created, deletion_time: deletion, destroyed };
    const metadata = JSON.stringify({ ...times, custom_metadata: null, version: number });
    const isGone = deleted || destroyed;
    const data = isGone ? "null" : version.data;
    reply(isGone ? 404 : 200, `{"data":{"data":${data},"metadata":${metadata}}}`);
  }

  #write(path: string, body: string, reply: Reply, errors: Errors, response: ServerResponse): void {
    this.beforeWrite?.();
    const { options, data } = JSON.parse(body) as { options?: { cas?: number }; data?: unknown };
    const count = this.secrets.get(path)?.versions.length ?? 0;
    if (typeof data !== "object" || data === null) return void errors(400, "no data provided");
    if (options?.cas === undefined) return void errors(400, "check-and-set parameter required for this call");
    if (options.cas !== count)
      return void errors(400, "check-and-set parameter did not match the current version");
    // Numbers as they were written: the text is kept, not what a parser makes of it.
    this.put(path, /"data":(\{.*\})\}$/s.exec(body)?.[1] ?? "");
    if (this.loseNextWrite) {
      this.loseNextWrite = false;
      response.destroy();
    } else reply(200, JSON.stringify({ data: { version: count + 1 } }));
  }
}

interface Version {
  readonly data: string;
  readonly created: string;
  deleted: boolean;
  destroyed: boolean;
}

type Policy = Readonly<Record<string, readonly string[]>> | "root";

type Reply = (status: number, text: string) => unknown;
type Errors = (status: number, ...texts: string[]) => unknown;

/** Version 1 takes any body at any path, and answers a write with nothing. */
function answerVersion1(
  held: Map<string, string>,
  method: string | undefined,
  path: string,
  body: string,
  reply: Reply,
): void {
  const data = held.get(path);
  if (method === "POST") {
    held.set(path, body);
    reply(204, "");
  } else reply(data === undefined ? 404 : 200, data === undefined ? '{"errors":[]}' : `{"data":${data}}`);
}

function capabilitiesOf(policy: Policy, path: string): readonly string[] {
  return policy === "root" ? ["root"] : (policy[path] ?? ["deny"]);
}
