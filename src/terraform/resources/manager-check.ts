import type { ResourceType } from "./resource-type";
import { unreachableFault } from "./unreachable-faults";

/**
 * A refresh that first checks that the manager is the one of the state. If it is another one, no resource counts as
 * gone.
 */
export function withManagerCheck(read: ResourceType["read"]): ResourceType["read"] {
  return async (state, connection, trace) => {
    try {
      await connection.run.identify();
    } catch (error) {
      return { state, faults: unreachableFault(error, connection.run.name, connection) };
    }
    return read(state, connection, trace);
  };
}
