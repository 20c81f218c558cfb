/** What Terraform keeps of a resource for the provider alone. */
export interface OwnData {
  readonly token: string;
  /** What a plan hands to its apply. */
  readonly planned?: string | undefined;
}

/** Tokens have no line end in them. */
export function packOwnData({ token, planned }: OwnData): Uint8Array {
  return Buffer.from(planned === undefined ? token : `${token}\n${planned}`, "utf8");
}

export function unpackOwnData(bytes: Uint8Array | null | undefined): OwnData {
  const text = Buffer.from(bytes ?? []).toString("utf8");
  const end = text.indexOf("\n");
  return end < 0 ? { token: text } : { token: text.slice(0, end), planned: text.slice(end + 1) };
}
