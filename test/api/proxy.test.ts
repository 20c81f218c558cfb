import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ManagerSettings } from "../../src/api/connect";
import type { ManagerPort } from "../../src/api/port";
import type { HttpProxy } from "../../src/platform/proxy";
import { type SmallProxy, startProxy } from "./small-proxy";
import {
  type Answerer,
  connect,
  json,
  refuse,
  rejection,
  type SmallServer,
  startServer,
} from "./small-server";

const pem = (name: string) => readFileSync(join(__dirname, "fixtures", name));
const ca = pem("ca.pem");
const pair = (name: string) => ({ cert: pem(`${name}.pem`), key: pem(`${name}.key.pem`) });
const clients: Answerer = (_request, response) => json(response, { clientIds: ["a"] });

let server: SmallServer | undefined;
let proxy: SmallProxy | undefined;
let port: ManagerPort | undefined;
afterEach(async () => {
  await port?.close();
  await server?.close();
  await proxy?.close();
  [server, proxy, port] = [undefined, undefined, undefined];
});

interface Setup {
  readonly answer?: Answerer;
  /** Options of a server that speaks TLS. */
  readonly tls?: object;
  readonly refusal?: number | "close";
  readonly settings?: Partial<ManagerSettings>;
  readonly authorization?: string;
  readonly timeouts?: object;
}

async function behindProxy(setup: Setup = {}): Promise<ManagerPort> {
  server = await startServer(setup.answer ?? clients, setup.tls);
  proxy = await startProxy(setup.refusal);
  const through: HttpProxy = {
    origin: proxy.url,
    setting: "HTTPS_PROXY",
    ...(setup.authorization !== undefined && { authorization: setup.authorization }),
  };
  const options = setup.timeouts ? { timeouts: setup.timeouts } : {};
  port = connect(server.url, { proxy: through, ...setup.settings }, options);
  return port;
}

