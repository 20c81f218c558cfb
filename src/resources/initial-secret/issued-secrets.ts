import type { Operation } from "../../model/operation";
import type { SecretValue } from "../../model/secret-value";

interface IssuedSecret {
  readonly secret: Promise<SecretValue | undefined>;
  readonly settle: (secret: SecretValue | undefined) => void;
}

/** The initial secrets that are issued in one run, for the lower managers that wait for them. */
export class IssuedInitialSecrets {
  readonly #byManager = new Map<string, IssuedSecret>();

  /** Creates all entries before anything waits for one. */
  constructor(operations: readonly Operation[]) {
    for (const { type, manager } of operations)
      if (type === "issue-initial-secret") this.#byManager.set(manager, awaited());
  }

  /** `undefined` if the manager issues none, or if the issue failed. */
  async of(manager: string): Promise<SecretValue | undefined> {
    return this.#byManager.get(manager)?.secret;
  }

  /** Only the first call for a manager counts. */
  settle(manager: string, secret: SecretValue | undefined): void {
    this.#byManager.get(manager)?.settle(secret);
  }
}

function awaited(): IssuedSecret {
  let settle: IssuedSecret["settle"] = () => {};
  const secret = new Promise<SecretValue | undefined>((resolve) => {
    settle = resolve;
  });
  return { secret, settle };
}
