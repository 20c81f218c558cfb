/**
 * The manager's published limits (manual 5.2.8; the API's OpenAPI document names the call of each). Lengths count
 * characters.
 */
export const Limits = {
  clientId: { min: 1, max: 280 },
  host: { min: 1, max: 255 },
  secretKey: { min: 1, max: 1024 },
  secretValue: { min: 1, max: 1024 },
  initialSecret: { min: 1, max: 1024 },
  user: { min: 1, max: 31 },
  /** Bytes, not characters. */
  passwordBytes: { min: 0, max: 32 },
  /** Secrets registered on one agent at any moment. */
  secretsPerAgent: 1000,
  /** Agents in one *delete agents* call. */
  agentsPerDelete: 200,
} as const;

/** The ID under which a manager knows its initial secret (manual 5.2.8). */
export const INITIAL_SECRET_ID = "MANAGER_initial";

/** Key prefix of an agent's own entries (its manager connection); never pruned, whatever the policy. */
export const AGENT_OWN_KEYS = "immgr.*";

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** The manager takes ASCII 0x20-0x7e in IDs, keys, values and initial secrets. */
export function isPrintableAscii(text: string): boolean {
  return PRINTABLE_ASCII.test(text);
}

/** Client IDs that belong to agents and managers: `issueClientSecret` (5.4.5) refuses them. */
export function isReservedClientId(id: string): boolean {
  return id.startsWith("AGENT_") || id.startsWith("MANAGER_");
}

/**
 * Host of the integrated manager that an IM client on a lower manager belongs to. The manual has two forms of the ID,
 * in 3.7.2 and for `deleteClients` (5.4.4).
 */
export function integratedManagerOf(clientId: string): string | undefined {
  return /^MANAGER__?INTEGRATED_(.+)$/s.exec(clientId)?.[1];
}

/**
 * Why the manager would refuse a secret value, key or initial secret, or `undefined` if it would not. The text quotes
 * no part of the value.
 */
export function refusedText(
  text: string,
  limit: { readonly min: number; readonly max: number },
): string | undefined {
  if (text.length < limit.min) return "it is empty";
  if (text.length > limit.max)
    return `it has ${text.length} characters, the manager takes at most ${limit.max}`;
  return isPrintableAscii(text) ? undefined : strayCharacter(text);
}

/** Names an invisible character that editors, programs and Git add; reveals nothing else. */
function strayCharacter(text: string): string {
  if (text.startsWith("\ufeff")) return "it begins with a byte-order mark";
  if (/\r\n$/.test(text)) return "it ends with a line end (CRLF)";
  if (text.endsWith("\n")) return "it ends with a line end";
  if (text.endsWith("\r")) return "it ends with a carriage return";
  if (/[\r\n]/.test(text)) return "it has more than one line";
  return "it holds a character outside ASCII 0x20-0x7e";
}
