import { Fn, TerraformOutput } from "cdktf";
import { Construct } from "constructs";
import { idOfGeneration } from "../model/id-template";
import { sinkTypes } from "../model/reference-types";
import { type DeclarationProps, Jp1imManager } from "./jp1im-manager";
import type { SecretSink } from "./props";

export interface ImClientProps extends DeclarationProps {
  /** 1-280 printable ASCII characters without `:`. Default: the construct's ID. */
  readonly clientId?: string;
  /**
   * Instead of `clientId`: the ID of each generation, such as `fluentd-{generation}`. Raising the generation then
   * issues a client beside the old one, which is deleted when the overlap (`7d`) is over.
   */
  readonly idTemplate?: string;
  readonly overlap?: string;
  /** Raise it to rotate: the client is deleted and issued again, or with `idTemplate` issued beside the old one. */
  readonly generation?: number;
  /** Age, such as `90d`, from which plans report it as due for rotation. */
  readonly rotateAfter?: string;
  readonly deliverTo: SecretSink | readonly SecretSink[];
}

/** An IM client whose secret is issued and delivered (manual 3.7.2). */
export class ImClient extends Construct {
  /** The ID of the present generation. */
  readonly clientId: string;
  readonly manager: Jp1imManager;
  readonly #deliverTo: ImClientProps["deliverTo"];

  constructor(scope: Construct, id: string, props: ImClientProps) {
    super(scope, id);
    const { clientId = id, idTemplate, overlap, generation, rotateAfter, deliverTo } = props;
    this.clientId = idTemplate === undefined ? clientId : idOfGeneration(idTemplate, generation ?? 1);
    this.#deliverTo = deliverTo;
    this.manager = Jp1imManager.of(this, props);
    this.manager.declare(this, () => ({
      clients: [
        {
          id: idTemplate === undefined ? clientId : undefined,
          ...{ idTemplate, overlap, generation, rotateAfter, deliverTo },
        },
      ],
    }));
  }

  /**
   * The issued secret, marked sensitive. Terraform reads it from the delivered file after the manager was reconciled,
   * and stores in its state every value that uses it. Throws if the secret is not delivered to a plain file.
   */
  get secret(): string {
    const path = this.#deliveredFile();
    const { desiredState, name } = this.manager;
    const { id } = desiredState.resourcesOf(name).settle;
    // The ID, and with it the path, is unknown until the run has ended, so Terraform reads the file afterwards.
    const later = Fn.replace(id, id, "");
    return Fn.sensitive(Fn.try([Fn.file(Fn.join("", [desiredState.terraformPath(path), later])), ""]));
  }

  /** An output with the issued secret, marked sensitive. Its value is in the Terraform state. */
  secretOutput(id = "secret"): TerraformOutput {
    return new TerraformOutput(this, id, { value: this.secret, sensitive: true });
  }

  #deliveredFile(): string {
    for (const sink of [this.#deliverTo].flat()) {
      for (const [type, options] of Object.entries(sink)) {
        const path = sinkTypes.get(type)?.plainFile?.(options);
        if (path !== undefined) return path;
      }
    }
    throw new Error(
      `the secret of ${this.node.path} is delivered to no plain file, so there is nothing to read: add { file: PATH } to \`deliverTo\``,
    );
  }
}
