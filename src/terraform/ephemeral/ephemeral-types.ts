import { clientSecret } from "./client-secret";
import type { EphemeralType } from "./ephemeral-type";

/** Every type of ephemeral resource, by its name. */
export const ephemeralTypes: ReadonlyMap<string, EphemeralType> = new Map(
  [clientSecret].map((each) => [each.name, each]),
);
