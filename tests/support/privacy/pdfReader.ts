/** Reads a PDF without any library, as far as tests of structure need: objects, page content, structure tree, text. */
import { inflateSync } from 'node:zlib';

/** A parsed PDF value: names start with a slash, references are `{ ref }`, strings are byte strings. */
export type PdfValue = string | number | boolean | null | { readonly ref: number } | PdfValue[] | PdfDict;
/** A dictionary; keys without slash. */
export type PdfDict = { [key: string]: PdfValue };
type PdfObject = { readonly value: PdfValue; readonly stream: Buffer | null };

/** A node of the structure tree, with the text of all its marked content in order. */
export type StructNode = {
  readonly type: string;
  readonly dict: PdfDict;
  readonly children: readonly StructNode[];
  readonly text: string;
  readonly pages: readonly number[];
};
/** What a page draws: each piece with the tag it is in; `mcid` null for artifacts, `tag` null for content in no tag. */
export type Piece = {
  readonly page: number;
  readonly tag: string | null;
  readonly mcid: number | null;
  readonly text: string;
  readonly isText: boolean;
};

/** Everything that the tests look at. */
export type PdfReading = {
  readonly catalog: PdfDict;
  readonly objects: ReadonlyMap<number, PdfObject>;
  readonly pages: readonly PdfDict[];
  readonly pieces: readonly Piece[];
  readonly tree: StructNode;
  readonly resolve: (value: PdfValue | undefined) => PdfValue;
};

/** Parses the whole file by its cross-reference table. */
export function readPdf(bytes: Uint8Array): PdfReading {
  const source = Buffer.from(bytes).toString('latin1');
  const objects = readObjects(source, Buffer.from(bytes));
  const resolve = (value: PdfValue | undefined): PdfValue => (isRef(value) ? (objects.get(value.ref)?.value ?? null) : (value ?? null));
  const trailer = parse(source.slice(source.lastIndexOf('trailer') + 7))[0] as PdfDict;
  const catalog = resolve(trailer['Root']) as PdfDict;
  const kids = (resolve(catalog['Pages']) as PdfDict)['Kids'] as { ref: number }[];
  const pages = kids.map((kid) => resolve(kid) as PdfDict);
  const pieces = pages.flatMap((page, index) => readContent(page, index, objects, resolve));
  const root = resolve(catalog['StructTreeRoot']) as PdfDict;
  const pageOf = new Map(kids.map((kid, index) => [kid.ref, index]));
  const tree = readTree((root['K'] as PdfValue[])[0], { resolve, pageOf, pieces });
  return { catalog, objects, pages, pieces, tree, resolve };
}

/** All nodes of a tree, parents first. */
export function nodes(tree: StructNode): readonly StructNode[] {
  return [tree, ...tree.children.flatMap(nodes)];
}

const isRef = (value: PdfValue | undefined): value is { ref: number } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value['ref'] === 'number';

function readObjects(source: string, bytes: Buffer): Map<number, PdfObject> {
  const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(source)?.[1]);
  const offsets = [...source.slice(start).matchAll(/^(\d{10}) \d{5} n/gm)].map((match) => Number(match[1]));
  return new Map(
    offsets.map((offset, index) => {
      const head = /^(\d+) 0 obj\s/.exec(source.slice(offset, offset + 20));
      if (head === null || Number(head[1]) !== index + 1) throw new Error(`object ${index + 1} is not where the table says`);
      return [index + 1, readObject(source, bytes, offset + head[0].length)];
    }),
  );
}

function readObject(source: string, bytes: Buffer, at: number): PdfObject {
  const [value, end] = parse(source, at);
  const streamAt = /^\s*stream\r?\n/.exec(source.slice(end, end + 20));
  if (streamAt === null) return { value, stream: null };
  const dict = value as PdfDict;
  const start = end + streamAt[0].length;
  const raw = bytes.subarray(start, start + Number(dict['Length'] ?? dict['length']));
  return { value, stream: dict['Filter'] === '/FlateDecode' ? inflateSync(raw) : raw };
}

/** One value and the position after it. */
function parse(source: string, start = 0): [PdfValue, number] {
  let at = start;
  while (/\s/.test(source[at] ?? '')) at += 1;
  const rest = source.slice(at, at + 200);
  if (rest.startsWith('<<')) return parseDict(source, at + 2);
  if (rest.startsWith('[')) return parseArray(source, at + 1);
  if (rest.startsWith('(')) return parseString(source, at + 1);
  const hex = /^<([0-9a-fA-F\s]*)>/.exec(source.slice(at));
  if (hex !== null) return [Buffer.from((hex[1] ?? '').replaceAll(/\s/g, ''), 'hex').toString('latin1'), at + hex[0].length];
  const ref = /^(\d+) 0 R/.exec(rest);
  if (ref !== null) return [{ ref: Number(ref[1]) }, at + ref[0].length];
  const word = /^(?:\/[^\s/<>[\]()]*|[^\s/<>[\]()]+)/.exec(rest);
  if (word === null) throw new Error(`no PDF value at ${at}`);
  const text = word[0];
  const value =
    text === 'null' ? null : text === 'true' || text === 'false' ? text === 'true' : /^[-+.\d]+$/.test(text) ? Number(text) : text;
  return [value, at + text.length];
}

