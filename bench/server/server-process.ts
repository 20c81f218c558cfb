/** The fast manager in a process of its own, so that it does not share a thread with what is measured. */
import type { AddressInfo } from "node:net";
import { FastManager, type FleetSettings, type Order } from "./fast-manager";
import { httpServer } from "./http";

const settings: FleetSettings = JSON.parse(process.argv[2] ?? "");
const manager = new FastManager(settings);
const server = httpServer(settings.latencyMs ?? 0, (target, body) => manager.answer(target, body));
process.on("message", (order: Order) => {
  if (order === "reset") manager.reset();
  process.send?.(manager.statistics);
});
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
