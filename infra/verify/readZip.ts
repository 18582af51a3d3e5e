/**
 * Reads a ZIP in the one form that Valv writes.
 *
 * Guarantees: every byte of the file is accounted for (entries back to back from the first byte, then the central
 * directory, then its end, nothing before, between or after); local and central headers agree, so that no two programs
 * see two contents; plain names, plain files; sizes bounded before anything is unpacked. Refuses other valid ZIPs: a
 * file that was packed again is not the file that Valv made. Does not judge what the entries hold.
 */
import { crc32, inflateRawSync } from 'node:zlib';

/** Bounds of what is unpacked. */
export const zipLimits = { entries: 100, entryBytes: 64 * 1024 * 1024, totalBytes: 256 * 1024 * 1024 } as const;

/** An entry: its name and its bytes. */
export type ZipEntry = { readonly name: string; readonly bytes: Buffer };

/** Why a file is not such a ZIP, in plain words. */
export class ZipProblem extends Error {
  override readonly name = 'ZipProblem';
}

type Header = {
  readonly name: string;
  readonly method: number;
  readonly time: number;
  readonly date: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
};
type CentralHeader = Header & { readonly offset: number; readonly end: number };
type Directory = { readonly count: number; readonly start: number; readonly end: number };

const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 } as const;
const localSize = 30;
const centralSize = 46;
const endSize = 22;
const utf8Names = 0x0800;
const timestampField = 0x5455;
/** A plain file, rw-r--r--, made on Unix. */
const plainFile = { madeByUnix: 3, attributes: (0o100644 << 16) >>> 0 } as const;
const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** The entries of a ZIP, in order. Throws {@link ZipProblem} for anything that Valv does not write. */
export function readZip(zip: Buffer): readonly ZipEntry[] {
  const directory = readEnd(zip);
  const headers = readDirectory(zip, directory);
  needDistinctNames(headers);
  needBoundedSizes(headers);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (const header of headers) {
    const { bytes, end } = readEntry(zip, header, at, directory.start);
    entries.push({ name: header.name, bytes });
    at = end;
  }
  if (at !== directory.start) throw new ZipProblem('there are bytes between the entries and the directory');
  return entries;
}

function readEnd(zip: Buffer): Directory {
  const at = zip.length - endSize;
  if (at < 0 || zip.readUInt32LE(at) !== signatures.end)
    throw new ZipProblem('the end of the ZIP is missing: the file is cut off or has something after it');
  const [count, total] = [zip.readUInt16LE(at + 8), zip.readUInt16LE(at + 10)];
  const [size, start] = [zip.readUInt32LE(at + 12), zip.readUInt32LE(at + 16)];
  if (zip.readUInt32LE(at + 4) !== 0 || count !== total || zip.readUInt16LE(at + 20) !== 0)
    throw new ZipProblem('the ZIP has several parts or a comment');
  if (start + size !== at) throw new ZipProblem('the directory is not where the end of the ZIP says');
  if (count > zipLimits.entries) throw new ZipProblem(`there are more than ${zipLimits.entries} entries`);
  return { count, start, end: at };
}

function readDirectory(zip: Buffer, directory: Directory): readonly CentralHeader[] {
  const headers: CentralHeader[] = [];
  let at = directory.start;
  for (let index = 0; index < directory.count; index += 1) {
    const header = readCentral(zip, at, directory.end);
    headers.push(header);
    at = header.end;
  }
  if (at !== directory.end) throw new ZipProblem('the directory holds more than its entries');
  return headers;
}

function readCentral(zip: Buffer, at: number, limit: number): CentralHeader {
  if (at + centralSize > limit || zip.readUInt32LE(at) !== signatures.central) throw new ZipProblem('an entry of the directory is damaged');
  const extraLength = zip.readUInt16LE(at + 30);
  const nameEnd = at + centralSize + zip.readUInt16LE(at + 28);
  const end = nameEnd + extraLength;
  if (end > limit) throw new ZipProblem('an entry of the directory is damaged');
  const common = readCommon(zip, at + 6, zip.subarray(at + centralSize, nameEnd));
  const isPlain = zip.readUInt8(at + 5) === plainFile.madeByUnix && zip.readUInt32LE(at + 38) === plainFile.attributes;
  if (!isPlain || zip.readUInt32LE(at + 34) !== 0 || zip.readUInt16LE(at + 32) !== 0)
    throw new ZipProblem(`"${common.name}" is not a plain file`);
  needTimestampOnly(zip.subarray(nameEnd, end), common.name);
  return { ...common, offset: zip.readUInt32LE(at + 42), end };
}

