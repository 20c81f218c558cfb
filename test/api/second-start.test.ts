import "./played-dispatcher";
import type { Dispatcher } from "undici";
import { openDispatcher } from "../../src/api/dispatcher";
import { undiciTransport } from "../../src/api/undici-transport";

const timeouts = { connect: 1_000, headers: 1_000, body: 1_000, deadline: 1_000 };

test("a request that the pool begins to send once more is given up, and may have been carried out", async () => {
  const abort = jest.fn();
  const dispatch = (_options: object, handler: Dispatcher.DispatchHandler) => {
    for (let start = 0; start < 2; start += 1)
      handler.onRequestStart?.({ abort } as unknown as Dispatcher.DispatchController, {});
    return true;
  };
  jest.mocked(openDispatcher).mockReturnValue({ dispatch } as unknown as Dispatcher);
  const transport = undiciTransport({ origin: "http://m", tls: {}, connections: 1, timeouts });
  const request = { method: "POST", path: "/", headers: {}, maxBytes: 1 };
  await expect(transport.send(request)).rejects.toMatchObject({ fault: "lost", sent: true });
  expect(abort).toHaveBeenCalledTimes(1);
});
