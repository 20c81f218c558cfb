/** Records what is at every place, as secrets and files are added one after the other. */

import { dirname, relative, sep } from "node:path";
import type { DesiredManager, SinkReference, StateSettings } from "../../model/desired-state";
import type { Diagnostic, SourcePosition } from "../../model/diagnostic";
import type { SinkPlace } from "../../model/sink-place";
import { sinksIn } from "../../model/sinks-in";
import { foldedName, isCaseInsensitive } from "../../platform/case-insensitive";
import type { FileSystem } from "../../platform/file-system";
import { realPath } from "../../platform/real-path";
import { namesFolder } from "../path-from";
import { spelledFile } from "../sink-file-paths";
import type { PlaceContext } from "../sinks/sink";
import { sinks } from "../sinks/sinks";
import { sources } from "../sources/sources";
import type { FileRead, SourceRead } from "./files-read";
import { PathResolver } from "./path-resolver";

export interface PlacesToCheck {
  readonly managers: readonly DesiredManager[];
  /** The place of the state, whose login has sources, too. */
  readonly state?: StateSettings | undefined;
  /** Absolute paths of the desired state's own files. */
  readonly inputs: readonly string[];
  /** Further files that no secret may replace. */
  readonly others?: readonly FileRead[];
  /** Whether a new file at an absolute path without symlinks would be read as desired state. */
  readonly isInput?: (path: string) => boolean;
  /** Absolute folder of the state, existing or not. */
  readonly stateFolder?: string | undefined;
  /** Whether an absolute folder without symlinks holds a state, of this project or another one. */
  readonly holdsState?: (folder: string) => Promise<boolean>;
}

export interface PlaceCheckContext extends Pick<PlaceContext, "env" | "cwd"> {
  readonly fileSystem: FileSystem;
}

/** A diagnostic, with the other declaration if it is about two. */
export type PlaceFault = Omit<Diagnostic, "severity" | "excerpt"> & {
  readonly other?: SourcePosition | undefined;
};

/** A secret that is delivered. */
export interface Delivered {
  readonly address: string;
  /** The ID that its sinks may use. */
  readonly id: string;
  readonly deliverTo: SinkReference;
  /** Absent if no file declares it. */
  readonly position?: SourcePosition;
}

interface PlaceToCheck extends SinkPlace {
  /** As a person reads it. */
  readonly shown: string;
  /** As in `ServiceSink`. */
  readonly tellsApart: boolean;
  readonly identity: string | undefined;
}

/** What a place may conflict with. */
type OwnPlaces = Pick<PlacesToCheck, "isInput" | "stateFolder" | "holdsState">;

/** What is at a place. */
interface Occupant {
  /** For a file: absolute, without symlinks. */
  readonly path?: string | undefined;
  /** A part of a sentence: `where tokyo/client/web is delivered`. */
  readonly is: string;
  readonly position?: SourcePosition | undefined;
}

export class PlaceCheck {
  readonly faults: PlaceFault[] = [];
  readonly #context: PlaceContext & PlaceCheckContext;
  readonly #places: OwnPlaces;
  readonly #stateFolder: Promise<string> | undefined;
  /** By folder: whether it, or one above it, holds a state. */
  readonly #inState = new Map<string, Promise<boolean>>();
  readonly #occupants = new Map<string, Occupant[]>();

