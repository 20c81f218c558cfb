/** A failed request to Vault. The summary is a sentence and never repeats the server's text. */
export class VaultError extends Error {
  override readonly name = "VaultError";
  readonly remedy: string;
  /** Absent if there was no answer. */
  readonly status: number | undefined;
  /** The version that a write named is no longer the current one. */
  readonly isOutdated: boolean;

  constructor(summary: string, remedy: string, status?: number, isOutdated = false) {
    super(summary);
    this.remedy = remedy;
    this.status = status;
    this.isOutdated = isOutdated;
  }
}

/** The meaning of a failed answer, by its status and not by the server's text. */
export function refusal(status: number, body: string, path: string, address: string): VaultError {
  const where = `the vault at ${address}`;
  const fail = (summary: string, remedy: string) => new VaultError(`${where} ${summary}`, remedy, status);
  if (path.startsWith("auth/")) {
    if (status === 400 || status === 403)
      return fail("refused the login", "check `roleId` and `secretId`, and their limits of use");
  }
  if (status === 403) {
    return fail(
      `refused access to ${path}`,
      "check that the token is valid, that its policy permits this path, and that there is such a mount",
    );
  }
  if (status === 404) {
    const remedy =
      "check the mount, which has to be one of KV version 2, and the path, which goes without `data/`";
    return fail(`has nothing at ${path}`, remedy);
  }
  if (status === 400 && /check-and-set/i.test(body)) {
    return new VaultError(`${where} has a newer version of ${path} than was read`, "run again", status, true);
  }
  if (status >= 300 && status < 400) {
    return fail("answered with a redirect, which is not followed", "name the address of the active node");
  }
  if (status === 503 || status === 501) {
    const isSealed = /sealed/i.test(body);
    return fail(
      isSealed ? "is sealed" : `is not in service (status ${status})`,
      isSealed ? "have it unsealed" : "run again later",
    );
  }
  if (status === 429 || status === 472 || status === 473)
    return fail(`is busy or a standby node (status ${status})`, "run again later");
  return fail(`answered ${status} for ${path}`, "read the server's log");
}
