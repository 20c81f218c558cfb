import {
  Lazy,
  TerraformDataSource,
  type TerraformMetaArguments,
  TerraformProvider,
  TerraformResource,
  Tokenization,
} from "cdktf";
import type { Construct } from "constructs";
import { version } from "../../version";
import { isMapping, type Mapping } from "../mapping";

/** The names of attributes, and those of nested attributes. */
export type AttributeNames = readonly (string | { readonly name: string; readonly nested: AttributeNames })[];

const [major, minor] = version.split(".");

/** Later releases of the same major version fit; Terraform accepts a pre-release only by its exact name. */
const terraformGeneratorMetadata = {
  providerName: "jp1im",
  providerVersionConstraint: version.includes("-") ? version : `~> ${major}.${minor}`,
};

/** A resource of the provider, as the generated classes declare it. */
export abstract class ProviderResource extends TerraformResource {
  readonly #attributes: Mapping;

  constructor(scope: Construct, id: string, type: string, names: AttributeNames, config: object) {
    super(scope, id, {
      ...metaArguments(config, names),
      terraformResourceType: type,
      terraformGeneratorMetadata,
    });
    this.#attributes = attributesOf(config, names);
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { ...this.#attributes };
  }

  protected override synthesizeHclAttributes(): { [name: string]: unknown } {
    return hclOf(this.#attributes);
  }
}

/** A data source of the provider. */
export abstract class ProviderDataSource extends TerraformDataSource {
  readonly #attributes: Mapping;

  constructor(scope: Construct, id: string, type: string, names: AttributeNames, config: object) {
    super(scope, id, {
      ...metaArguments(config, names),
      terraformResourceType: type,
      terraformGeneratorMetadata,
    });
    this.#attributes = attributesOf(config, names);
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { ...this.#attributes };
  }

  protected override synthesizeHclAttributes(): { [name: string]: unknown } {
    return hclOf(this.#attributes);
  }
}

/** The provider block itself. */
export abstract class ProviderBlock extends TerraformProvider {
  readonly #attributes: Mapping;
  #alias: string | undefined;

  constructor(scope: Construct, id: string, names: AttributeNames, config: { readonly alias?: string }) {
    super(scope, id, {
      terraformResourceType: "jp1im",
      terraformProviderSource: "jp1im/jp1im",
      terraformGeneratorMetadata,
    });
    this.#attributes = attributesOf(config, names, (value) =>
      // cdktf would turn all keys of a provider block into snake case; the keys of a source must stay as they are.
      Lazy.anyValue({ produce: () => value }),
    );
    this.#alias = config.alias;
  }

  override get alias(): string | undefined {
    return this.#alias;
  }

  override set alias(alias: string | undefined) {
    this.#alias = alias;
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { ...this.#attributes };
  }

  protected override synthesizeHclAttributes(): { [name: string]: unknown } {
    return hclOf(this.#attributes);
  }
}

/**
 * Everything that is not an attribute of the resource is for Terraform itself: `dependsOn`, `provider`, `lifecycle`
 * and so on.
 */
function metaArguments(config: object, names: AttributeNames): TerraformMetaArguments {
  const own = new Set(names.map((each) => propertyOf(nameOf(each))));
  return Object.fromEntries(Object.entries(config).filter(([property]) => !own.has(property)));
}

/** The given attributes by name; `keep` handles each object whose keys are the user's own. */
function attributesOf(
  config: object,
  names: AttributeNames,
  keep: (value: Mapping) => unknown = (value) => value,
): Mapping {
  const given: Mapping = { ...config };
  const entries = names.map((each) => {
    const value = given[propertyOf(nameOf(each))];
    if (!isPlain(value)) return [nameOf(each), value];
    return [nameOf(each), typeof each === "string" ? keep(value) : attributesOf(value, each.nested)];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function nameOf(attribute: AttributeNames[number]): string {
  return typeof attribute === "string" ? attribute : attribute.name;
}

/** `rotateAfter` of `rotate_after`. */
function propertyOf(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function isPlain(value: unknown): value is Mapping {
  return isMapping(value) && !Tokenization.isResolvable(value);
}

/** For stacks that are synthesised as HCL: cdktf needs to know how to write each value. */
function hclOf(attributes: Mapping): { [name: string]: unknown } {
  const entries = Object.entries(attributes).map(([name, value]) => {
    return [name, { value, isBlock: false, ...hclType(value) }];
  });
  return Object.fromEntries(entries);
}

function hclType(value: unknown): { readonly type: string; readonly storageClassType: string } {
  if (Array.isArray(value)) {
    const areTexts = value.every((each) => typeof each === "string");
    return areTexts
      ? { type: "list", storageClassType: "stringList" }
      : { type: "any", storageClassType: "any" };
  }
  if (typeof value === "object") return { type: "map", storageClassType: "anyMap" };
  return { type: "simple", storageClassType: typeof value };
}
