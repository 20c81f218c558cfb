import { createSocket } from "node:dgram";
import { createConnection, isIPv6, type Socket } from "node:net";
import type { AuditRecord } from "../../model/audit";
import type { SyslogAddress, SyslogFacility } from "../../model/desired-state";
import type { Clock } from "../../platform/clock";
import { errorCode } from "../../platform/error-code";
import type { Platform } from "../platform";
import { ChainInMemory } from "./chain-in-memory";
import type { ChainEnd } from "./line";
import { syslogMessage } from "./syslog-message";
import { TrailFault, type TrailPlace } from "./trail-place";

/** Milliseconds until a log server counts as unreachable. */
const CONNECT_TIMEOUT = 10_000;

/** Milliseconds, as for a program: a server that accepts a connection may not read from it. */
const WRITE_TIMEOUT = 30_000;

/** A syslog server. It confirms nothing: a line counts as kept once the operating system has taken it. */
export class SyslogTrail implements TrailPlace {
  readonly shown: string;
  readonly #address: SyslogAddress;
  readonly #facility: SyslogFacility;
  readonly #platform: Platform;
  readonly #chain: ChainInMemory;
  #socket: Promise<Socket> | undefined;

  constructor(address: SyslogAddress, facility: SyslogFacility, run: string, platform: Platform) {
    this.shown = shownAddress(address);
    this.#address = address;
    this.#facility = facility;
    this.#platform = platform;
    this.#chain = new ChainInMemory(run);
  }

  async append(records: readonly AuditRecord[]): Promise<ChainEnd> {
    const { texts, end } = this.#chain.link(records);
    const { host, pid } = this.#platform;
    const messages = records.map(({ time, event }, index) =>
      syslogMessage({ facility: this.#facility, time, host, pid, id: event }, texts[index] ?? ""),
    );
    try {
      if (this.#address.over === "udp") await sendDatagrams(this.#address, messages);
      else await this.#write(messages);
    } catch (error) {
      throw faultOf(error, this.#address);
    }
    return this.#chain.keep(end);
  }

  async prove(): Promise<string> {
    if (this.#address.over === "udp")
      return `${this.shown}, which confirms nothing: see there whether lines arrive`;
    try {
      this.#socket = connect(this.#address);
      await this.#socket;
      return `connected to ${this.shown}`;
    } catch (error) {
      throw faultOf(error, this.#address);
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    const socket = await this.#socket?.catch(() => undefined);
    this.#socket = undefined;
    if (socket === undefined || socket.closed) return;
    await new Promise<void>((resolve) => {
      socket.once("close", resolve).setTimeout(CONNECT_TIMEOUT, () => socket.destroy());
      socket.end();
      // The server's output is not used, and must not keep the connection open.
      socket.resume();
    });
  }

  async #write(messages: readonly string[]): Promise<void> {
    const open = await this.#socket?.catch(() => undefined);
    if (open === undefined || open.destroyed || !open.writable) this.#socket = connect(this.#address);
    const socket = await this.#socket;
    const text = messages.map((each) => framed(this.#address, each)).join("");
    if (socket !== undefined) await written(socket, text, this.#platform.clock);
  }
}

/** Resolves once the operating system has taken the text. Drops a connection that does not take it in time. */
async function written(socket: Socket, text: string, clock: Clock): Promise<void> {
  const waiting = new AbortController();
  // Not the socket's own time-out, which restarts with each byte of either side.
  void clock.sleep(WRITE_TIMEOUT, waiting.signal).then(() => {
    if (!waiting.signal.aborted) socket.destroy(Object.assign(new Error("timeout"), { code: "ENOBUFS" }));
  });
  try {
    await new Promise<void>((resolve, reject) => {
      // Node reports no error for a write whose connection is destroyed meanwhile.
      socket.write(text, "ascii", (error) => {
        const fault = error ?? socket.errored;
        if (fault || socket.destroyed) reject(fault);
        else resolve();
      });
    });
  } finally {
    waiting.abort();
  }
}

/** RFC 6587: counted octets over TCP. A stream socket of a local server most often takes lines. */
function framed({ over }: SyslogAddress, message: string): string {
  return over === "tcp" ? `${message.length} ${message}` : `${message}\n`;
}

function connect(address: SyslogAddress): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection("path" in address ? { path: address.path } : address);
    socket.setTimeout(CONNECT_TIMEOUT, () =>
      socket.destroy(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" })),
    );
    // Also for later errors: a broken connection shows at the next write.
    socket.on("error", reject);
    socket.once("connect", () => {
      socket.setTimeout(0);
      // A server's hang-up shows only if the socket is read.
      socket.resume();
      resolve(socket);
    });
  });
}

async function sendDatagrams(
  { host, port }: Extract<SyslogAddress, { readonly port: number }>,
  messages: readonly string[],
): Promise<void> {
  const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
  // Each message has a callback of its own.
  socket.on("error", () => {});
  try {
    for (const message of messages) {
      await new Promise<void>((resolve, reject) => {
        socket.send(message, port, host, (error) => (error ? reject(error) : resolve()));
      });
    }
  } finally {
    socket.close();
  }
}

function shownAddress(address: SyslogAddress): string {
  if ("path" in address) return `syslog at unix://${address.path}`;
  const host = isIPv6(address.host) ? `[${address.host}]` : address.host;
  return `syslog at ${address.over}://${host}:${address.port}`;
}

const faults: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  ECONNREFUSED: ["nothing listens there", "check that the log server runs, and its address"],
  ENOENT: ["there is no such socket", "check that the log server runs, and the path"],
  ENOTFOUND: ["the name does not resolve", "check the host in `audit.syslog.address`"],
  ETIMEDOUT: ["it does not answer", "check that the log server runs, and the network between"],
  ENOBUFS: [
    "it does not read what is sent to it",
    "check that the log server keeps up, and restart it if it hangs",
  ],
  EMSGSIZE: ["a line is larger than a datagram", "use tcp:// in `audit.syslog.address`"],
  EPROTOTYPE: [
    "it is a socket for datagrams, which Node cannot write to",
    "use udp://127.0.0.1:514, or a program: `audit: { exec: [logger, -t, jp1im] }`",
  ],
  EACCES: ["permission denied", "run as a user who may write to the socket"],
};

function faultOf(error: unknown, { over }: SyslogAddress): TrailFault {
  const code = errorCode(error) ?? "unknown";
  const [why, remedy] = faults[code] ?? [
    `the connection failed (${code})`,
    `check the log server${over === "unix" ? "" : ", and the network between"}`,
  ];
  return new TrailFault(why, remedy, { cause: error });
}
