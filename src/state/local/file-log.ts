import type { FileToRead } from "../../platform/file-to-read";
import type { LogPlace } from "../log/damage";
import type { OpenLog } from "../log/open-log";
import { unreadable } from "./state-faults";

/** A partition's log that is read in parts. */
export class FileLog implements OpenLog {
  readonly place: LogPlace;
  readonly #file: FileToRead;

  constructor(file: FileToRead, place: LogPlace) {
    this.#file = file;
    this.place = place;
  }

  get length(): number {
    return this.#file.length;
  }

  /** Of the file, if its file system has such an ID. */
  get id(): string | undefined {
    return this.#file.id;
  }

  read(into: Buffer, offset: number): Buffer {
    try {
      // What another run has appended since was not there when the log was opened.
      const bytes = this.#file.read(into.subarray(0, Math.max(0, this.length - offset)), offset);
      return into.subarray(0, bytes);
    } catch (error) {
      throw unreadable(this.place.file, error, this.place.manager);
    }
  }

  close(): void {
    this.#file.close();
  }
}
