import { Construct } from "constructs";
import { type DeclarationProps, Jp1imManager } from "./jp1im-manager";
import type { SecretInput } from "./props";

export interface LowerManagerProps extends DeclarationProps {
  /** Its name in IM Configuration Management. Default: the construct's ID. */
  readonly host?: string;
  /** Its initial secret, or the manager on which to issue a new one when it is needed. */
  readonly initialSecret: SecretInput | { readonly issueOn: Jp1imManager | string };
}

/** A manager under an integrated manager (manual 3.7.2). */
export class LowerManager extends Construct {
  constructor(scope: Construct, id: string, props: LowerManagerProps) {
    super(scope, id);
    const { host = id, initialSecret } = props;
    Jp1imManager.of(this, props).declare(this, (builder) => {
      const isIssued = typeof initialSecret === "object" && "issueOn" in initialSecret;
      return {
        lowerManagers: [
          {
            host,
            initialSecret: isIssued
              ? { issueOn: nameOf(initialSecret.issueOn) }
              : builder.secret(initialSecret, ["lowerManager", host]),
          },
        ],
      };
    });
  }
}

function nameOf(manager: Jp1imManager | string): string {
  return typeof manager === "string" ? manager : manager.name;
}
