import { fieldsOf, textOption } from "../../model/options";
import type { Issued } from "./sink";

/** The formats in which a sink writes an issued secret; `format` in its options. */
export const formats = ["secret", "id:secret", "json", "dotenv"] as const;

/** The declared format, or the default. */
export function formatOf(options: unknown): string {
  return textOption(options, "format") ?? formats[0];
}

/** The text that a sink delivers: the secret alone unless `format` asks for more. It is as secret as the secret. */
export function formatted({ id, secret }: Issued, options: unknown): string {
  const value = secret.reveal();
  switch (fieldsOf(options).format) {
    case "id:secret":
      return `${id}:${value}`;
    case "json":
      return `${JSON.stringify({ id, secret: value })}\n`;
    case "dotenv":
      return `JP1IM_ID=${dotenvText(id)}\nJP1IM_SECRET=${dotenvText(value)}\n`;
    default:
      return value;
  }
}

/** In single quotes, where no character is special; in double quotes with escapes if the text has single quotes. */
function dotenvText(text: string): string {
  return text.includes("'") ? `"${text.replace(/[\\"$`]/g, "\\$&")}"` : `'${text}'`;
}