const overTls = { tls: pair("server"), settings: { tls: { ca } } };
const authority = () => server?.url.replace(/^https?:\/\//, "");

test("a plain manager is asked through the proxy by its whole URL, with the manager's own login", async () => {
  expect(await (await behindProxy()).listClients()).toEqual(["a"]);
  expect(proxy?.asked.map(({ line }) => line)).toEqual([`GET ${server?.url}/im/api/v1/secret/client/list`]);
  expect(server?.received[0]?.headers.authorization).toMatch(/^Bearer /);
});

test("a manager with TLS is asked in a tunnel, of which the proxy sees nothing", async () => {
  expect(await (await behindProxy(overTls)).listClients()).toEqual(["a"]);
  expect(proxy?.asked.map(({ line }) => line)).toEqual([`CONNECT ${authority()}`]);
});

test("mutual TLS reaches through the tunnel", async () => {
  const tls = { ...pair("server"), ca, requestCert: true, rejectUnauthorized: true };
  const port = await behindProxy({ tls, settings: { tls: { ca, ...pair("client") } } });
  expect(await port.listClients()).toEqual(["a"]);
});

test("a certificate that nobody trusted signed is refused through the tunnel, too, and the proxy is named", async () => {
  const port = await behindProxy({ ...overTls, settings: { tls: { ca: pem("other-ca.pem") } } });
  const details = await rejection(port.deleteClients(["a"]));
  expect(details).toMatchObject({ code: "manager-tls", effect: "none" });
  expect(details.summary).toContain(`through the proxy ${proxy?.url} (HTTPS_PROXY)`);
});

test("connections through the proxy are kept and bounded as they are without it", async () => {
  const port = await behindProxy(overTls);
  for (let n = 0; n < 5; n += 1) await port.listClients();
  const tunnels = server?.connections() ?? 0;
  const direct = connect(server?.url ?? "", overTls.settings);
  for (let n = 0; n < 5; n += 1) await direct.listClients();
  await direct.close();
  expect(tunnels).toBe((server?.connections() ?? 0) - tunnels);
  await Promise.all(Array.from({ length: 40 }, () => port.listClients()));
  expect(proxy?.connections()).toBeLessThanOrEqual(10);
});

test("plain requests through a proxy share as few connections", async () => {
  const port = await behindProxy();
  await Promise.all(Array.from({ length: 40 }, () => port.listClients()));
  expect(proxy?.connections()).toBeLessThanOrEqual(10);
});

test.each([
  ["a tunnel", overTls],
  ["a plain request", {}],
])("credentials go to the proxy with %s, and never to the manager", async (_what, setup) => {
  await (await behindProxy({ ...setup, authorization: "Basic bWU6c2VzYW1l" })).listClients();
  expect(proxy?.asked[0]?.authorization).toBe("Basic bWU6c2VzYW1l");
  expect(server?.received[0]?.headers["proxy-authorization"]).toBeUndefined();
});

test.each([
  ["a tunnel", overTls],
  ["a plain request", {}],
])(
  "a proxy that wants credentials for %s is named with its variable, and asked once",
  async (_what, setup) => {
    const port = await behindProxy({ ...setup, refusal: 407, authorization: "Basic bWU6c2VzYW1l" });
    const details = await rejection(port.deleteClients(["a"]));
    expect(details).toMatchObject({ code: "manager-unreachable", effect: "none" });
    expect(details.summary).toContain(`the proxy ${proxy?.url} (HTTPS_PROXY)`);
    expect(details.summary).toContain("(407)");
    expect(details.remedy).toContain("set HTTPS_PROXY to");
    expect(JSON.stringify(details)).not.toMatch(/bWU6c2VzYW1l|sesame/);
    expect(proxy?.asked).toHaveLength(1);
  },
);

test("a proxy that refuses the tunnel is named, with the way around it", async () => {
  const details = await rejection((await behindProxy({ ...overTls, refusal: 403 })).deleteClients(["a"]));
  expect(details).toMatchObject({ code: "manager-unreachable", effect: "none" });
  expect(details.summary).toContain(`refuses to connect to ${server?.url} (403)`);
  expect(details.remedy).toContain("NO_PROXY");
});

test("a proxy that closes the connection over a tunnel is named, and not asked without end", async () => {
  const port = await behindProxy({ ...overTls, refusal: "close" });
  const details = await rejection(port.deleteClients(["a"]));
  expect(details).toMatchObject({ code: "manager-unreachable", effect: "none" });
  expect(details.summary).toContain(
    `the proxy ${proxy?.url} (HTTPS_PROXY) closes the connection where it is asked to connect to ${server?.url}`,
  );
  expect(proxy?.asked.length).toBeLessThanOrEqual(4);
});

test("an answer that has no message of the manager may be the proxy's, which is then named", async () => {
  const details = await rejection((await behindProxy({ refusal: 502 })).deleteClients(["a"]));
  expect(details.summary).toContain(`was answered 502 through the proxy ${proxy?.url} (HTTPS_PROXY)`);
});

test("a refusal of the manager itself does not name the proxy", async () => {
  const port = await behindProxy({ answer: (_, response) => refuse(response, 400, "KAJY65001-E") });
  expect((await rejection(port.listClients())).summary).not.toContain("proxy");
});

test.each(["http", "https"])(
  "a proxy that is not there is told apart from the manager, over %s",
  async (scheme) => {
    const away = await startProxy();
    await away.close();
    port = connect(`${scheme}://immhost01.example:20703`, {
      proxy: { origin: away.url, setting: "HTTPS_PROXY" },
    });
    const details = await rejection(port.listClients());
    expect(details.code).toBe("manager-unreachable");
    expect(details.summary).toContain(`the proxy ${away.url} (HTTPS_PROXY) cannot be reached (ECONNREFUSED)`);
  },
);

test.each([
  ["a tunnel", overTls],
  ["a plain request", {}],
])("an answer that does not begin in time is given up through %s as without", async (_what, setup) => {
  const port = await behindProxy({ ...setup, answer: () => {}, timeouts: { headers: 50 } });
  expect(await rejection(port.deleteClients(["a"]))).toMatchObject({
    code: "manager-timeout",
    effect: "unknown",
  });
});