function parseDict(source: string, start: number): [PdfDict, number] {
  const dict: PdfDict = {};
  let at = start;
  for (;;) {
    const close = /^\s*>>/.exec(source.slice(at, at + 100));
    if (close !== null) return [dict, at + close[0].length];
    const [key, afterKey] = parse(source, at);
    const [value, afterValue] = parse(source, afterKey);
    dict[String(key).slice(1)] = value;
    at = afterValue;
  }
}

function parseArray(source: string, start: number): [PdfValue[], number] {
  const items: PdfValue[] = [];
  let at = start;
  for (;;) {
    const close = /^\s*\]/.exec(source.slice(at, at + 100));
    if (close !== null) return [items, at + close[0].length];
    const [value, end] = parse(source, at);
    items.push(value);
    at = end;
  }
}

function parseString(source: string, start: number): [string, number] {
  let [text, depth, at] = ['', 1, start];
  for (; ; at += 1) {
    const character = source[at] ?? '';
    if (character === '\\') {
      at += 1;
      text += ({ n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' } as Record<string, string>)[source[at] ?? ''] ?? source[at];
      continue;
    }
    depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    if (depth === 0) return [text, at + 1];
    text += character;
  }
}

function readContent(
  page: PdfDict,
  index: number,
  objects: ReadonlyMap<number, PdfObject>,
  resolve: PdfReading['resolve'],
): readonly Piece[] {
  const content = objects.get((page['Contents'] as { ref: number }).ref)?.stream?.toString('latin1') ?? '';
  const fonts = fontMaps(resolve((resolve(page['Resources']) as PdfDict)['Font']) as PdfDict, objects, resolve);
  const stack: { tag: string; mcid: number | null }[] = [];
  const pieces: Piece[] = [];
  let font = new Map<string, string>();
  for (const line of content.replaceAll(/<<[^>]*>>/g, (dict) => dict.replaceAll('\n', ' ')).split('\n')) {
    const open = /^\/(\w+) (?:<<([\s\S]*)>> BDC|BMC)$/.exec(line);
    const mcid = /\/MCID (\d+)/.exec(line)?.[1];
    if (open !== null) stack.push({ tag: open[1] ?? '', mcid: mcid === undefined ? null : Number(mcid) });
    if (line === 'EMC' && stack.pop() === undefined) throw new Error('a marked content ends that did not begin');
    font = fonts.get(/^\/(F\d+) /.exec(line)?.[1] ?? '') ?? font;
    const isText = / T[Jj]$/.test(line);
    if (!isText && !/(?:^|\s)(?:f|S|B|f\*)$/.test(line)) continue;
    const top = stack.at(-1);
    const codes = isText ? [...line.matchAll(/<([0-9a-f]*)>/g)].flatMap((match) => (match[1] ?? '').match(/.{4}/g) ?? []) : [];
    pieces.push({
      page: index,
      tag: top?.tag ?? null,
      mcid: top?.mcid ?? null,
      isText,
      text: codes.map((code) => font.get(code) ?? '\uFFFD').join(''),
    });
  }
  if (stack.length > 0) throw new Error('a marked content does not end on its page');
  return pieces;
}

function fontMaps(
  fonts: PdfDict | null,
  objects: ReadonlyMap<number, PdfObject>,
  resolve: PdfReading['resolve'],
): Map<string, Map<string, string>> {
  return new Map(
    Object.entries(fonts ?? {}).map(([name, font]) => {
      const unicode = (resolve(font) as PdfDict)['ToUnicode'] as { ref: number };
      const cmap = objects.get(unicode.ref)?.stream?.toString('latin1') ?? '';
      const map = new Map<string, string>();
      for (const range of cmap.matchAll(/<(\w{4})> <\w{4}> \[(.*)\]/g)) {
        [...(range[2] ?? '').matchAll(/<([\w ]*)>/g)].forEach((entry, index) => {
          const units = (entry[1] ?? '')
            .split(' ')
            .filter((unit) => unit !== '')
            .map((unit) => Number.parseInt(unit, 16));
          map.set((Number.parseInt(range[1] ?? '', 16) + index).toString(16).padStart(4, '0'), String.fromCharCode(...units));
        });
      }
      return [name, map];
    }),
  );
}

type TreeContext = {
  readonly resolve: PdfReading['resolve'];
  readonly pageOf: ReadonlyMap<number, number>;
  readonly pieces: readonly Piece[];
};

function readTree(value: PdfValue | undefined, context: TreeContext): StructNode {
  const dict = context.resolve(value) as PdfDict;
  const kids = (dict['K'] as PdfValue[] | null) ?? [];
  const children: StructNode[] = [];
  const pages: number[] = [];
  let text = '';
  for (const kid of kids) {
    const isContent = typeof kid === 'number' || (!isRef(kid) && (kid as PdfDict)['Type'] === '/MCR');
    if (!isContent) {
      children.push(readTree(kid, context));
      text += `${children.at(-1)?.text ?? ''}\n`;
      continue;
    }
    const mcid = typeof kid === 'number' ? kid : Number((kid as PdfDict)['MCID']);
    const owner = (typeof kid === 'number' ? dict['Pg'] : (kid as PdfDict)['Pg']) as { ref: number };
    const page = context.pageOf.get(owner.ref) ?? -1;
    pages.push(page);
    text += context.pieces
      .filter((piece) => piece.page === page && piece.mcid === mcid)
      .map((piece) => piece.text)
      .join('');
  }
  return { type: String(dict['S']).slice(1), dict, children, text, pages };
}
