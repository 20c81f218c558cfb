import { Construct } from "constructs";
import { DesiredState, type DesiredStateProps } from "./desired-state";
import { Jp1imManager, type Jp1imManagerProps } from "./jp1im-manager";
import { LowerManager } from "./lower-manager";

export interface JP1TopologyProps extends DesiredStateProps {
  /** The integrated manager, by name. */
  readonly integrated: ManagerProps & { readonly name: string };
  /** The lower managers, by name. Each needs its `host`: the name in IM Configuration Management. */
  readonly lower: Readonly<Record<string, ManagerProps & { readonly host: string }>>;
}

type ManagerProps = Omit<Jp1imManagerProps, "desiredState">;

/** An integrated manager with its lower managers, each registered with an initial secret that is issued on it. */
export class JP1Topology extends Construct {
  readonly desiredState: DesiredState;
  readonly integrated: Jp1imManager;
  /** By name. */
  readonly lower: Readonly<Record<string, Jp1imManager>>;

  constructor(scope: Construct, id: string, props: JP1TopologyProps) {
    super(scope, id);
    const { integrated, lower, ...runner } = props;
    this.desiredState = new DesiredState(this, "desired-state", runner);
    // The lower manager must answer before an initial secret can be issued on it.
    const dependsOn = [integrated, ...Object.values(lower)].flatMap((each) => each.dependsOn ?? []);
    this.integrated = new Jp1imManager(this.desiredState, integrated.name, { ...integrated, dependsOn });
    const managers = Object.entries(lower).map(([name, manager]) => {
      const declared = new Jp1imManager(this.desiredState, name, manager);
      new LowerManager(this.integrated, `lower-${name}`, {
        host: manager.host,
        initialSecret: { issueOn: declared },
      });
      return [name, declared] as const;
    });
    this.lower = Object.fromEntries(managers);
  }

  /** The manager of that name. Throws if there is none. */
  manager(name: string): Jp1imManager {
    const manager = name === this.integrated.name ? this.integrated : this.lower[name];
    if (manager) return manager;
    const names = [this.integrated.name, ...Object.keys(this.lower)].join(", ");
    throw new Error(`the topology ${this.node.path} has no manager ${name}; it has ${names}`);
  }
}
