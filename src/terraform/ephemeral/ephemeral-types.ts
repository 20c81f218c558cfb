import { clientSecret } from "./client-secret";
import type { EphemeralType } from "./ephemeral-type";

export const ephemeralTypes: ReadonlyMap<string, EphemeralType> = new Map(
  [clientSecret].map((each) => [each.name, each]),
);
