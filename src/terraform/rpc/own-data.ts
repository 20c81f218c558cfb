/** What Terraform keeps of a resource for the provider alone. */
export interface OwnData {
  readonly token: string;
  /** Of a plan: names the state key that it was made under. */
  readonly keyId?: string | undefined;
  /** What a plan hands to its apply. */
  readonly planned?: string | undefined;
}

/** Neither tokens nor IDs of keys have a line end in them. */
export function packOwnData({ token, keyId, planned }: OwnData): Uint8Array {
  const lines = keyId === undefined && planned === undefined ? [token] : [token, keyId ?? ""];
  return Buffer.from([...lines, ...(planned === undefined ? [] : [planned])].join("\n"), "utf8");
}

export function unpackOwnData(bytes: Uint8Array | null | undefined): OwnData {
  const [token = "", keyId, ...rest] = Buffer.from(bytes ?? [])
    .toString("utf8")
    .split("\n");
  return { token, ...(keyId && { keyId }), ...(rest.length > 0 && { planned: rest.join("\n") }) };
}
