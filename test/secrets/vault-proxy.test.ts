import { createSecretResolver } from "../../src/secrets/resolver";
import { createVaultFetch } from "../../src/secrets/vault/fetch";
import { type SmallProxy, startProxy } from "../api/small-proxy";
import { MemoryFileSystem } from "../platform/memory-file-system";
import { CANARY } from "./canary";
import { failureOf, reference } from "./references";
import { VaultStandIn } from "./vault-stand-in";

const TOKEN = "hvs.token-canary";
const at = reference("vault", { path: "secret/web01", field: "password" });

let vault: VaultStandIn;
let proxy: SmallProxy | undefined;
beforeEach(async () => {
  vault = new VaultStandIn();
  await vault.start();
  vault.tokens.set(TOKEN, "root");
  vault.put("secret/web01", JSON.stringify({ password: CANARY }));
});
afterEach(async () => {
  await vault.stop();
  await proxy?.close();
  proxy = undefined;
});

/** The address of the stand-in under a name that only the proxy knows. */
const outside = () => vault.address.replace("127.0.0.1", "vault.example");

function resolverOf(env: Record<string, string>) {
  const known = { VAULT_ADDR: outside(), VAULT_TOKEN: TOKEN, ...env };
  return createSecretResolver({ env: known, fileSystem: new MemoryFileSystem() });
}

test("Vault is asked through the proxy of the environment, with the proxy's credentials", async () => {
  proxy = await startProxy();
  const env = { HTTP_PROXY: proxy.url.replace("//", "//me:sesame@") };
  expect((await resolverOf(env).resolve(at)).reveal()).toBe(CANARY);
  expect(proxy.asked).toEqual([
    {
      line: `GET ${outside()}/v1/secret/data/web01`,
      authorization: `Basic ${Buffer.from("me:sesame").toString("base64")}`,
    },
  ]);
});

test("Vault is asked directly where NO_PROXY names it, or its address is this machine", async () => {
  proxy = await startProxy();
  const routes: string[] = [];
  const resolve = (env: Record<string, string>) =>
    createSecretResolver({
      env: { VAULT_TOKEN: TOKEN, ...env },
      fileSystem: new MemoryFileSystem(),
      vaultFetch: createVaultFetch(env, (server, { description }) =>
        routes.push(`${server}: ${description}`),
      ),
    }).resolve(at);
  await resolve({ VAULT_ADDR: vault.address, HTTP_PROXY: proxy.url });
  await failureOf(
    resolve({ VAULT_ADDR: "http://vault.invalid:8200", HTTP_PROXY: proxy.url, NO_PROXY: "invalid" }),
    "source-unresolved",
  );
  expect(routes).toEqual([
    `${vault.address}: directly (a loopback address)`,
    "http://vault.invalid:8200: directly (NO_PROXY)",
  ]);
  expect(proxy.asked).toEqual([]);
});

test.each([
  ["wants credentials", 407, /was given no user and password[\s\S]*set HTTP_PROXY to/],
  ["has an answer of its own", 502, /through the proxy http:[^ ]+ .HTTP_PROXY.. answered 502/],
])(
  "a proxy that %s is told apart from Vault, and its credentials are not shown",
  async (_what, status, text) => {
    proxy = await startProxy(status);
    const resolver = resolverOf({ HTTP_PROXY: proxy.url.replace("//", "//me:sesame@") });
    const error = await failureOf(resolver.resolve(at), "source-unresolved", TOKEN, "sesame");
    expect(JSON.stringify(error.diagnostics)).toMatch(text);
  },
);

test("a proxy that is not there, and a variable that names none, are errors that name the variable", async () => {
  const gone = await startProxy();
  await gone.close();
  const unreachable = await failureOf(resolverOf({ HTTP_PROXY: gone.url }).resolve(at), "source-unresolved");
  expect(unreachable.message).toContain(
    `the proxy ${gone.url} (HTTP_PROXY) cannot be reached (ECONNREFUSED)`,
  );
  const socks = resolverOf({ ALL_PROXY: "socks5://me:sesame@127.0.0.1:1080" });
  expect((await failureOf(socks.resolve(at), "source-unresolved", "sesame")).message).toContain("ALL_PROXY");
});
