/**
 * Breaks text into lines of a given width, and makes every character visible.
 *
 * Guarantees: no character is lost or added by wrapping; no line is wider than asked for, trailing spaces aside, unless
 * a single grapheme is; invisible and uncovered characters are shown as their code points, so that a value cannot hide
 * or reorder text on paper. Does not do bidirectional layout across words: the exact text is in extract.json.
 */

/** Width of a text in points. */
export type Measure = (text: string) => number;

const graphemes = new Intl.Segmenter('sv', { granularity: 'grapheme' });
/** A word with the space or hyphen after it: a line may end behind each. */
const breakable = /[^\s/-]*(?:[/-]+|\s+|$)/gu;

/** Lines of at most `width` points; their concatenation is the text without its line feeds. */
export function wrapText(text: string, width: number, measure: Measure): readonly string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width, measure));
}

function wrapParagraph(paragraph: string, width: number, measure: Measure): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.match(breakable) ?? []) {
    if (measure((line + word).trimEnd()) <= width) {
      line += word;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = measure(word.trimEnd()) <= width ? [word] : breakWord(word, width, measure);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return [...lines, line];
}

function breakWord(word: string, width: number, measure: Measure): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of graphemes.segment(word)) {
    if (piece !== '' && measure((piece + segment).trimEnd()) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}

const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u;

/** The text with each invisible or uncovered character as `[U+202E]`. Line feeds stay, tabs become a space. */
export function visibleText(text: string, hasGlyph: (codePoint: number) => boolean): string {
  const parts = [...text.replaceAll('\r\n', '\n').replaceAll('\t', ' ')].map((character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    if (character === '\n' || (!invisible.test(character) && hasGlyph(codePoint))) return character;
    return `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
  return parts.join('');
}
