/**
 * Tagged pages: opening a document, structure elements, flowing text, artifacts, page breaks.
 *
 * Guarantees: text is drawn only inside a structure element or an artifact (PDF/UA-1, ISO 14289-1, 7.1); fonts are
 * embedded; the same input gives the same bytes. The caller gives the reading order by the order of its calls.
 */
import PDFDocument from 'pdfkit';
import { visibleText, wrapText } from './wrap.ts';

/** TrueType files, regular and bold; they must cover the text of the document and allow embedding. */
export type PdfFonts = { readonly regular: Uint8Array; readonly bold: Uint8Array };
/** How text looks; sizes in points, `leading` is the distance of two baselines. */
export type TextStyle = { readonly bold: boolean; readonly size: number; readonly leading: number; readonly color: string };
/** A node of the structure tree. */
export type Element = PDFKit.PDFStructureElement;
/** A document that is being written; `doc.y` is the cursor, owned by the functions of this folder. */
export type Pdf = { readonly doc: PDFKit.PDFDocument; readonly root: Element; readonly show: (text: string) => string };

/** Every colour has at least 7:1 contrast to white, except `rule` and `tint`, which carry no meaning. */
export const colors = { ink: '#1a1f24', muted: '#4a535c', accent: '#0b4a63', white: '#ffffff', rule: '#c6cfd6', tint: '#eaf1f4' } as const;

/** Styles by role. */
export const styles = {
  title: { bold: true, size: 24, leading: 30, color: colors.white },
  subtitle: { bold: false, size: 11, leading: 15, color: colors.white },
  heading: { bold: true, size: 15, leading: 20, color: colors.accent },
  subheading: { bold: true, size: 10.5, leading: 14, color: colors.ink },
  body: { bold: false, size: 9.5, leading: 13.5, color: colors.ink },
  note: { bold: false, size: 8.5, leading: 12, color: colors.muted },
  label: { bold: true, size: 8.5, leading: 12, color: colors.muted },
  cell: { bold: false, size: 9, leading: 12, color: colors.ink },
} as const satisfies Record<string, TextStyle>;

/** A4, margins in points. */
export const layout = { left: 56, right: 56, top: 58, bottom: 66 } as const;

/** A new tagged document, PDF 1.7, PDF/UA-1. `title` must be plain words: it goes into XML as it is. */
export function openPdf(options: { title: string; lang: string; createdAt: Date; fonts: PdfFonts }): Pdf {
  const doc = new PDFDocument({
    size: 'A4',
    margins: layout,
    bufferPages: true,
    tagged: true,
    pdfVersion: '1.7',
    subset: 'PDF/UA',
    lang: options.lang,
    displayTitle: true,
    font: null,
    info: { Title: options.title, Creator: 'Valv', Producer: 'Valv', CreationDate: options.createdAt, ModDate: options.createdAt },
    // The types know neither PDF/UA nor that null means no default font (which would not be embedded).
  } as unknown as PDFKit.PDFDocumentOptions);
  // The library takes any bytes; its types ask for a Buffer.
  doc.registerFont('regular', options.fonts.regular).registerFont('bold', options.fonts.bold);
  const root = doc.struct('Document');
  doc.addStructure(root);
  const hasGlyph = coverage(doc);
  return { doc, root, show: (text) => visibleText(text, hasGlyph) };
}

/** Whether both fonts can draw a character; looking it up in the font is slow, so answers are kept. */
function coverage(doc: PDFKit.PDFDocument): (codePoint: number) => boolean {
  const fonts = ['regular', 'bold'].map((name) => openedFont(doc.font(name)));
  const known = new Map<number, boolean>();
  return (codePoint) => {
    const answer = known.get(codePoint) ?? fonts.every((font) => font.hasGlyphForCodePoint(codePoint));
    known.set(codePoint, answer);
    return answer;
  };
}

type OpenedFont = { hasGlyphForCodePoint(codePoint: number): boolean };

