import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { stringify } from "yaml";
import type { Diagnostic } from "../model/diagnostic";
import { nestedSourceAt } from "../model/reference-types";
import type { SecretInput, SecretSource } from "./props";
import { documentSecret, type SecretVariable } from "./secret-values";

/** What one construct adds to the document of its manager. */
export interface Declaration {
  readonly construct: IConstruct;
  readonly manager: string;
  /** What YAML would have under the manager's name; keys without a value are left out. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly variables: readonly SecretVariable[];
  /** The variables that a login needs. */
  readonly loginVariables: readonly SecretVariable[];
  readonly faults: readonly Diagnostic[];
}

/** Separates a construct's props into sources, for the document, and references, for the environment. */
export class DeclarationBuilder {
  readonly #variables: SecretVariable[] = [];
  readonly #loginVariables: SecretVariable[] = [];
  readonly #faults: Diagnostic[] = [];

  constructor(
    private readonly construct: IConstruct,
    private readonly manager: string,
  ) {}

  secret(input: SecretInput, path: readonly string[], use: "login" | "value" = "value"): SecretSource {
    const { source, variable, literal } = documentSecret(input, [this.manager, ...path]);
    if (variable) this.#variables.push(variable);
    if (variable && use === "login") this.#loginVariables.push(variable);
    if (literal) {
      this.#fault(
        "literal-secret",
        `${path.join(" ")} is a secret in clear text`,
        "give it another resource's attribute, or a source such as { env: NAME }, and change it",
      );
    }
    return source;
  }

  build(content: Readonly<Record<string, unknown>>): Declaration {
    for (const place of referencesIn(content)) {
      // A text in place of a nested source would be a secret in clear text.
      const nested = nestedSourceAt(place);
      this.#fault(
        "wrong-type",
        `${place} refers to something that only Terraform knows, and the desired state is written at synth`,
        nested?.remedyAtSynth ?? "give it a text; only secrets and `environment` take references",
      );
    }
    const { construct, manager } = this;
    const variables = { variables: this.#variables, loginVariables: this.#loginVariables };
    // Leaves out the references, which the schema would report, too.
    const sound = this.#faults.some(({ code }) => code === "wrong-type") ? {} : content;
    return { construct, manager, content: sound, ...variables, faults: this.#faults };
  }

  #fault(code: Diagnostic["code"], summary: string, remedy: string): void {
    const position = { file: this.construct.node.path, line: 1, column: 1 };
    this.#faults.push({ code, severity: "error", summary, remedy, address: this.manager, position });
  }
}

/** A declaration as a separate YAML document, so that diagnostics name the construct as their file. */
export function declarationText({ manager, content }: Declaration): string {
  return stringify({ apiVersion: "jp1im/v1", managers: { [manager]: content } }, { lineWidth: 0 });
}

function* referencesIn(value: unknown, path = ""): Generator<string> {
  if (Token.isUnresolved(value)) yield path;
  else if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value))
      yield* referencesIn(each, path === "" ? key : `${path}.${key}`);
  }
}
