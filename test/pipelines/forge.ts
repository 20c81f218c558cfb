import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { StateServerStandIn } from "../state/state-server";

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
  /** The Terraform states of GitLab. */
  readonly states = new StateServerStandIn("gitlab", "gitlab-ci-token", "token-of-the-job");
  /** As for the token of a pull request from a fork. */
  refusesComments = false;
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
      if (request.url?.includes("/terraform/state/")) return forge.states.handle(request, response);
      let body = "";
      for await (const part of request.setEncoding("utf8")) body += part;
      const { authorization, "private-token": bot } = request.headers;
      const url = new URL(request.url ?? "", forge.url);
      const what = `${request.method} ${url.pathname}`;
      forge.calls.push({ what, token: String(authorization ?? bot) });
      const refused = forge.refusesComments && /^(POST|PATCH) .*comments/.test(what);
      const answer = refused ? {} : forge.#answer(request.method ?? "", url, body);
      response.writeHead(refused ? 403 : answer === undefined ? 404 : 200, {
        "content-type": "application/json",
      });
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

  #answer(method: string, { pathname, searchParams }: URL, body: string): unknown {
    const [, kind, id] = /\/(comments|notes|issues)(?:\/(\d+))?$/.exec(pathname) ?? [];
    if (kind === undefined) return undefined;
    const entries = kind === "issues" ? this.issues : this.comments;
    if (method === "GET") return pageOf(entries.map(shownEntry), searchParams);
    return upsert(entries, method, id, body);
  }
}

function pageOf<T>(items: readonly T[], query: URLSearchParams): readonly T[] {
  const size = Number(query.get("per_page") ?? 30);
  const first = (Number(query.get("page") ?? 1) - 1) * size;
  return items.slice(first, first + size);
}

function shownEntry(entry: Entry): object {
  return { ...entry, number: entry.id, iid: entry.id, state: "opened" };
}

function upsert(entries: Entry[], method: string, id: string | undefined, text: string): unknown {
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
