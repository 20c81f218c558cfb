import type { FileSystem } from "../../platform/file-system";

/** Far more than the program headers of any program. */
const MOST_HEADER_BYTES = 64 * 1024;
const LONGEST_PATH = 4096;
const HEADER_OF_INTERPRETER = 3;

/** Where 32 and 64 bits have the fields of the file's header and of a program header. */
const LAYOUTS = {
  1: { size: 52, wide: false, table: 28, entrySize: 42, count: 44, offset: 4, length: 16 },
  2: { size: 64, wide: true, table: 32, entrySize: 54, count: 56, offset: 8, length: 32 },
} as const;

/** The dynamic loader that an ELF program names, `""` if it needs none; `undefined` if the file is no whole program. */
export async function elfInterpreter(path: string, fileSystem: FileSystem): Promise<string | undefined> {
  const head = await fileSystem.readFrom(path, 0, LAYOUTS[2].size);
  const layout = head[4] === 1 || head[4] === 2 ? LAYOUTS[head[4]] : undefined;
  if (layout === undefined || head.length < layout.size || (head[5] !== 1 && head[5] !== 2)) return undefined;
  const isLittle = head[5] === 1;
  const short = (at: number) => (isLittle ? head.readUInt16LE(at) : head.readUInt16BE(at));
  // A program, or a shared object, as programs are that load anywhere.
  if (short(16) !== 2 && short(16) !== 3) return undefined;
  const word = (bytes: Buffer, at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const address = (bytes: Buffer, at: number) =>
    layout.wide ? Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at)) : word(bytes, at);
  const entrySize = short(layout.entrySize);
  const size = entrySize * short(layout.count);
  if (entrySize < layout.length + 8 || size > MOST_HEADER_BYTES) return undefined;
  const table = await fileSystem.readFrom(path, address(head, layout.table), size);
  if (table.length < size) return undefined;
  for (let at = 0; at < size; at += entrySize) {
    if (word(table, at) !== HEADER_OF_INTERPRETER) continue;
    const length = Math.min(address(table, at + layout.length), LONGEST_PATH);
    const name = await fileSystem.readFrom(path, address(table, at + layout.offset), length);
    return name.toString("utf8").replace(/\0.*$/su, "");
  }
  return "";
}
