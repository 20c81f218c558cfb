/**
 * The manager's wire types under this project's names. The types come from `schemas/manager-api.openapi.yaml`, which
 * also has each field's limits.
 */
import type { components, paths } from "./wire.generated";

type Schemas = components["schemas"];

/** Every path of the API, from `/im/api/version` on. */
export type WirePath = keyof paths & string;

export type VersionInfo = Schemas["VersionInfo"];
export type LoginRequest = Schemas["LoginRequest"];
export type LoginAnswer = Schemas["LoginAnswer"];
export type IssuedInitialSecret = Schemas["IssuedInitialSecret"];
export type IssueClientRequest = Schemas["IssueClientRequest"];
export type IssuedClientSecret = Schemas["IssuedClientSecret"];
export type ClientList = Schemas["ClientList"];
export type DeleteClientsRequest = Schemas["DeleteClientsRequest"];
export type LowerManagerList = Schemas["LowerManagerList"];
export type AddLowerManagerRequest = Schemas["AddLowerManagerRequest"];
export type DeleteLowerManagersRequest = Schemas["DeleteLowerManagersRequest"];
/** A 200 with warnings: the request failed for the hosts in `errhostlist`. */
export type PartialAnswer = Schemas["PartialAnswer"];
export type AgentsList = Schemas["AgentList"];
export type WireAgent = Schemas["Agent"];
export type AgentReference = Schemas["AgentReference"];
/** A 200 with warnings: the agents in its lists were not fully deleted. */
export type AgentDeletion = Schemas["AgentDeletion"];
export type AgentSecretsList = Schemas["AgentSecretsList"];
export type SecretsChange = Schemas["SecretsChange"];
/** One entry of a `messageList`. */
export type WarningMessage = Schemas["Warning"];
export type ErrorBody = Schemas["ErrorBody"];
