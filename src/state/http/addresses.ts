/** The addresses and methods for the documents of a state on a server of Terraform's HTTP protocol. */

/** Named like the settings of Terraform's backend `http`. Each address contains `{manager}`. */
export interface HttpAddresses {
  readonly address: string;
  /** `POST` by default. */
  readonly updateMethod?: string;
  /** `address` by default. */
  readonly lockAddress?: string;
  /** `LOCK` by default. */
  readonly lockMethod?: string;
  /** `lockAddress` by default. */
  readonly unlockAddress?: string;
  /** `UNLOCK` by default. */
  readonly unlockMethod?: string;
}

/** The placeholder for the name of a manager. */
export const MANAGER = "{manager}";

/** GitLab's state of a project, which has a separate address for its lock. */
const GITLAB = /\/api\/v4\/projects\/[^/]+\/terraform\/state\/[^/]+$/;

/** Adds defaults: those of GitLab for a GitLab address, otherwise those of most servers. */
export function withDefaults(given: HttpAddresses): Required<HttpAddresses> {
  const isGitlab = GITLAB.test(given.address);
  const lockAddress = given.lockAddress ?? (isGitlab ? `${given.address}/lock` : given.address);
  return {
    address: given.address,
    updateMethod: given.updateMethod ?? "POST",
    lockAddress,
    lockMethod: given.lockMethod ?? (isGitlab ? "POST" : "LOCK"),
    unlockAddress: given.unlockAddress ?? lockAddress,
    unlockMethod: given.unlockMethod ?? (isGitlab ? "DELETE" : "UNLOCK"),
  };
}

export function addressOf(address: string, name: string): string {
  return address.replaceAll(MANAGER, () => encodeURIComponent(name));
}
