import { ProxySettingError, routeTo } from "../../src/platform/proxy";

const PROXY = "http://proxy.example:3128";
const manager = new URL("https://immhost01.corp.example:20703");
const plain = new URL("http://immhost01.corp.example:20703");
const way = (url: URL | string, env: Record<string, string>, setting?: string) =>
  routeTo(new URL(url), env, setting).description;

test.each([
  ["https", manager, { HTTPS_PROXY: PROXY }, "HTTPS_PROXY"],
  ["https, in small letters", manager, { https_proxy: PROXY }, "https_proxy"],
  ["http", plain, { HTTP_PROXY: PROXY }, "HTTP_PROXY"],
  ["http, in small letters", plain, { http_proxy: PROXY }, "http_proxy"],
  ["all servers", manager, { ALL_PROXY: PROXY }, "ALL_PROXY"],
  ["all servers, in small letters", plain, { all_proxy: PROXY }, "all_proxy"],
] as const)("the variable for %s is used and named", (_what, url, env, name) => {
  expect(way(url, env)).toBe(`through the proxy ${PROXY} (${name})`);
});

test("a variable in small letters wins, one for the scheme wins over ALL_PROXY, and an empty one counts as unset", () => {
  const other = "http://other.example:1";
  expect(way(manager, { https_proxy: PROXY, HTTPS_PROXY: other, ALL_PROXY: other })).toContain(
    "(https_proxy)",
  );
  expect(way(manager, { https_proxy: "", HTTPS_PROXY: PROXY })).toContain("(HTTPS_PROXY)");
  expect(way(manager, { HTTP_PROXY: PROXY })).toBe("directly");
  expect(way(plain, { HTTPS_PROXY: PROXY })).toBe("directly");
});

test("HTTP_PROXY, which a caller of a CGI script can set, is not used there", () => {
  expect(way(plain, { REQUEST_METHOD: "GET", HTTP_PROXY: PROXY })).toBe("directly");
  expect(way(plain, { REQUEST_METHOD: "GET", http_proxy: PROXY })).toContain("(http_proxy)");
});

test.each([
  "immhost01.corp.example",
  "IMMHOST01.Corp.Example.",
  "corp.example",
  ".corp.example",
  "*.corp.example",
  "other.example, corp.example:20703",
  "other.example immhost01.corp.example",
  "*",
])("NO_PROXY=%s excepts a host", (list) => {
  expect(way(manager, { HTTPS_PROXY: PROXY, NO_PROXY: list })).toBe("directly (NO_PROXY)");
});

test.each([
  "orp.example",
  "corp.example:443",
  "immhost01",
  "corp.example.org",
  "web.immhost01.corp.example",
  ",",
])("NO_PROXY=%s does not except it", (list) => {
  expect(way(manager, { HTTPS_PROXY: PROXY, NO_PROXY: list })).toContain("through");
});

test.each([
  ["10.1.2.3", "https://10.1.2.3:20703"],
  ["10.0.0.0/8", "https://10.1.2.3:20703"],
  ["10.1.2.3:20703", "https://10.1.2.3:20703"],
  ["fd00::/8", "https://[fd12:3456::1]:20703"],
  ["[fd12:3456::1]", "https://[fd12:3456::1]:20703"],
  ["[fd12:3456::1]:443", "https://[fd12:3456::1]"],
])("NO_PROXY=%s excepts the address %s", (list, url) => {
  expect(way(url, { HTTPS_PROXY: PROXY, no_proxy: list })).toBe("directly (no_proxy)");
});

test.each([
  ["10.0.0.0/8", "https://11.1.2.3:20703"],
  ["10.1.2.3/33", "https://10.1.2.3:20703"],
  ["10.0.0.0/8", "https://immhost01.corp.example"],
  ["fd00::/8", "https://10.1.2.3"],
])("NO_PROXY=%s does not except %s", (list, url) => {
  expect(way(url, { HTTPS_PROXY: PROXY, NO_PROXY: list })).toContain("through");
});

test.each([
  "http://localhost:1",
  "http://a.localhost:1",
  "http://127.0.0.1:1",
  "http://127.9.9.9:1",
  "http://[::1]:1",
])("%s is this machine and never asked through a proxy of the environment", (url) => {
  expect(way(url, { HTTP_PROXY: PROXY })).toBe("directly (a loopback address)");
  expect(way(url, { HTTP_PROXY: PROXY }, PROXY)).toBe(`through the proxy ${PROXY} (\`proxy\`)`);
});

test("the setting of a manager wins over the environment, in both directions", () => {
  expect(way(manager, { HTTPS_PROXY: PROXY }, "none")).toBe("directly (`proxy: none`)");
  expect(way(manager, { HTTPS_PROXY: PROXY, NO_PROXY: "*" }, "http://own.example:8080")).toBe(
    "through the proxy http://own.example:8080 (`proxy`)",
  );
});

test("a proxy without a scheme is asked over http, and credentials are not shown", () => {
  expect(way(manager, { HTTPS_PROXY: "proxy.example:3128" })).toContain(PROXY);
  const { proxy, description } = routeTo(manager, { HTTPS_PROXY: "http://me:se%40same@proxy.example:3128" });
  expect(description).toBe(`through the proxy ${PROXY} (HTTPS_PROXY)`);
  expect(proxy?.authorization).toBe(`Basic ${Buffer.from("me:se@same").toString("base64")}`);
});

test.each([
  ["socks5://me:sesame@proxy.example:1080", /names a proxy of the type socks5/],
  ["http://me:sesame#x@proxy.example:port", /does not hold the URL of a proxy/],
  ["http://me:sesame%@proxy.example", /wrongly percent-encoded/],
])("a variable that names no usable proxy is an error without its value: %s", (value, message) => {
  const act = () => routeTo(manager, { HTTPS_PROXY: value });
  expect(act).toThrow(ProxySettingError);
  expect(act).toThrow(message);
  expect(act).not.toThrow(/sesame/);
});
