import { createPlatform } from "../library/platform";
import { version } from "../version";
import { makeCertificate } from "./certificate";
import { handshakeLine, readInvitation, socketPlace } from "./handshake";
import { createLog } from "./log";
import { Provider } from "./provider/provider";
import { sayFirstLine } from "./say-first-line";
import { createServer, listen, type ServerOptions } from "./server";

/** How often to check whether Terraform is still running. */
const PARENT_CHECK_MS = 1000;

/** Runs the process that Terraform starts. It prints on stdout where it listens, and serves until Terraform ends it. */
export async function serve(): Promise<void> {
  const invitation = readInvitation(process.env);
  if (invitation.is === "refused") {
    if (invitation.byTerraform) return sayFirstLine(invitation.why);
    process.stderr.write(`${invitation.why}\n`);
    process.exitCode = 1;
    return;
  }
  const platform = createPlatform();
  const log = createLog(
    (line) => process.stderr.write(line),
    () => platform.clock.now(),
    // `TF_LOG`, `TF_LOG_PROVIDER` and others.
    Object.keys(platform.env).some((name) => name.startsWith("TF_LOG")),
  );
  const provider = new Provider(platform, log);
  const { clientCertificate: client } = invitation;
  const own = client === undefined ? undefined : makeCertificate(platform.clock.now());
  const place = await socketPlace(process.env);
  const options: ServerOptions = {
    provider,
    tls: own && client !== undefined ? { own, client } : undefined,
    onShutdown: () => void end(),
  };
  const server = createServer(options);
  let isEnding = false;
  const end = async () => {
    if (isEnding) return;
    isEnding = true;
    await provider.close().catch((error) => log("warn", String(error)));
    await place?.remove();
    server.forceShutdown();
    process.exit(0);
  };
  endWithParent(end);
  const address = await listen(server, place?.path, options);
  log("debug", `jp1im ${version} listens`, { network: address.network, address: address.name });
  process.stdout.write(`${handshakeLine(address, own?.der)}\n`);
}

/** Ctrl-C reaches the whole process group. The provider ignores it, because Terraform sends a request to stop. */
function endWithParent(end: () => Promise<void>): void {
  process.on("SIGINT", () => {});
  // If Terraform was killed, nothing reads the log any more. The provider must still finish its work.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  process.on("SIGTERM", () => void end());
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void end();
  }, PARENT_CHECK_MS).unref();
}

void serve();