/** The part that local and central headers share, from the version onwards. */
function readCommon(zip: Buffer, at: number, nameBytes: Buffer): Header {
  const name = nameBytes.toString('latin1');
  if (!plainName.test(name)) throw new ZipProblem('an entry has a name that Valv does not use');
  const [version, flags, method] = [zip.readUInt16LE(at), zip.readUInt16LE(at + 2), zip.readUInt16LE(at + 4)];
  if (version !== 20 || flags !== utf8Names || (method !== 0 && method !== 8))
    throw new ZipProblem(`"${name}" is packed in a way that signed files of Valv are not; an export of the register is not signed`);
  return {
    name,
    method,
    time: zip.readUInt16LE(at + 6),
    date: zip.readUInt16LE(at + 8),
    crc: zip.readUInt32LE(at + 10),
    packed: zip.readUInt32LE(at + 14),
    size: zip.readUInt32LE(at + 18),
  };
}

function needTimestampOnly(extra: Buffer, name: string): void {
  const isTimestamp =
    extra.length === 9 && extra.readUInt16LE(0) === timestampField && extra.readUInt16LE(2) === 5 && extra.readUInt8(4) === 3;
  if (!isTimestamp) throw new ZipProblem(`"${name}" carries something besides its time`);
}

function needDistinctNames(headers: readonly Header[]): void {
  const names = headers.map((header) => header.name.toLowerCase());
  const twice = headers.find((header, index) => names.indexOf(header.name.toLowerCase()) !== index);
  if (twice !== undefined) throw new ZipProblem(`"${twice.name}" is there twice`);
}

function needBoundedSizes(headers: readonly Header[]): void {
  const large = headers.find((header) => header.size > zipLimits.entryBytes);
  if (large !== undefined) throw new ZipProblem(`"${large.name}" is larger than ${zipLimits.entryBytes} bytes`);
  if (headers.reduce((sum, header) => sum + header.size, 0) > zipLimits.totalBytes)
    throw new ZipProblem(`the files together are larger than ${zipLimits.totalBytes} bytes`);
}

function readEntry(zip: Buffer, header: CentralHeader, at: number, limit: number): { bytes: Buffer; end: number } {
  const start = at + localSize + header.name.length;
  const end = start + header.packed;
  if (header.offset !== at || end > limit || zip.readUInt32LE(at) !== signatures.local)
    throw new ZipProblem(`"${header.name}" is not where the directory says`);
  const isSame = zip.readUInt16LE(at + 26) === header.name.length && zip.readUInt16LE(at + 28) === 0;
  const local = isSame ? readCommon(zip, at + 4, zip.subarray(at + localSize, start)) : null;
  if (local === null || !agree(local, header)) throw new ZipProblem(`"${header.name}" has two headers that disagree`);
  const bytes = unpack(zip.subarray(start, end), header);
  if (bytes.length !== header.size || crc32(bytes) !== header.crc) throw new ZipProblem(`"${header.name}" is damaged`);
  return { bytes, end };
}

const compared = ['name', 'method', 'time', 'date', 'crc', 'packed', 'size'] as const satisfies readonly (keyof Header)[];
const agree = (a: Header, b: Header): boolean => compared.every((key) => a[key] === b[key]);

/** Never more than the declared size, which is bounded: a bomb stops here. */
function unpack(packed: Buffer, header: Header): Buffer {
  if (header.method === 0) return packed;
  try {
    const { buffer, engine } = inflateRawSync(packed, { maxOutputLength: Math.max(1, header.size), info: true }) as unknown as Inflated; // the types lack "info"
    if (engine.bytesWritten !== packed.length) throw new ZipProblem(`"${header.name}" has something after its data`);
    return buffer;
  } catch (error) {
    if (error instanceof ZipProblem) throw error;
    throw new ZipProblem(`"${header.name}" cannot be unpacked to the size that it declares`);
  }
}
type Inflated = { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };
