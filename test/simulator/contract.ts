/** Judges answers by the published contract, `schemas/manager-api.openapi.yaml`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import { parse } from "yaml";

interface ResponseObject {
  readonly $ref?: string;
  readonly "x-message-ids"?: readonly string[];
  readonly content?: { readonly "application/json": { readonly schema: object } };
}

interface Operation {
  readonly operationId: string;
  readonly "x-manual": string;
  readonly "x-permission"?: { readonly level: string; readonly resourceGroup: "*" | "agent" | "any" };
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly responses: Record<string, ResponseObject>;
}

interface Contract {
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly responses: Record<string, ResponseObject>;
    readonly schemas: Record<string, object>;
    readonly securitySchemes: Record<string, object>;
  };
  readonly "x-messages": Record<string, { readonly status: number; readonly meaning: string }>;
}

const file = join(__dirname, "../../schemas/manager-api.openapi.yaml");
export const contract: Contract = parse(readFileSync(file, "utf8"));

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(contract, "contract");
const compiled = new Map<string, ValidateFunction>();

/** What an answer breaks of the contract; empty when it keeps it. */
export function breaches(method: string, path: string, answer: { status: number; text: string }): string[] {
  const declared = responseOf(method, path, answer.status);
  // A path or a status that the API does not have still gets the error object of 5.2.6.
  if (declared === undefined)
    return schemaBreaches({ $ref: "contract#/components/schemas/ErrorBody" }, answer.text);
  const schema = declared.content?.["application/json"].schema;
  const mayBeEmpty =
    answer.status === 200 &&
    (schema === undefined || /PartialAnswer|AgentDeletion/.test(JSON.stringify(schema)));
  if (answer.text === "") return mayBeEmpty ? [] : ["the body is empty"];
  if (schema === undefined) return ["a body where none is declared"];
  return [...schemaBreaches(schema, answer.text), ...messageBreaches(declared, answer)];
}

function responseOf(method: string, path: string, status: number): ResponseObject | undefined {
  const found = contract.paths[path]?.[method.toLowerCase()]?.responses[String(status)];
  const name = found?.$ref?.split("/").at(-1);
  return name === undefined ? found : contract.components.responses[name];
}

function schemaBreaches(schema: object, text: string): string[] {
  const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"contract#/'));
  const key = JSON.stringify(local);
  const validate = compiled.get(key) ?? ajv.compile(local);
  compiled.set(key, validate);
  return validate(JSON.parse(text))
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

function messageBreaches(declared: ResponseObject, answer: { status: number; text: string }): string[] {
  const body = JSON.parse(answer.text);
  const ids: string[] =
    answer.status === 200
      ? (body.messageList ?? []).map(({ messageId }: { messageId: string }) => messageId)
      : [body.messageId];
  const allowed = declared["x-message-ids"] ?? [];
  return ids
    .filter((id) => !allowed.includes(id) && !(allowed.length === 0 && id === "KAJY00000-E"))
    .map((id) => `${id} is not declared for it`);
}
