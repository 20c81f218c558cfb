import type { Random } from "../platform/random";
import { type LastPut, lastPutFromJson } from "./last-put";

/** The permanent ID of a state, its key, and the last copy that was put there. */
export interface StateIdentity {
  /** 32 hex digits. */
  readonly lineage: string;
  /** The ID of the key; absent if no run with a key has written to the state. */
  readonly keyId?: string;
  /** Absent if none was put. */
  readonly put?: LastPut;
}

const NO_KEY = "-";

export function newLineage(random: Random): string {
  return random.bytes(16).toString("hex");
}

export function identityToText({ lineage, keyId, put }: StateIdentity): string {
  if (put !== undefined) return `${lineage} ${keyId ?? NO_KEY} ${put.damaged ?? JSON.stringify(put)}`;
  return keyId === undefined ? lineage : `${lineage} ${keyId}`;
}

/** Returns `undefined` for a blank text, which a full disk or a copy can leave. */
export function identityFromText(text: string): StateIdentity | undefined {
  const [lineage = "", keyId = NO_KEY, ...rest] = text.trim().split(" ");
  if (lineage === "") return undefined;
  const put = rest.length === 0 ? undefined : lastPutFromJson(rest.join(" "));
  return newIdentity(lineage, keyId === NO_KEY ? undefined : keyId, put);
}

/** Leaves out what is absent, because one identity may complete another. */
export function newIdentity(lineage: string, keyId: string | undefined, put?: LastPut): StateIdentity {
  return { lineage, ...(keyId !== undefined && { keyId }), ...(put && { put }) };
}

/** The same for a file, which ends with a line feed. A truncated file may lack its record of a copy or of the key. */
export function identityFromFile(content: Buffer | undefined): StateIdentity | undefined {
  const text = content?.toString("utf8") ?? "";
  const identity = identityFromText(text);
  if (identity === undefined || identity.put !== undefined || text.endsWith("\n")) return identity;
  return { lineage: identity.lineage, put: lastPutFromJson("") };
}

export function isSameIdentity(one: StateIdentity | undefined, other: StateIdentity | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return identityToText(one) === identityToText(other);
}
