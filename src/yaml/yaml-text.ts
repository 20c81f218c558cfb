/** Writes plain data as YAML 1.2 text. */
import { visible, visibleJson } from "../model/visible";

export type YamlValue = string | number | boolean | null | readonly YamlValue[] | YamlMap;
export interface YamlMap {
  readonly [key: string]: YamlValue;
}

const PLAIN = /^[A-Za-z_][A-Za-z0-9_./-]*$/;
/** Texts that some YAML reader, of any version, does not take as a string. */
const NO_TEXT = /^(true|false|yes|no|on|off|null|nan|inf|y|n)$/i;
/** A key must end within 1,024 characters of its line, or be marked as one (YAML 1.2, 8.2.2). */
const LONGEST_KEY = 1000;

/** Quoted so that every YAML reader takes it as this text; all JSON strings are YAML. */
export function yamlText(text: string): string {
  return PLAIN.test(text) && !NO_TEXT.test(text) ? text : visibleJson(JSON.stringify(text));
}

/** A value in one line: `{ env: NAME }`. */
export function yamlFlow(value: YamlValue): string {
  if (typeof value === "string") return yamlText(value);
  if (isList(value)) return `[${value.map(yamlFlow).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${yamlText(key)}: ${yamlFlow(inner)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** One entry of a block mapping, without its indentation on the first line. */
export function yamlEntry(key: string, value: YamlValue, indent: string): string {
  const text = yamlText(key);
  return text.length > LONGEST_KEY
    ? `? ${text}\n${indent}: ${yamlFlow(value)}\n`
    : `${text}: ${yamlFlow(value)}\n`;
}

/** A comment line; characters that could end it are made visible. */
export function yamlComment(text: string): string {
  return `# ${visible(text)}\n`;
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}
