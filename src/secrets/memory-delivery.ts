import type { Delivery } from "./port";

/** Delivers issued secrets to the caller instead of sinks. They are not durable: they end with the process. */
export function createMemoryDelivery<To extends Pick<Delivery, "deliver">>(
  delivery: To,
): { readonly delivery: To; readonly secrets: ReadonlyMap<string, string> } {
  const secrets = new Map<string, string>();
  const deliver: Delivery["deliver"] = async (_sink, { id, secret }) => {
    secrets.set(id, secret.reveal());
  };
  return { delivery: { ...delivery, deliver }, secrets };
}
