import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface DevServer {
  readonly address: string;
  readonly token: string;
  readonly home: string;
  stop(): void;
}

/**
 * A real Vault or OpenBao in memory, on a port and in a home of its own: a server for development keeps its token in
 * the file `.vault-token` of the home, in the place of the user's.
 */
export async function startDevServer(binary: string): Promise<DevServer> {
  const home = mkdtempSync(join(tmpdir(), "jp1im-vault-"));
  const token = "root-of-a-test";
  const address = `127.0.0.1:${await freePort()}`;
  const args = ["server", "-dev", `-dev-root-token-id=${token}`, `-dev-listen-address=${address}`];
  const env = { PATH: process.env.PATH ?? "", HOME: home, USERPROFILE: home };
  const server = spawn(binary, args, { stdio: "ignore", env });
  await untilUp(`http://${address}`, server);
  return { address: `http://${address}`, token, home, stop: () => void server.kill() };
}

async function untilUp(address: string, server: ChildProcess): Promise<void> {
  for (let poll = 0; poll < 100; poll++) {
    const isUp = await fetch(`${address}/v1/sys/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  server.kill();
  throw new Error("the server did not come up");
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}
