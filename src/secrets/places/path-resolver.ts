import { isAbsolute, relative, resolve, sep } from "node:path";
import type { PlacePath } from "../../model/sink-place";
import type { FileSystem } from "../../platform/file-system";
import { realPath } from "../../platform/real-path";
import { pathFrom } from "../path-from";

/** Resolves paths of the desired state, also relative to the project's folder. */
export class PathResolver {
  readonly #fileSystem: FileSystem;
  readonly #project: string;
  #realProject: Promise<string> | undefined;

  /** `project`: the absolute folder that a checkout of the desired state moves as a whole. */
  constructor(fileSystem: FileSystem, project: string) {
    this.#fileSystem = fileSystem;
    this.#project = resolve(project);
  }

  /** The absolute path of a recorded path in this checkout. */
  absoluteOf({ inProject, absolute }: PlacePath): string {
    return inProject === undefined ? absolute : resolve(this.#project, inProject);
  }

  /** `spelled` is relative to `folder` unless it is absolute. */
  async resolve(folder: string, spelled: string): Promise<PlacePath> {
    const path = resolve(pathFrom(folder, spelled));
    const absolute = await realPath(this.#fileSystem, path);
    this.#realProject ??= realPath(this.#fileSystem, this.#project);
    const way = relative(await this.#realProject, absolute);
    // A relative path that leaves the project without a symlink, as `../out/x`, also moves with the checkout.
    const isPlain = !isAbsolute(spelled) && relative(this.#project, path) === way;
    const inProject = isBelow(way) || isPlain ? way.split(sep).join("/") : undefined;
    return { absolute, inProject };
  }
}

function isBelow(way: string): boolean {
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
