import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  Annotations,
  App,
  Aspects,
  Fn,
  type ISynthesisSession,
  type ITerraformDependable,
  ref,
  TerraformProvider,
  TerraformStack,
  Token,
} from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { stringify } from "yaml";
import { checkTexts, type NamedText } from "../config/check-texts";
import type { Declaration } from "./declaration";
import { type DesiredDocument, desiredDocument } from "./desired-document";
import { type Duty, ManagerResources, type Provisioning } from "./manager-resources";
import { NullProvider } from "./null-binding";
import { commandOf, type RunnerProps, terraformPath, workingFolderOf } from "./runner";
import { referenceDigest, type SecretVariable } from "./secret-values";
import { diagnosticText } from "./synthesis-error";
import { readYamlFiles } from "./yaml-files";

export interface DesiredStateProps extends RunnerProps {
  /** YAML files and folders; relative paths start at the working folder. */
  readonly files?: string | readonly string[];
}

/** Folder beside `cdk.tf.json`, for the document and the reports. */
const FOLDER = "jp1im";

/** Both flavours use this symbol; cdktf writes its own assets this way. */
const CUSTOM_SYNTHESIS = Symbol.for("cdktf/customSynthesis");

/**
 * The desired state of one or more managers: what the constructs below it and YAML files declare, merged by manager
 * name. The synth writes it beside the stack and gives every manager resources that reconcile it.
 */
export class DesiredState extends Construct {
  readonly #props: RunnerProps;
  readonly #declarations: Declaration[] = [];
  readonly #files: NamedText[] = [];
  readonly #resources = new Map<string, ManagerResources>();
  readonly #dependencies = new Map<string, ITerraformDependable[]>();
  readonly #warned = new Set<string>();
  #document: { readonly of: number; readonly made: DesiredDocument } | undefined;
  #outdir: string | undefined;

