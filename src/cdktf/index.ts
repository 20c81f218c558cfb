/** Constructs that put JP1/IM managers into a Terraform configuration written in TypeScript. */
export { type AgentProps, AgentSecrets, type AgentSecretsProps } from "./agent-secrets";
export { DesiredState, type DesiredStateProps } from "./desired-state";
export { ImClient, type ImClientProps } from "./im-client";
export { InitialSecret, type InitialSecretProps } from "./initial-secret";
export { JP1Topology, type JP1TopologyProps } from "./jp1-topology";
export { type DeclarationProps, Jp1imManager, type Jp1imManagerProps } from "./jp1im-manager";
export { LowerManager, type LowerManagerProps } from "./lower-manager";
export type {
  AuthProps,
  FreezeProps,
  PolicyProps,
  SecretInput,
  SecretSink,
  SecretSource,
  SettingInput,
  TlsProps,
} from "./props";
export type { RunnerProps } from "./runner";
export { SynthesisError } from "./synthesis-error";
