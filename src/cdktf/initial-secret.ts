import { Construct } from "constructs";
import { type DeclarationProps, Jp1imManager } from "./jp1im-manager";
import type { SecretSink } from "./props";

export interface InitialSecretProps extends DeclarationProps {
  /** Raise it to issue a new initial secret; the former one stops working. */
  readonly generation?: number;
  /** Age, such as `90d`, from which plans report it as due for rotation. */
  readonly rotateAfter?: string;
  readonly deliverTo: SecretSink | readonly SecretSink[];
}

/** The initial secret of a manager: issued once per generation, and delivered (manual 3.7.1). */
export class InitialSecret extends Construct {
  constructor(scope: Construct, id: string, props: InitialSecretProps) {
    super(scope, id);
    const { generation, rotateAfter, deliverTo } = props;
    Jp1imManager.of(this, props).declare(this, () => ({
      initialSecret: {
        generation,
        rotateAfter,
        deliverTo,
      },
    }));
  }
}
