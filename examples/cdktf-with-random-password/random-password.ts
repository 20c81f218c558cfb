import { TerraformProvider, TerraformResource } from "cdktf";
import type { Construct } from "constructs";

const generator = { providerName: "random", providerVersionConstraint: "~> 3.6" };

/** As much of hashicorp/random as the example uses; `cdktf get` or `@cdktf/provider-random` give all of it. */
export class RandomProvider extends TerraformProvider {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      terraformResourceType: "random",
      terraformGeneratorMetadata: generator,
      terraformProviderSource: "random",
    });
  }
}

/** A password that is drawn once and kept, in clear text, in the Terraform state. */
export class RandomPassword extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    private readonly length: number,
  ) {
    super(scope, id, { terraformResourceType: "random_password", terraformGeneratorMetadata: generator });
  }

  get result(): string {
    return this.getStringAttribute("result");
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    // A manager takes printable ASCII.
    return { length: this.length, special: false };
  }
}
