import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { listen, REQUEST_LIMITS } from "../../src/watch/metrics/server";
import { refusalOf } from "../rig/tokyo";
import { bothRig, Watched } from "./watched";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

/** What a watch serves after its first cycles, by path. */
async function scraped(
  paths: readonly string[],
): Promise<{ readonly status: number; readonly text: string }[]> {
  const watched = new Watched(await bothRig());
  const found: { readonly status: number; readonly text: string }[] = [];
  let url = "";
  watched.until = (event) => {
    if (event.event === "started") url = event.metrics_url ?? "";
    if (watched.cycles().length < 2 || found.length > 0) return;
    void Promise.all(paths.map((path) => fetch(url + path)))
      .then(async (answers) => {
        for (const answer of answers) found.push({ status: answer.status, text: await answer.text() });
      })
      .finally(() => watched.stop());
  };
  await watched.run({ listen: LOOPBACK });
  return found;
}

test("a watch serves metrics and probes while it runs", async () => {
  const [metrics, health, ready, other] = await scraped([
    "/metrics",
    "/healthz",
    "/readyz?verbose",
    "/secrets",
  ]);
  expect(metrics?.text).toContain('jp1im_drift_resources{manager="tokyo",kind="client"} 1');
  expect(metrics?.text).toMatch(/jp1im_requests_total\{manager="osaka",status="200"\} \d/);
  expect(health).toEqual({ status: 200, text: "ok\n" });
  expect(ready).toEqual({ status: 200, text: "ok\n" });
  expect(other?.status).toBe(404);
});

test("a watch that makes no progress any more is not alive, and one that stops is alive and not ready", async () => {
  const clock = { now: () => 0, elapsed: () => elapsed, sleep: stuck };
  let [elapsed, isDone] = [0, false];
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  let status: (path: string) => Promise<number> = async () => 0;
  const watched = new Watched(await bothRig());
  const seen: number[] = [];
  async function stuck(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (watched.cycles().length < 2) return;
    if (isDone) return over;
    isDone = true;
    // Whatever was awake sleeps by then.
    await new Promise((resolve) => setTimeout(resolve, 50));
    elapsed += 11 * 60_000;
    seen.push(await status("/healthz"), await status("/readyz"));
    elapsed = 0;
    watched.stop();
    seen.push(await status("/healthz"), await status("/readyz"));
    end();
  }
  watched.until = (event) => {
    if (event.event === "started")
      status = async (path) => (await fetch(`${event.metrics_url}${path}`)).status;
  };
  await watched.run({ listen: LOOPBACK }, { clock });
  expect(seen).toEqual([503, 200, 200, 503]);
});

test("a page that is not well answers 503, and only GET and HEAD are answered", async () => {
  const ill = async () => ({ status: 503, type: "text/plain", text: "stuck\n" }) as const;
  const server = await listen(LOOPBACK, new Map([["/healthz", ill]]));
  try {
    const answer = await fetch(`${server.url}/healthz`);
    expect([answer.status, await answer.text()]).toEqual([503, "stuck\n"]);
    expect((await fetch(`${server.url}/healthz`, { method: "POST" })).status).toBe(405);
    const head = await fetch(`${server.url}/healthz`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([503, ""]);
  } finally {
    await server.close();
  }
});

test("a page that fails answers 500, and the next one is served", async () => {
  const broken = async () => Promise.reject(new TypeError("x is undefined"));
  const well = async () => ({ status: 200, type: "text/plain", text: "ok\n" }) as const;
  const server = await listen(
    LOOPBACK,
    new Map([
      ["/metrics", broken],
      ["/healthz", well],
    ]),
  );
  try {
    expect((await fetch(`${server.url}/metrics`)).status).toBe(500);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  } finally {
    await server.close();
  }
});

test("an end does not wait for a connection that stays open", async () => {
  const server = await listen(LOOPBACK, new Map());
  const open = request(server.url).on("error", () => {});
  open.flushHeaders();
  await new Promise((resolve) => open.on("socket", (socket) => socket.on("connect", resolve)));
  await server.close();
  await expect(fetch(server.url)).rejects.toThrow();
});

test.each([
  ["the same port twice", "127.0.0.1", "another process listens there", "--listen 127.0.0.1:0"],
  ["another machine's address", "192.0.2.1", "this machine has no such address", "0.0.0.0:PORT"],
])("an address that cannot be used is a diagnostic: %s", async (_, host, why, remedy) => {
  const first = await listen(LOOPBACK, new Map());
  try {
    const port = Number(new URL(first.url).port);
    const refusal = await refusalOf(listen({ host, port }, new Map()));
    expect(refusal).toMatchObject({ code: "address-unusable", summary: expect.stringContaining(why) });
    expect(refusal.remedy).toContain(remedy);
  } finally {
    await first.close();
  }
});

/** So many connections with the first line of a request, and no more. */
async function halfOpen(url: string, count: number): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(Number(port), hostname).on("error", () => {});
      await new Promise((resolve) => socket.once("connect", resolve));
      socket.write("GET /healthz HTTP/1.1\r\n");
      return socket;
    }),
  );
}

test("connections that never finish a request keep no probe out", async () => {
  const well = async () => ({ status: 200, type: "text/plain", text: "ok\n" }) as const;
  const server = await listen(LOOPBACK, new Map([["/healthz", well]]));
  const sockets = await halfOpen(server.url, 200);
  try {
    for (let probe = 0; probe < 3; probe++)
      expect((await fetch(`${server.url}/healthz`, { headers: { connection: "close" } })).status).toBe(200);
    // The oldest had to go.
    expect(await ended(sockets[0])).toBe(true);
  } finally {
    for (const socket of sockets) socket.destroy();
    await server.close();
  }
});

test("a request that is never finished is cut off, after seconds", async () => {
  expect(Object.values(REQUEST_LIMITS).every((ms) => ms <= 5_000)).toBe(true);
  const [headersTimeout, requestTimeout, connectionsCheckingInterval] = [100, 100, 20];
  const limits = { headersTimeout, requestTimeout, connectionsCheckingInterval };
  const server = await listen(LOOPBACK, new Map(), limits);
  const [socket] = await halfOpen(server.url, 1);
  try {
    expect(await ended(socket)).toBe(true);
  } finally {
    socket?.destroy();
    await server.close();
  }
});

async function ended(socket: Socket | undefined): Promise<boolean> {
  if (socket === undefined || socket.closed) return true;
  await new Promise((resolve) => socket.resume().once("close", resolve));
  return true;
}
