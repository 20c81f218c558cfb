import type { Random } from "../platform/random";

/** What names a state for ever, and the key that it is under. */
export interface StateIdentity {
  /** 32 hex digits. */
  readonly lineage: string;
  /** Names the key; absent in a state that no run with a key has written to. */
  readonly keyId?: string;
}

export function newLineage(random: Random): string {
  return random.bytes(16).toString("hex");
}

export function identityToText({ lineage, keyId }: StateIdentity): string {
  return keyId === undefined ? lineage : `${lineage} ${keyId}`;
}

/** `undefined` for a blank text, as a full disk or a copy leaves it. */
export function identityFromText(text: string): StateIdentity | undefined {
  const [lineage = "", keyId] = text.trim().split(" ");
  return lineage === "" ? undefined : { lineage, ...(keyId !== undefined && { keyId }) };
}

export function isSameIdentity(one: StateIdentity | undefined, other: StateIdentity | undefined): boolean {
  return one?.lineage === other?.lineage && one?.keyId === other?.keyId;
}
