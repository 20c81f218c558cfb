import type { ResourceType } from "./resource-type";
import { silent } from "./silent";

/** A refresh that first makes sure that the manager is the one that the state was written for: of another one it takes nothing for gone. */
export function onOwnManager(read: ResourceType["read"]): ResourceType["read"] {
  return async (state, connection, trace) => {
    try {
      await connection.run.identify();
    } catch (error) {
      return { state, faults: silent(error, connection.run.name, connection) };
    }
    return read(state, connection, trace);
  };
}
