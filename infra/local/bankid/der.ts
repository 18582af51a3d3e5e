// The little of DER (X.690) that certificates and OCSP answers need. Writes only.

/** One element: tag, length, content. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

function lengthOf(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.from([bytes]);
  const hex = bytes.toString(16);
  const big = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | big.length]), big]);
}

/** SEQUENCE. */
export const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
/** SET. */
export const set = (...parts: readonly Uint8Array[]): Buffer => der(0x31, ...parts);
/** OCTET STRING. */
export const octets = (content: Uint8Array): Buffer => der(0x04, content);
/** BIT STRING of whole bytes. */
export const bits = (content: Uint8Array, unused = 0): Buffer => der(0x03, Buffer.from([unused]), content);
/** BOOLEAN true. */
export const yes = Buffer.from([0x01, 0x01, 0xff]);
/** UTF8String. */
export const text = (value: string): Buffer => der(0x0c, Buffer.from(value, 'utf8'));
/** Context-specific and constructed: `[n] EXPLICIT`. */
export const explicit = (n: number, ...parts: readonly Uint8Array[]): Buffer => der(0xa0 | n, ...parts);

/** INTEGER, not negative. */
export function integer(value: number | Uint8Array): Buffer {
  const bytes = typeof value === 'number' ? Buffer.from([value]) : Buffer.from(value);
  const first = bytes[0] ?? 0;
  return der(0x02, first >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

/** OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

const compact = (at: Date): string => at.toISOString().replace(/[-:T]|\.\d+/g, '');
/** UTCTime, for years before 2050. */
export const utcTime = (at: Date): Buffer => der(0x17, Buffer.from(compact(at).slice(2)));
/** GeneralizedTime. */
export const generalizedTime = (at: Date): Buffer => der(0x18, Buffer.from(compact(at)));
