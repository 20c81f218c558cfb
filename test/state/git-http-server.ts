/** Git's own `git http-backend`, behind a Node server with basic authentication, as a web server runs it. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const PROGRAMS = spawnSync("git", ["--exec-path"], { encoding: "utf8" }).stdout?.trim() ?? "";
const BACKEND = join(PROGRAMS, "git-http-backend");
const isInstalled = existsSync(BACKEND);
export const describeWithHttpBackend = isInstalled ? describe : describe.skip;
if (!isInstalled) console.warn("git http-backend is not installed: the tests of git over HTTP do NOT run");

export class GitHttpServer {
  /** Method, path and query of each request that git answered. */
  readonly asked: string[] = [];
  /** Everybody may read. */
  isPublic = false;
  readonly #root: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #authorization: string;
  readonly #server: Server;

  /** Serves the repositories in the folder `root`. */
  static async open(root: string, env: NodeJS.ProcessEnv, login: string): Promise<GitHttpServer> {
    const server = new GitHttpServer(root, env, login);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  private constructor(root: string, env: NodeJS.ProcessEnv, login: string) {
    this.#root = root;
    this.#env = env;
    this.#authorization = `Basic ${Buffer.from(login).toString("base64")}`;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const isOpen = this.isPublic && !request.url?.includes("git-receive-pack");
    if (!isOpen && request.headers.authorization !== this.#authorization) {
      request.resume();
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="states"' }).end();
      return;
    }
    this.asked.push(`${request.method} ${request.url}`);
    const backend = spawn(BACKEND, { env: this.#variables(request), stdio: ["pipe", "pipe", "ignore"] });
    const output: Buffer[] = [];
    backend.stdout.on("data", (bytes) => output.push(bytes));
    backend.on("close", () => pass(Buffer.concat(output), response));
    // It may end before it has read everything.
    backend.stdin.on("error", () => undefined);
    request.pipe(backend.stdin);
  }

  #variables({ method, url, headers }: IncomingMessage): NodeJS.ProcessEnv {
    const { pathname, search } = new URL(url ?? "/", "http://server");
    return {
      ...this.#env,
      GIT_PROJECT_ROOT: this.#root,
      GIT_HTTP_EXPORT_ALL: "1",
      REQUEST_METHOD: method,
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: headers["content-type"] ?? "",
      CONTENT_LENGTH: headers["content-length"],
      HTTP_CONTENT_ENCODING: headers["content-encoding"],
      GIT_PROTOCOL: String(headers["git-protocol"] ?? ""),
      REMOTE_USER: "ops",
      REMOTE_ADDR: "127.0.0.1",
    };
  }
}

/** What a CGI program wrote, as an answer of HTTP. */
function pass(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf("\r\n\r\n");
  const lines = output.toString("latin1", 0, end).split("\r\n");
  const headers = lines.map((line) => line.split(/: (.*)/) as [string, string]);
  const status = headers.find(([name]) => name === "Status")?.[1] ?? "200";
  for (const [name, value] of headers) if (name !== "Status") response.setHeader(name, value);
  response.writeHead(Number.parseInt(status, 10)).end(output.subarray(end + 4));
}
