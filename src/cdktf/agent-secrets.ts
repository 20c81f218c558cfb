import { Construct } from "constructs";
import { type DeclarationProps, Jp1imManager } from "./jp1im-manager";
import type { SecretInput } from "./props";

/** One agent by its exact host, or the agents of the live list that a selector matches. */
export type AgentProps =
  | { readonly host: string; readonly managerHost?: string }
  | {
      /** A host-name pattern with `*` and `?`. */
      readonly match: string;
      readonly managerHost?: string;
      readonly os?: string;
      /** Add-ons that the agent must have, enabled. */
      readonly addons?: readonly string[];
    };

export type AgentSecretsProps = DeclarationProps &
  AgentProps & {
    /** By key: up to 1,000 keys of 1-1,024 printable ASCII characters. */
    readonly secrets: Readonly<Record<string, SecretInput>>;
  };

/** Secrets of integrated agents (manual 7.2.5). */
export class AgentSecrets extends Construct {
  constructor(scope: Construct, id: string, props: AgentSecretsProps) {
    super(scope, id);
    const { secrets, manager: _manager, ...agent } = props;
    const path = Object.values(agent).flat().map(String);
    Jp1imManager.of(this, props).declare(this, (builder) => {
      const sources = Object.entries(secrets).map(([key, input]) => [
        key,
        builder.secret(input, [...path, key]),
      ]);
      return { agents: [{ ...agent, secrets: Object.fromEntries(sources) }] };
    });
  }
}
