import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { type Declaration, DeclarationBuilder } from "./declaration";
import { DesiredState } from "./desired-state";
import type { AuthProps, PolicyProps, SettingInput, TlsProps } from "./props";

/** Props of every declaration. */
export interface DeclarationProps {
  /** The manager it belongs to. Default: the `Jp1imManager` that its scope is, or is below. */
  readonly manager?: Jp1imManager;
}

export interface Jp1imManagerProps {
  /** Its name in addresses and reports. Default: the construct's ID. */
  readonly name?: string;
  /** `https://HOST:PORT`. Required here or in the YAML. */
  readonly url?: SettingInput;
  /** Its own host name, under which agents know it. Default: that of `url`. */
  readonly host?: SettingInput;
  /** Required here or in the YAML. */
  readonly auth?: AuthProps;
  readonly tls?: TlsProps;
  /**
   * `none`, or `http://HOST:PORT` of a proxy. Default: what `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say at apply.
   */
  readonly proxy?: SettingInput;
  /**
   * The network zone that it can be reached from: `jp1im watch --zone NAME` reconciles only the managers of that
   * zone.
   */
  readonly zone?: string;
  readonly policy?: PolicyProps;
  /** The desired state it belongs to. Default: the one above it, or the one of its stack. */
  readonly desiredState?: DesiredState;
  /** Resources that must exist before the manager is reconciled and until it is destroyed. */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** A JP1/IM manager. Resources that depend on it wait for the run that reconciles it. */
export class Jp1imManager extends Construct implements ITerraformDependable {
  readonly name: string;
  readonly desiredState: DesiredState;

  constructor(scope: Construct, id: string, props: Jp1imManagerProps = {}) {
    super(scope, id);
    this.name = props.name ?? id;
    this.desiredState = props.desiredState ?? DesiredState.of(this);
    const { url, host, auth, tls, proxy, zone, policy, dependsOn = [] } = props;
    this.declare(this, (builder) => ({
      ...{ url, host, tls, proxy, zone, policy },
      auth: auth && authOf(auth, builder),
    }));
    this.desiredState.addDependencies(this.name, dependsOn);
  }

  /** The resource that exists once the manager is reconciled. */
  get fqn(): string {
    return this.desiredState.resourcesOf(this.name).settle.fqn;
  }

  /** The manager of a construct: the given one, else the nearest one above it. */
  static of(construct: Construct, { manager }: DeclarationProps): Jp1imManager {
    const parent = manager ?? construct.node.scopes.reverse().find((each) => each instanceof Jp1imManager);
    if (parent instanceof Jp1imManager) return parent;
    throw new Error(
      `${construct.node.path} belongs to no manager: create it below a Jp1imManager, or give it one as \`manager\``,
    );
  }

  /** Adds a declaration to this manager. */
  declare(construct: Construct, content: (builder: DeclarationBuilder) => Declaration["content"]): void {
    const builder = new DeclarationBuilder(construct, this.name);
    this.desiredState.declare(builder.build(content(builder)));
  }
}

function authOf(auth: AuthProps, builder: DeclarationBuilder): Declaration["content"] {
  if ("initialSecret" in auth) {
    return { initialSecret: builder.secret(auth.initialSecret, ["auth", "initialSecret"], "login") };
  }
  return { ...auth, password: builder.secret(auth.password, ["auth", "password"], "login") };
}
