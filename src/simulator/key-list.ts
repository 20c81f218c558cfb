import type { Behaviours } from "../model/gaps";
import type { AgentSecrets } from "./agent-secrets";

/** The list of an agent's keys in an unusual style; `undefined` if the world has none. */
export function styledList(
  secrets: AgentSecrets,
  own: readonly string[],
  behaviours: Behaviours,
): string | undefined {
  const { "secret-order": order = "created", "secret-values": values, "own-keys": ownKeys } = behaviours;
  if (order === "created" && values !== "returned" && ownKeys !== "not-listed") return undefined;
  const entries = [...secrets.entries()].filter(([key]) => ownKeys !== "not-listed" || !own.includes(key));
  const listed = inOrder(entries, ([key]) => key, order);
  return JSON.stringify({
    secrets: listed.map(([key, value]) => ({
      ...{ key, obfuscated: "", secret: values === "returned" ? value : "" },
    })),
  });
}

/** Items in the order of their creation, sorted into the order of the world. */
export function inOrder<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  order: "created" | "newest-first" | "sorted",
): readonly T[] {
  if (order === "created") return items;
  if (order === "newest-first") return [...items].reverse();
  return [...items].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}
