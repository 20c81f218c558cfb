/** Strings, keys with their colon, and words without quotes of a YAML mapping in braces. */
const TOKEN = /"(?:[^"\\]|\\.)*"|([A-Za-z]\w*): |([^\s{}[\],"]+)/g;

/** Converts a YAML mapping in braces to HCL. The mapping must be JSON, but may have words without quotes. */
export function hclOfFlow(flow: string): string {
  return flow.replace(TOKEN, (token: string, key?: string, word?: string) => {
    if (key !== undefined) return `${key} = `;
    if (word === undefined) return hclText(JSON.parse(token));
    return /^(true|false|null|\d+)$/.test(word) ? word : hclText(word);
  });
}

/** A quoted string in which `${` and `%{` are escaped. */
export function hclText(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, "$&$&");
}
