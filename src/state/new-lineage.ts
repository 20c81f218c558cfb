import { createHash } from "node:crypto";
import type { Random } from "../platform/random";

const DRAWN_DIGITS = 16;

/**
 * The name of a new state: half of it is drawn, and the other half commits it to the key of the run that begins the state. So a run
 * that began it as well, a moment later, sees whether both have one key before anything else is written.
 */
export function newLineage(random: Random, keyId: string | undefined): string {
  const drawn = random.bytes(16).toString("hex").slice(0, DRAWN_DIGITS);
  return drawn + commitment(drawn, keyId);
}

/**
 * Whether a run with this key gave a new state its name, or one without a key, which makes nothing that needs one. Says nothing of a
 * state that has more than its name: it may have been rekeyed.
 */
export function isBegunUnder(lineage: string, keyId: string): boolean {
  const drawn = lineage.slice(0, DRAWN_DIGITS);
  return keyId === "" || [keyId, ""].some((id) => lineage === drawn + commitment(drawn, id));
}

function commitment(drawn: string, keyId = ""): string {
  return createHash("sha256").update(`${drawn}\0${keyId}`).digest("hex").slice(0, DRAWN_DIGITS);
}