  constructor({ env, cwd, fileSystem }: PlaceCheckContext, places: OwnPlaces) {
    const { stateFolder } = places;
    this.#places = places;
    const paths = new PathResolver(fileSystem, cwd);
    this.#context = {
      ...{ env, cwd, fileSystem },
      resolvePath: (folder, spelled) => paths.resolve(folder, spelled),
    };
    this.#stateFolder = stateFolder === undefined ? undefined : realPath(fileSystem, stateFolder);
  }

  async addFile({ path: spelled, is, position }: FileRead): Promise<void> {
    const { fileSystem } = this.#context;
    const path = await realPath(fileSystem, spelled);
    // The reader reports that it is not a file; files below a folder are no conflict.
    const status = await fileSystem.stat(path).catch(() => undefined);
    if (status?.type === "folder") return;
    this.#keep(foldedName(path), { path, is, position });
  }

  /** Adds a source without a path, to which a sink may also write. */
  addSource({ reference, is, position }: SourceRead): void {
    const slot = sources.get(reference.type)?.identity?.(reference, this.#context);
    if (slot !== undefined) this.#keep(slot, { is, position });
  }

  async addSinks(delivered: Delivered): Promise<void> {
    for (const reference of sinksIn(delivered.deliverTo)) {
      const sink = sinks.get(reference.type);
      const place = await sink?.place(reference, this.#context);
      if (sink === undefined || place === undefined) continue;
      const shown = sink.describe(reference.options);
      const path = place.paths.file?.absolute;
      const isFolder = path !== undefined && namesFolder(spelledFile(reference) ?? "");
      if (path !== undefined) await this.#checkFile(delivered, isFolder, path, shown);
      const tellsApart = sink.writes === "elsewhere" && sink.tellsApart;
      const identity = sink.writes === "elsewhere" ? sink.identity?.(reference, this.#context) : undefined;
      if (!isFolder) await this.#occupy(delivered, { ...place, shown, tellsApart, identity });
    }
  }

  /** Reports files that would have to be the folder of another file. */
  checkNesting(): void {
    for (const { path, position } of [...this.#occupants.values()].flat()) {
      if (path === undefined) continue;
      for (let folder = dirname(path); dirname(folder) !== folder; folder = dirname(folder)) {
        const [above] = this.#occupants.get(foldedName(folder)) ?? [];
        if (above?.path === undefined) continue;
        const summary = `${path} cannot be a file: ${folder} above it is ${above.is}${placeOf(above)}`;
        const remedy = "give one of the two another path";
        this.faults.push(faultOf({ code: "shared-place", summary, remedy, position }, above));
      }
    }
  }

  async ownerOf(spelled: string): Promise<string | undefined> {
    const path = await realPath(this.#context.fileSystem, spelled);
    const stateFolder = await this.#stateFolderAbove(path);
    if (stateFolder !== undefined) return `lies in ${stateFolder}`;
    if (this.#places.isInput?.(path))
      return "lies in a folder given with `-f`, where the next command would read it as desired state";
    for (const other of this.#occupants.get(foldedName(path)) ?? [])
      if (await this.#isSame(path, other.path)) return `is ${other.is}${placeOf(other)}`;
    return undefined;
  }

  async #checkFile(
    { address, position }: Delivered,
    isFolder: boolean,
    path: string,
    shown: string,
  ): Promise<void> {
    const where = { address, position };
    if (isFolder) {
      const summary = `the secret of ${address} goes to ${shown}, which names a folder`;
      this.faults.push({ code: "out-of-range", summary, remedy: "name a file in it", ...where });
    }
    const stateFolder = await this.#stateFolderAbove(path);
    if (stateFolder === undefined) return;
    const summary = `the secret of ${address} goes to ${shown}, which lies in ${stateFolder}`;
    const remedy = "deliver to a path outside of it: what lies there is the state's own";
    this.faults.push({ code: "shared-place", summary, remedy, ...where });
  }

  async #stateFolderAbove(path: string): Promise<string | undefined> {
    const own = await this.#stateFolder;
    if (own !== undefined && isBelow(path, own)) return "the state's folder";
    return (await this.#liesInState(dirname(path))) ? "the folder of a state" : undefined;
  }

  #liesInState(folder: string): Promise<boolean> {
    const known = this.#inState.get(folder);
    if (known !== undefined) return known;
    const isInState = this.#findState(folder);
    this.#inState.set(folder, isInState);
    return isInState;
  }

  async #findState(folder: string): Promise<boolean> {
    if (await this.#places.holdsState?.(folder)) return true;
    const above = dirname(folder);
    return above !== folder && this.#liesInState(above);
  }

  async #occupy(delivered: Delivered, place: PlaceToCheck): Promise<void> {
    const { shown, tellsApart, identity } = place;
    const path = place.paths.file?.absolute;
    const slot = path === undefined ? (identity ?? slotOf(place, delivered.id)) : foldedName(path);
    for (const other of this.#occupants.get(slot) ?? []) {
      if (!(await this.#isSame(path, other.path))) continue;
      this.faults.push(
        tellsApart ? sharedProgram(delivered, shown, other) : sharedPlace(delivered, shown, other),
      );
      return;
    }
    if (path !== undefined && this.#places.isInput?.(path)) this.faults.push(becomesInput(delivered, shown));
    const { address, position } = delivered;
    const is = `where ${address} is delivered`;
    this.#keep(slot, { path, is, position });
  }

  async #isSame(path: string | undefined, other: string | undefined): Promise<boolean> {
    if (path === undefined || path === other) return true;
    return isCaseInsensitive(this.#context.fileSystem, path);
  }

  #keep(slot: string, occupant: Occupant): void {
    const others = this.#occupants.get(slot);
    if (others) others.push(occupant);
    else this.#occupants.set(slot, [occupant]);
  }
}

/**
 * The identity of a place that is not a file: everything that decides where it is, and the ID if the place can hold
 * several secrets by ID.
 */
function slotOf(
  { type, paths, traits: { format, ...traits }, tellsApart }: PlaceToCheck,
  id: string,
): string {
  const isDistinct = tellsApart && format !== "secret";
  const names = Object.entries(traits).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([type, paths.folder?.absolute, names, isDistinct ? id : undefined]);
}

function sharedPlace({ address, position }: Delivered, shown: string, other: Occupant): PlaceFault {
  const summary = `the secret of ${address} goes to ${shown}, which is ${other.is}${placeOf(other)}`;
  const remedy = "deliver each secret to a place of its own";
  return faultOf({ code: "shared-place", summary, remedy, address, position }, other);
}

function becomesInput({ address, position }: Delivered, shown: string): PlaceFault {
  const summary = `the secret of ${address} goes to ${shown}, which the next command would read as desired state: a folder given with \`-f\` holds it`;
  const remedy = "deliver to a path outside of that folder, or to a name that does not end in .yaml or .yml";
  return { code: "shared-place", summary, remedy, address, position };
}

function sharedProgram({ address, position }: Delivered, shown: string, other: Occupant): PlaceFault {
  const summary = `the secret of ${address} goes to the ${shown}, ${other.is}${placeOf(other)}, and nothing tells the two apart there`;
  const remedy =
    "name the client, and its manager, in an argument; `format: json` tells the ID alone, which clients of two managers may share";
  return faultOf({ code: "shared-place", summary, remedy, address, position }, other);
}

function faultOf(fault: PlaceFault, { position: other }: Occupant): PlaceFault {
  return { ...fault, other };
}

function placeOf({ position }: Occupant): string {
  return position ? ` (${position.file}:${position.line}:${position.column})` : "";
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`);
}
