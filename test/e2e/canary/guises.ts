const known = new Map<string, ReadonlyMap<string, string>>();

/** A secret in every form in which it may turn up in a text, by the form's name. */
export function guisesOf(secret: string): ReadonlyMap<string, string> {
  const guises = known.get(secret) ?? makeGuises(secret);
  known.set(secret, guises);
  return guises;
}

function makeGuises(secret: string): ReadonlyMap<string, string> {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const url = encodeURIComponent(secret);
  const guises = new Map([
    ["raw", secret],
    ["json", json],
    ["json in json", JSON.stringify(json).slice(1, -1)],
    [
      "json with escapes only",
      [...secret].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
    ],
    ["url", url],
    ["url in lower case", url.replace(/%../g, (sign) => sign.toLowerCase())],
    ["form", url.replaceAll("%20", "+")],
    ["html", html(secret, { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })],
    [
      "html with every sign",
      html(secret, { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "/": "&#x2F;" }),
    ],
    ["html as reports have it", secret.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)],
    ["html with numbers", secret.replace(/[^a-z0-9]/gi, (c) => `&#${c.charCodeAt(0)};`)],
    ["hex", bytes.toString("hex")],
    ["hex in capitals", bytes.toString("hex").toUpperCase()],
  ]);
  for (const offset of [0, 1, 2]) {
    const aligned = base64At(bytes, offset);
    guises.set(`base64 at ${offset}`, aligned);
    guises.set(`base64url at ${offset}`, aligned.replaceAll("+", "-").replaceAll("/", "_"));
  }
  // A secret of letters and digits alone looks the same in several forms: one of them is enough to search for.
  return new Map(
    [...new Map([...guises].reverse().map(([name, guise]) => [guise, name]))].map(([guise, name]) => [
      name,
      guise,
    ]),
  );
}

/** The characters of base64 that depend on `bytes` alone when `offset` unknown bytes come before, and any after. */
function base64At(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(3)]).toString("base64");
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

function html(text: string, entities: Readonly<Record<string, string>>): string {
  return text.replace(/[&<>"'/]/g, (c) => entities[c] ?? c);
}

/** Every secret found in `text`, with its form; `secrets` are by name. */
export function leaksIn(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    [...guisesOf(secret)].filter(([, guise]) => text.includes(guise)).map(([guise]) => `${name} (${guise})`),
  );
}