  constructor(scope: Construct, id: string, props: DesiredStateProps = {}) {
    super(scope, id);
    this.#props = props;
    Aspects.of(this).add({ visit: (node) => this.#visit(node) });
    Object.defineProperty(this, CUSTOM_SYNTHESIS, {
      value: { onSynthesize: (session: ISynthesisSession) => this.#write(session) },
    });
    if (props.files !== undefined) this.addYaml(props.files);
  }

  /** A desired state from YAML files and folders. Constructs below it may add to what these declare. */
  static fromYaml(
    scope: Construct,
    id: string,
    files: string | readonly string[],
    props: RunnerProps = {},
  ): DesiredState {
    return new DesiredState(scope, id, { ...props, files });
  }

  /** The desired state above a construct, else that of its stack, which is created if missing. */
  static of(construct: IConstruct): DesiredState {
    const above = construct.node.scopes.reverse().find((each) => each instanceof DesiredState);
    if (above instanceof DesiredState) return above;
    const stack = TerraformStack.of(construct);
    const states = stack.node.findAll().filter((each) => each instanceof DesiredState);
    if (states.length > 1) {
      throw new Error(
        `the stack ${stack.node.id} has ${states.length} desired states, and ${construct.node.path} is below none of them: create it below the one it belongs to`,
      );
    }
    const [only] = states;
    return only instanceof DesiredState ? only : new DesiredState(stack, "jp1im");
  }

  /** Adds what YAML files and folders declare. Throws a `SynthesisError` for a file that cannot be read. */
  addYaml(files: string | readonly string[]): this {
    const read = readYamlFiles([files].flat(), workingFolderOf(this.#props));
    // A file that is named twice counts once.
    const known = new Set(this.#files.map(placeOf));
    const texts = read.filter((text) => !known.has(placeOf(text)) && known.add(placeOf(text)));
    this.#files.push(...texts);
    for (const document of checkTexts(texts).documents.flat()) {
      for (const name of managerNames(document)) this.resourcesOf(name);
    }
    return this;
  }

  /** Adds what a construct declares. */
  declare(declaration: Declaration): void {
    this.#declarations.push(declaration);
    this.resourcesOf(declaration.manager);
  }

  /** Makes the resources of a manager wait for something. */
  addDependencies(manager: string, dependencies: readonly ITerraformDependable[]): void {
    this.#dependencies.set(manager, [...(this.#dependencies.get(manager) ?? []), ...dependencies]);
  }

  /** The resources that reconcile a manager. */
  resourcesOf(manager: string): ManagerResources {
    const known = this.#resources.get(manager);
    if (known) return known;
    const below = this.node.tryFindChild("managers") ?? new Construct(this, "managers");
    const resources = new ManagerResources(below as Construct, manager, this.#props.runner, {
      triggers: () => this.#triggers(manager),
      provisioning: (duty, change) => this.#provisioning(manager, duty, change),
      after: () => this.#after(manager),
      dependencies: () => this.#dependencies.get(manager) ?? [],
    });
    this.#resources.set(manager, resources);
    return resources;
  }

  /** A path in props as an expression of Terraform. */
  terraformPath(path: string): string {
    const { absolute, fromStack } = terraformPath(path, this.#props, this.#stackFolder());
    return absolute ?? Fn.join("/", [Token.asString(ref("path.module")), fromStack]);
  }

  get #made(): DesiredDocument {
    const size = this.#declarations.length + this.#files.length;
    if (this.#document?.of !== size) {
      const made = desiredDocument(this.#declarations, this.#files, workingFolderOf(this.#props));
      this.#document = { of: size, made };
    }
    return this.#document.made;
  }

  #triggers(manager: string): Record<string, string> {
    const { revision, reconcile, digestKey = this.node.path } = this.#props;
    const variables = this.#declarations
      .filter((each) => each.manager === manager)
      .flatMap((each) => each.variables);
    return {
      ...this.#made.triggers.get(manager),
      ...(variables.length > 0 && { references: referenceDigest(digestKey, variables) }),
      ...(revision !== undefined && { revision }),
      ...(reconcile === "always" && { always: `\${timestamp()}` }),
    };
  }

  #provisioning(manager: string, duty: Duty, change: string): Provisioning {
    const given = Object.entries(this.#props.environment ?? {});
    // A destroy provisioner may refer only to itself.
    const environment =
      duty === "destroy"
        ? given.filter(([, value]) => !isReference(value))
        : [...given, ...this.#variablesOf(manager).map(({ name, value }) => [name, value] as const)];
    return {
      ...commandOf(this.#run(manager, duty, change), this.#props, this.#stackFolder()),
      environment: Object.fromEntries(environment),
    };
  }

  #run(manager: string, duty: Duty, change: string) {
    const mode = duty === "destroy" ? duty : "apply";
    return {
      mode,
      manager,
      change: duty === "apply" ? change : undefined,
      after: duty === "settle" ? change : undefined,
      document: `${FOLDER}/${this.#name}.yaml`,
      report: `${FOLDER}/${this.#name}.${manager}.${mode}.json`,
      declaresState: this.#made.document.state !== undefined,
    } as const;
  }

  /** The references of a manager, and those for the logins at managers on which it issues initial secrets. */
  #variablesOf(manager: string): SecretVariable[] {
    const issuers = this.#made.issuers.get(manager) ?? [];
    const variables = this.#declarations.flatMap((each) => {
      if (each.manager === manager) return each.variables;
      return issuers.includes(each.manager) ? each.loginVariables : [];
    });
    return variables;
  }

  /** A manager comes after those that issue its initial secret, so that the secret it delivers is the last one. */
  #after(manager: string): ManagerResources[] {
    const { issuers } = this.#made;
    const before = [...issuers].filter(([name, on]) => name !== manager && on.includes(manager));
    return before.map(([name]) => this.resourcesOf(name));
  }

  /** Unique in the stack; used as a file name. */
  get #name(): string {
    const stack = TerraformStack.of(this);
    const ids = this.node.scopes.slice(this.node.scopes.indexOf(stack) + 1).map(({ node }) => node.id);
    return ids.join("-").replace(/[^A-Za-z0-9._-]+/g, "-");
  }

  #stackFolder(): string {
    const stack = TerraformStack.of(this);
    const { manifest, outdir } = App.of(this);
    return join(this.#outdir ?? outdir, manifest.forStack(stack).workingDirectory);
  }

  /** Runs at synth before anything is rendered: an error ends the synth here. */
  #visit(node: IConstruct): void {
    if (node !== this) return;
    for (const warning of this.#made.warnings) this.#warn(warning.position?.file, diagnosticText(warning));
    for (const declaration of this.#declarations) this.#warnOfDestroy(declaration);
    if (this.#props.runner !== "terraform_data") this.#requireProvider();
  }

  #warnOfDestroy({ construct, loginVariables }: Declaration): void {
    for (const { name } of loginVariables) {
      this.#warn(
        construct.node.path,
        `the credentials of this manager are a reference, which Terraform withholds at destroy: set ${name} in the environment of terraform destroy, or give a source such as { env: NAME }`,
      );
    }
  }

  #warn(path: string | undefined, text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    const construct = this.#declarations.find((each) => each.construct.node.path === path)?.construct;
    Annotations.of(construct ?? this).addWarning(text);
  }

  #requireProvider(): void {
    const stack = TerraformStack.of(this);
    const isThere = stack.node
      .findAll()
      .some((each) => TerraformProvider.isTerraformProvider(each) && each.terraformResourceType === "null");
    if (isThere) return;
    new NullProvider(stack, "null");
    // The prebuilt provider requires exactly the release that it was generated from.
    stack.addOverride("terraform.required_providers.null.version", "~> 3.2");
  }

  #write({ outdir, manifest }: ISynthesisSession): void {
    this.#outdir = outdir;
    const stack = TerraformStack.of(this);
    const folder = join(outdir, manifest.forStack(stack).workingDirectory, FOLDER);
    mkdirSync(folder, { recursive: true });
    const text = stringify(this.#made.document, { lineWidth: 0, aliasDuplicateObjects: false });
    writeFileSync(
      join(folder, `${this.#name}.yaml`),
      `# Written at synth by ${this.node.path}; relative paths start at its working folder.\n${text}`,
    );
  }
}

function isReference(value: string): boolean {
  return Token.isUnresolved(value) || value.includes("${");
}

function placeOf({ file, folder }: NamedText): string {
  return join(folder, basename(file));
}

function managerNames(document: unknown): string[] {
  if (typeof document !== "object" || document === null || !("managers" in document)) return [];
  const { managers } = document;
  return typeof managers === "object" && managers !== null ? Object.keys(managers) : [];
}
