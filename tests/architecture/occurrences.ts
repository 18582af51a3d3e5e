/** Looks for values in bytes as somebody would who stole them: in every spelling and encoding that software uses. */

/** Values of fewer characters occur by chance. */
const shortest = 6;

/** The values that occur in some bytes. */
export function occurrences(bytes: Buffer, values: readonly string[]): string[] {
  const haystack = bytes.toString('latin1');
  return values.filter(
    (value) =>
      value.length >= shortest && spellings(value).some((spelling) => encodings(spelling).some((needle) => haystack.includes(needle))),
  );
}

function spellings(value: string): string[] {
  const digits = value.replaceAll(/\D/g, '');
  const numbers =
    digits.length === 12 && digits === value
      ? [value.slice(2), `${value.slice(0, 8)}-${value.slice(8)}`, `${value.slice(2, 8)}-${value.slice(8)}`]
      : [];
  return [
    ...new Set([
      value,
      value.toLowerCase(),
      value.toUpperCase(),
      value.normalize('NFD'),
      encodeURIComponent(value),
      JSON.stringify(value).slice(1, -1),
      ...numbers,
    ]),
  ];
}

/** A text in the bytes of each encoding, as Latin-1 text so that `includes` finds them. */
function encodings(text: string): string[] {
  const utf8 = Buffer.from(text, 'utf8');
  const plain = [utf8, Buffer.from(text, 'latin1'), Buffer.from(text, 'utf16le')].map((bytes) => bytes.toString('latin1'));
  return [...plain, utf8.toString('hex'), ...base64Forms(utf8)];
}

/** What stays the same in base64 whatever stands before and after: one form for each of the three alignments. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((lead) => {
    const whole = Buffer.concat([Buffer.alloc(lead), bytes]);
    const usable = whole
      .subarray(0, Math.floor(whole.length / 3) * 3)
      .toString('base64')
      .slice(lead === 0 ? 0 : 4);
    return usable.length < 8 ? [] : [usable, usable.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
