/** Looks for values in raw bytes, as somebody who stole a backup would. */
import { listObjects, readObject } from '../../functions/src/platform/storage.ts';

/** What a scan saw. `found` are the labels of values that occur, never the values. */
export type ScanResult = {
  readonly files: number;
  readonly bytes: number;
  readonly valuesSought: number;
  readonly found: readonly string[];
};

/** A value to look for, and what it is called in the result. */
export type Sought = { readonly label: string; readonly value: string };

/** Scans every object under a prefix for values, in UTF-8 and in Windows-1252. Short values would be found by chance: at least 6 characters. */
export async function scanObjects(bucket: string, prefix: string, sought: readonly Sought[]): Promise<ScanResult> {
  const objects = await listObjects(bucket, prefix);
  const found = new Set<string>();
  let bytes = 0;
  for (const { path } of objects) {
    const content = await wholeObject(bucket, path);
    bytes += content.length;
    for (const { label, value } of sought) if (occursIn(content, value)) found.add(label);
  }
  return { files: objects.length, bytes, valuesSought: sought.length, found: [...found] };
}

function occursIn(content: Buffer, value: string): boolean {
  if (value.length < 6) throw new TypeError('a value of less than 6 characters is found by chance');
  if (content.includes(value, 0, 'utf8')) return true;
  // ASCII has the same bytes in both.
  const isAscii = Buffer.byteLength(value, 'utf8') === value.length;
  return !isAscii && content.includes(value, 0, 'latin1');
}

async function wholeObject(bucket: string, path: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readObject(bucket, path)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
