/** Private data of the provider that Terraform stores with a resource. */
export interface OwnData {
  readonly token: string;
  /** Data from a plan for its apply. */
  readonly planned?: string | undefined;
  /** Data from the last successful apply for each refresh. */
  readonly trace?: string | undefined;
}

/** A token alone is stored unchanged. */
export function packOwnData({ token, planned, trace }: OwnData): Uint8Array {
  const isToken = planned === undefined && trace === undefined;
  return Buffer.from(isToken ? token : JSON.stringify({ token, planned, trace }), "utf8");
}

/** Earlier versions stored the planned data on the lines below the token. */
export function unpackOwnData(bytes: Uint8Array | null | undefined): OwnData {
  const text = Buffer.from(bytes ?? []).toString("utf8");
  if (text.startsWith("{")) return JSON.parse(text);
  const end = text.indexOf("\n");
  return end < 0 ? { token: text } : { token: text.slice(0, end), planned: text.slice(end + 1) };
}
