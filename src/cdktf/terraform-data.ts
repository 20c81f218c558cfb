import { type TerraformMetaArguments, TerraformResource } from "cdktf";
import type { Construct } from "constructs";

export interface TerraformDataConfig extends TerraformMetaArguments {
  readonly triggersReplace: { [key: string]: string };
}

/**
 * `terraform_data`, built into Terraform. The one of cdktf itself asks the Terraform binary for its version at each
 * synth.
 */
export class TerraformData extends TerraformResource {
  readonly #triggersReplace: TerraformDataConfig["triggersReplace"];

  constructor(scope: Construct, id: string, config: TerraformDataConfig) {
    super(scope, id, {
      ...config,
      terraformResourceType: "terraform_data",
      terraformGeneratorMetadata: { providerName: "terraform" },
    });
    this.#triggersReplace = config.triggersReplace;
  }

  get id(): string {
    return this.getStringAttribute("id");
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { triggers_replace: this.#triggersReplace };
  }
}
