import { startProxy } from "../api/small-proxy";
import { closeStages, DESIRED, Stage } from "./stage";

afterEach(closeStages);

test("managers are reached through the proxy of the environment, which `--debug` names and `proxy: none` overrides", async () => {
  const stage = await Stage.open();
  const proxy = await startProxy();
  const name = stage.url().replace("127.0.0.1", "immhost01.example");
  stage.env.HTTP_PROXY = proxy.url.replace("//", "//me:sesame@");
  stage.write("jp1im.yaml", DESIRED.replace("TOKYO_URL", name));
  stage.write("direct.yaml", DESIRED.replace("TOKYO_URL", `${name}\n    proxy: none`));
  try {
    const applied = await stage.run("apply --auto-approve --debug");
    expect(applied.code).toBe(0);
    expect(applied.stderr).toContain(
      `debug: requests to tokyo (${name}) go through the proxy ${proxy.url} (HTTP_PROXY)\n`,
    );
    expect(applied.stderr + applied.stdout).not.toContain("sesame");
    expect(proxy.asked.length).toBe(stage.simulator.requests().length);
    const direct = await stage.run("plan -f direct.yaml --debug");
    expect(direct.stderr).toContain(`debug: requests to tokyo (${name}) go directly (\`proxy: none\`)\n`);
    expect(direct.stdout).toMatch(
      /host name is not known \(ENOTFOUND\)|name service does not answer \(EAI_AGAIN\)/,
    );
    const socks = await stage.run("plan", { env: { HTTP_PROXY: "socks5://me:sesame@127.0.0.1:1080" } });
    expect(socks.stderr).toMatch(/HTTP_PROXY names a proxy of the type socks5/);
  } finally {
    await proxy.close();
  }
});
