const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * Whether an object somewhere in the JSON says a name twice: `JSON.parse` keeps the last one without a word, and a
 * list that is given twice would read as an empty one. `value` is what the text was parsed to. A text has a colon
 * outside its strings for each member, so that the two counts differ exactly where a member was dropped.
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
      // Twice as fast as an array of the values, and a fleet's lists come by here.
      for (const name in next) {
        members += 1;
        enter((next as { readonly [name: string]: unknown })[name]);
      }
    }
  }
  return members;
}
