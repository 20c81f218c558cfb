/** Strings, keys with their colon, and words without quotes of a YAML mapping in braces. */
const TOKEN = /"(?:[^"\\]|\\.)*"|([A-Za-z]\w*): |([^\s{}[\],"]+)/g;

/** A YAML mapping in braces, in which all but plain words is JSON, as Terraform's language writes it. */
export function hclOfFlow(flow: string): string {
  return flow.replace(TOKEN, (token: string, key?: string, word?: string) => {
    if (key !== undefined) return `${key} = `;
    if (word === undefined) return hclText(JSON.parse(token));
    return /^(true|false|null|\d+)$/.test(word) ? word : hclText(word);
  });
}

/** A string without templates in it. */
export function hclText(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, "$&$&");
}
