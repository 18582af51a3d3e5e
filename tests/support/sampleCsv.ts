/** Files of made-up persons for tests, as the chunks in which they arrive. */
import { samplePersons, toCsv, type CsvStyle } from '../../infra/local/sample/persons.ts';

/** Swedish headers, semicolons, Windows-1252: what Excel writes in Sweden. */
export const excelStyle = { delimiter: ';', encoding: 'windows-1252', language: 'sv' } as const satisfies CsvStyle;

/** A file of `count` made-up persons. */
export function sampleCsv(count: number, style: CsvStyle = excelStyle, seed = 1): Uint8Array {
  return toCsv(samplePersons(count, seed), style);
}

/** Bytes, or text in UTF-8, in chunks of a size. */
export async function* chunksOf(content: Uint8Array | string, chunkBytes = 64 * 1024): AsyncGenerator<Uint8Array> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  for (let start = 0; start < bytes.length; start += chunkBytes) yield bytes.subarray(start, start + chunkBytes);
}

/** All that an async iterable gives. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
