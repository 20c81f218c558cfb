const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * Whether an object in the JSON has a name twice: `JSON.parse` silently keeps the last one, so of a list that is
 * given twice the first would be lost. `value` is what the text was parsed to. A text has one colon outside its
 * strings for each member, so the two counts differ exactly when the parser dropped a member.
 */
export function repeatsName(json: Buffer, value: unknown): boolean {
  return countColons(json) !== countMembers(value);
}

function countColons(json: Buffer): number {
  let colons = 0;
  let inString = false;
  for (let index = 0; index < json.length; index += 1) {
    const byte = json[index];
    if (byte === QUOTE) inString = !inString;
    else if (inString) index += byte === BACKSLASH ? 1 : 0;
    else if (byte === COLON) colons += 1;
  }
  return colons;
}

/** Without recursion: an answer may nest as deep as it is long. */
function countMembers(value: unknown): number {
  let members = 0;
  const open: object[] = [];
  const enter = (each: unknown) => {
    if (typeof each === "object" && each !== null) open.push(each);
  };
  enter(value);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) next.forEach(enter);
    else {
      // Twice as fast as an array of the values; the lists of a large fleet pass through here.
      for (const name in next) {
        members += 1;
        enter((next as { readonly [name: string]: unknown })[name]);
      }
    }
  }
  return members;
}
