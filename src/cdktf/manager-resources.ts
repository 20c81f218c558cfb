import { dependable, type IResolvable, type ITerraformDependable, Lazy, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { NullResource } from "./null-binding";
import type { RunnerProps } from "./runner";
import { TerraformData } from "./terraform-data";

/** The parts of a provisioner; complete when everything is declared. */
export interface Provisioning {
  readonly interpreter: string[];
  readonly command: string;
  readonly environment: Readonly<Record<string, string | IResolvable>>;
}

/** What a provisioner does: `settle` applies again only if the apply before it did not end. */
export type Duty = "apply" | "settle" | "destroy";

/** What the synth makes the three resources of a manager from. */
export interface ManagerParts {
  triggers(): Readonly<Record<string, string>>;
  /** `change` is the ID of the resource that triggered it, as a Terraform expression. */
  provisioning(duty: Duty, change: string): Provisioning;
  after(): readonly ManagerResources[];
  dependencies(): readonly ITerraformDependable[];
}

/** The ID of the resource whose provisioner it is. */
const SELF = `\${self.id}`;

/**
 * The three resources of one manager. Terraform replaces a resource whose trigger changed, which runs its destroy
 * provisioner. So only the anchor, whose triggers never change, has a destroy provisioner.
 *
 * Terraform counts a resource as created before its provisioner has run, and may have stored that when it is killed.
 * It creates `settle` only after the apply has ended; if `settle` is missing, the next apply checks the manager.
 */
export class ManagerResources extends Construct {
  readonly anchor: TerraformResource;
  readonly change: TerraformResource & { readonly id: string };
  /** Resources that depend on the manager must wait for this one. */
  readonly settle: TerraformResource & { readonly id: string };

  constructor(scope: Construct, manager: string, runner: RunnerProps["runner"], parts: ManagerParts) {
    super(scope, manager);
    const others = (pick: (resources: ManagerResources) => TerraformResource) => () => [
      ...parts.after().map((each) => dependable(pick(each))),
      ...parts.dependencies().map(dependable),
    ];
    const create = runner === "terraform_data" ? createData : createNull;
    this.anchor = create(this, "anchor", {
      triggers: asMap(() => ({ manager })),
      provisioner: provisionerOf("destroy", () => parts.provisioning("destroy", SELF)),
      dependsOn: others(({ anchor }) => anchor),
    });
    this.change = create(this, "change", {
      triggers: asMap(() => parts.triggers()),
      provisioner: provisionerOf(undefined, () => parts.provisioning("apply", SELF)),
      dependsOn: () => [dependable(this.anchor), ...others(({ settle }) => settle)()],
    });
    const { id } = this.change;
    this.settle = create(this, "settle", {
      triggers: asMap(() => ({ change: id })),
      provisioner: provisionerOf(undefined, () => parts.provisioning("settle", id)),
      dependsOn: () => [dependable(this.change)],
    });
  }
}

interface ResourceParts {
  readonly triggers: { [key: string]: string };
  readonly provisioner: ReturnType<typeof provisionerOf>;
  readonly dependsOn: () => string[];
}

function createNull(scope: Construct, id: string, { triggers, provisioner, dependsOn }: ResourceParts) {
  const resource = new NullResource(scope, id, { triggers, provisioners: [provisioner] });
  resource.dependsOn = Lazy.listValue({ produce: dependsOn }, { omitEmpty: true });
  return resource;
}

function createData(scope: Construct, id: string, { triggers, provisioner, dependsOn }: ResourceParts) {
  const resource = new TerraformData(scope, id, { triggersReplace: triggers, provisioners: [provisioner] });
  resource.dependsOn = Lazy.listValue({ produce: dependsOn }, { omitEmpty: true });
  return resource;
}

function provisionerOf(when: "destroy" | undefined, parts: () => Provisioning) {
  return {
    type: "local-exec",
    ...(when && { when }),
    interpreter: Lazy.listValue({ produce: () => parts().interpreter }),
    command: Lazy.stringValue({ produce: () => parts().command }),
    environment: asMap(() => parts().environment),
  } as const;
}

/** A lazy map that is known at synth; cdktf has no type for it. */
function asMap(produce: () => Readonly<Record<string, unknown>>): { [key: string]: string } {
  return Lazy.anyValue({ produce }, { omitEmptyArray: true }) as unknown as { [key: string]: string };
}
