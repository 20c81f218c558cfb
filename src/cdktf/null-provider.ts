/** The part of the null provider that we use, for the flavour without a prebuilt one. */
import { type TerraformMetaArguments, TerraformProvider, TerraformResource } from "cdktf";
import type { Construct } from "constructs";

export class NullProvider extends TerraformProvider {
  static readonly tfResourceType = "null";

  constructor(scope: Construct, id: string) {
    super(scope, id, {
      terraformResourceType: "null",
      terraformGeneratorMetadata: { providerName: "null", providerVersionConstraint: "~> 3.2" },
      terraformProviderSource: "null",
    });
  }
}

export interface NullResourceConfig extends TerraformMetaArguments {
  readonly triggers?: { [key: string]: string };
}

export class NullResource extends TerraformResource {
  static readonly tfResourceType = "null_resource";
  readonly #triggers: NullResourceConfig["triggers"];

  constructor(scope: Construct, id: string, config: NullResourceConfig) {
    const terraformGeneratorMetadata = { providerName: "null", providerVersionConstraint: "~> 3.2" };
    super(scope, id, { ...config, terraformResourceType: "null_resource", terraformGeneratorMetadata });
    this.#triggers = config.triggers;
  }

  get id(): string {
    return this.getStringAttribute("id");
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { triggers: this.#triggers };
  }
}
