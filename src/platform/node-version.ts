/** The same as `engines` in package.json. */
export const OLDEST_NODE = [20, 19] as const;

/** Why a program does not run on this version of Node. `undefined` if it runs. */
export function nodeFault(program: string, version: string, path: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldest, least] = OLDEST_NODE;
  if (major > oldest || (major === oldest && minor >= least)) return undefined;
  return `${program} needs Node.js ${oldest}.${least} or newer: \`node\` on PATH is ${version} (${path})`;
}
