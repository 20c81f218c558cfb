import { stringify } from "yaml";
import { visibleJson } from "../model/visible";

/** A document as YAML text. Every text in it stands in double quotes, so that each reader takes it for a text. */
export function yamlText(document: object): string {
  const quoted = { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN", lineWidth: 0 } as const;
  return visibleJson(stringify(document, { ...quoted, aliasDuplicateObjects: false }));
}
