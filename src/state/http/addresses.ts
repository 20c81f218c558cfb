/** Where the documents of a state are on a server of Terraform's HTTP protocol, and with which methods it is asked. */

/** Named as the settings of Terraform's backend `http`. Each address has `{manager}` where a name goes. */
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

/** What stands for the name of a manager. */
export const MANAGER = "{manager}";

/** GitLab's state of a project: its lock is at an address of its own. */
const GITLAB = /\/api\/v4\/projects\/[^/]+\/terraform\/state\/[^/]+$/;

/** With what is not given: as GitLab has it for an address of GitLab, else as most servers do. */
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
