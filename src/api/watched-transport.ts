import type { Clock } from "../platform/clock";
import type { Transport, TransportReply } from "./transport";

/** The transport, which tells of each answer how many milliseconds it took. */
export function watchedTransport(
  transport: Transport,
  clock: Clock,
  onReply: (reply: TransportReply, ms: number) => void,
): Transport {
  return {
    send: async (request) => {
      const begun = clock.now();
      const reply = await transport.send(request);
      onReply(reply, clock.now() - begun);
      return reply;
    },
    close: () => transport.close(),
  };
}
