import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import type { DesiredState } from "../../model/desired-state";

/**
 * The folder that a checkout of the desired state moves as a whole: the one that the state's folder lies in where all inputs
 * are below it, else the deepest one above all inputs. In whatever order, and from wherever, they are named.
 */
export function projectFolder({ inputs }: DesiredState, stateFolder: string, cwd: string): string {
  const folders = inputs
    .filter(({ path }) => path !== "<stdin>")
    .map(({ path }) => dirname(resolve(cwd, path)));
  const beside = dirname(stateFolder);
  if (folders.every((folder) => isWithin(folder, beside))) return beside;
  const [first = cwd] = folders;
  let common = first;
  while (!folders.every((folder) => isWithin(folder, common))) common = dirname(common);
  return common;
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
