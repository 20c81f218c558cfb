import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDevServer } from "./dev-server";

test("a server for development leaves the user's token file alone, and takes a port that is free", async () => {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-bao-"));
  const user = process.env.HOME;
  process.env.HOME = folder;
  const bao = join(folder, "bao");
  // As the server does it.
  const text = `#!${process.execPath}
    require("node:fs").writeFileSync(process.env.HOME + "/.vault-token", "root");
    const [host, port] = process.argv.find((each) => each.startsWith("-dev-listen-address=")).split("=")[1].split(":");
    require("node:http").createServer((_, response) => response.end("{}")).listen(Number(port), host);`;
  writeFileSync(bao, text, { mode: 0o700 });
  const servers = await Promise.all([startDevServer(bao), startDevServer(bao)]);
  try {
    expect(existsSync(join(folder, ".vault-token"))).toBe(false);
    for (const { home } of servers) expect(existsSync(join(home, ".vault-token"))).toBe(true);
    expect(new Set(servers.map(({ address }) => address)).size).toBe(2);
  } finally {
    for (const server of servers) server.stop();
    process.env.HOME = user;
  }
});
