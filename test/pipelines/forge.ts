import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Entry {
  readonly id: number;
  readonly title?: string;
  body: string;
}

/** As much of GitHub's and of GitLab's REST API as the examples' scripts use; a path that they do not have is a 404. */
export class Forge {
  /** Comments on the one pull request, and issues, in the order of their making. */
  readonly comments: Entry[] = [];
  readonly issues: Entry[] = [];
  readonly packages = new Map<string, string>();
  /** The run that kept the newest state. */
  stateRun: number | undefined;
  /** What came with each call, for the tests of who may do what. */
  readonly calls: { readonly what: string; readonly token: string }[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<Forge> {
    const server = createServer();
    const forge = new Forge(server);
    server.on("request", async (request, response) => {
      let body = "";
      for await (const part of request.setEncoding("utf8")) body += part;
      const { authorization, "private-token": bot, "job-token": job } = request.headers;
      const path = (request.url ?? "").split("?")[0] ?? "";
      forge.calls.push({ what: `${request.method} ${path}`, token: String(authorization ?? bot ?? job) });
      const answer = forge.#answer(request.method ?? "", path, body);
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(typeof answer === "string" ? answer : JSON.stringify(answer ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return forge;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(method: string, path: string, body: string): unknown {
    const [, kind, id] =
      /\/(artifacts|comments|notes|issues|packages\/generic\/.+?)(?:\/(\d+))?$/.exec(path) ?? [];
    if (kind === undefined) return undefined;
    if (kind === "artifacts") return { artifacts: this.#artifacts() };
    if (kind.startsWith("packages")) return this.#package(method, kind, body);
    return upsert(kind === "issues" ? this.issues : this.comments, method, id, body);
  }

  #artifacts(): unknown[] {
    if (this.stateRun === undefined) return [];
    return [{ expired: false, workflow_run: { id: this.stateRun, head_branch: "main" } }];
  }

  #package(method: string, name: string, body: string): unknown {
    if (method !== "PUT") return this.packages.get(name);
    this.packages.set(name, body);
    return {};
  }
}

function upsert(entries: Entry[], method: string, id: string | undefined, text: string): unknown {
  if (method === "GET") {
    return entries.map((each) => ({ ...each, number: each.id, iid: each.id, state: "opened" }));
  }
  const given = JSON.parse(text);
  const body = given.body ?? given.description;
  if (method === "POST") {
    entries.push({ id: entries.length + 1, body, ...(given.title && { title: given.title }) });
    return {};
  }
  const known = entries.find((each) => each.id === Number(id));
  if (!known) return undefined;
  known.body = body;
  return {};
}