/** The parsed font behind the current one. The field is not in the types; without it, text could turn into empty boxes unseen. */
function openedFont(doc: PDFKit.PDFDocument): OpenedFont {
  const font = (doc as unknown as { _font?: { font?: OpenedFont } })._font?.font; // checked on the next line
  if (typeof font?.hasGlyphForCodePoint !== 'function') throw new TypeError('this version of pdfkit hides its fonts');
  return font;
}

/** Adds an element to the tree; what is drawn in it goes through {@link draw}. `scope` is for TH. */
export function element(pdf: Pdf, parent: Element, type: string, options: { scope?: 'Row' | 'Column' } = {}): Element {
  const child = pdf.doc.struct(type, options as PDFKit.Mixins.StructureElementOptions); // the types lack "scope"
  parent.add(child);
  return child;
}

/** Draws inside an element, on the current page. */
export function draw(target: Element, drawing: () => void): void {
  target.add(drawing);
}

/** Draws something that is no content: rules, backgrounds, running feet. */
export function artifact(pdf: Pdf, type: 'Layout' | 'Pagination', drawing: () => void): void {
  pdf.doc.markContent('Artifact', { type });
  drawing();
  pdf.doc.endMarkedContent();
}

/** Width between the margins. */
export const textWidth = (pdf: Pdf): number => pdf.doc.page.width - layout.left - layout.right;
/** Points left on the page. */
export const roomLeft = (pdf: Pdf): number => pdf.doc.page.height - layout.bottom - pdf.doc.y;

/** Starts a page unless so many points are left. */
export function ensureRoom(pdf: Pdf, height: number): void {
  if (roomLeft(pdf) < height) newPage(pdf);
}

/** Starts a page. */
export function newPage(pdf: Pdf): void {
  pdf.doc.addPage();
  pdf.doc.y = layout.top;
}

/** Lines of a text as it will be shown. */
export function linesOf(pdf: Pdf, text: string, style: TextStyle, width: number): readonly string[] {
  use(pdf, style);
  return wrapText(pdf.show(text), width, (part) => use(pdf, style).widthOfString(part));
}

/** Draws lines at a place; the caller has opened the element or artifact. */
export function drawLines(pdf: Pdf, lines: readonly string[], style: TextStyle, at: { x: number; y: number }): void {
  const { doc } = use(pdf, style);
  doc.fillColor(style.color);
  for (const [index, line] of lines.entries()) {
    if (line !== '') doc.text(line, at.x, at.y + index * style.leading, { lineBreak: false });
  }
}

/** Text from the cursor down, over as many pages as it needs. */
export function flow(pdf: Pdf, parent: Element, type: string, text: string, style: TextStyle): void {
  const target = element(pdf, parent, type);
  let rest = linesOf(pdf, text, style, textWidth(pdf));
  while (rest.length > 0) {
    ensureRoom(pdf, style.leading);
    const part = rest.slice(0, Math.max(1, Math.floor(roomLeft(pdf) / style.leading)));
    const { y } = pdf.doc;
    draw(target, () => drawLines(pdf, part, style, { x: layout.left, y }));
    pdf.doc.y = y + part.length * style.leading;
    rest = rest.slice(part.length);
  }
  target.end();
}

/** Moves the cursor down; a gap at the end of a page is dropped. */
export function gap(pdf: Pdf, points: number): void {
  pdf.doc.y += points;
}

function use(pdf: Pdf, style: TextStyle): { doc: PDFKit.PDFDocument; widthOfString: (text: string) => number } {
  const doc = pdf.doc.font(style.bold ? 'bold' : 'regular').fontSize(style.size);
  return { doc, widthOfString: (text) => doc.widthOfString(text) };
}

/** Ends the document and gives its bytes. */
export async function closePdf(pdf: Pdf): Promise<Uint8Array> {
  pdf.root.end();
  pdf.doc.end();
  const chunks: Uint8Array[] = [];
  // A readable stream of pdfkit yields its bytes in order.
  for await (const chunk of pdf.doc as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
