/** Reads the texts of a ZIP that was written as a stream, by its central directory. For tests only: it trusts the file. */
import { crc32, inflateRawSync } from 'node:zlib';

const signatures = { central: 0x02014b50, end: 0x06054b50 } as const;

/** Text by file name, in the order of the ZIP. Throws TypeError for a wrong checksum or another kind of file. */
export function textsInZip(zip: Buffer): Map<string, string> {
  const end = zip.length - 22;
  if (zip.readUInt32LE(end) !== signatures.end) throw new TypeError('no ZIP, or one with a comment');
  const texts = new Map<string, string>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== signatures.central) throw new TypeError('the central directory is broken');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ]; // three offsets, three numbers
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    const bytes = zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed);
    if (crc32(bytes) !== zip.readUInt32LE(at + 16)) throw new TypeError(`the checksum of "${name}" is wrong`);
    texts.set(name, bytes.toString('utf8'));
    at += 46 + nameLength + extraLength + commentLength;
  }
  return texts;
}
