import { beforeAll, describe, expect, it } from 'vitest';
import { renderExtractPdf } from '../../../functions/src/privacy/extractPdf.ts';
import { loadPdfFonts } from '../../../functions/src/privacy/pdf/fonts.ts';
import type { PdfFonts } from '../../../functions/src/privacy/pdf/page.ts';
import { nodes, type PdfDict, type PdfReading, readPdf } from '../../support/privacy/pdfReader.ts';
import { sampleExtract } from '../../support/privacy/sampleExtract.ts';

let fonts: PdfFonts;
beforeAll(async () => {
  fonts = await loadPdfFonts();
});

const read = async (locale: 'sv' | 'en', events?: number): Promise<PdfReading> =>
  readPdf(await renderExtractPdf(sampleExtract(locale, events), fonts));
const squeezed = (text: string): string => text.replaceAll(/\s/g, '');
const pdfString = (value: unknown): string => {
  const bytes = Buffer.from(String(value), 'latin1');
  return bytes[0] === 0xfe && bytes[1] === 0xff ? Buffer.from(bytes.subarray(2)).swap16().toString('utf16le') : bytes.toString('latin1');
};

describe.each([
  ['sv', 'sv-SE', 'Registerutdrag 2026-11-21'],
  ['en', 'en-GB', 'Register extract 2026-11-21'],
] as const)('the PDF of an extract in %s', (locale, lang, title) => {
  let pdf: PdfReading;
  beforeAll(async () => {
    pdf = await read(locale);
  });

  it('declares PDF/UA, language, title and tags', () => {
    expect(pdfString(pdf.catalog['Lang'])).toBe(lang);
    expect(pdf.resolve(pdf.catalog['MarkInfo'])).toEqual({ Marked: true });
    expect(pdf.resolve(pdf.catalog['ViewerPreferences'])).toMatchObject({ DisplayDocTitle: true });
    const xmp = pdf.objects.get((pdf.catalog['Metadata'] as { ref: number }).ref)?.stream?.toString('utf8');
    expect(xmp).toContain('<pdfuaid:part>1</pdfuaid:part>');
    expect(xmp).toContain(`<rdf:li xml:lang="x-default">${title}</rdf:li>`);
    expect(pdf.pages.every((page) => page['Tabs'] === '/S')).toBe(true);
  });

  it('draws nothing outside tags and artifacts', () => {
    expect(pdf.pieces.length).toBeGreaterThan(100);
    expect(pdf.pieces.filter((piece) => piece.mcid === null && piece.tag !== 'Artifact')).toEqual([]);
  });

  it('puts each piece of marked content into the structure tree exactly once', () => {
    const inContent = new Set(pdf.pieces.filter((piece) => piece.mcid !== null).map((piece) => `${piece.page}:${piece.mcid}`));
    const inTree = nodes(pdf.tree).reduce((sum, node) => sum + node.pages.length, 0);
    expect(inTree).toBe(inContent.size);
    expect(squeezed(pdf.tree.text).length).toBe(
      squeezed(
        pdf.pieces
          .filter((piece) => piece.mcid !== null)
          .map((piece) => piece.text)
          .join(''),
      ).length,
    );
  });

  it('has one first-level heading and nests the others without gaps', () => {
    const levels = nodes(pdf.tree)
      .map((node) => node.type)
      .filter((type) => /^H\d$/.test(type))
      .map((type) => Number(type.slice(1)));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels[0]).toBe(1);
    expect(levels.every((level, index) => index === 0 || level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
  });

  it('has regular tables whose header cells say what they head', () => {
    const tables = nodes(pdf.tree).filter((node) => node.type === 'Table');
    expect(tables.length).toBeGreaterThanOrEqual(7);
    for (const table of tables) {
      expect(new Set(table.children.map((row) => row.type))).toEqual(new Set(['TR']));
      expect(new Set(table.children.map((row) => row.children.length)).size).toBe(1);
      const heads = table.children.flatMap((row) => row.children).filter((cell) => cell.type === 'TH');
      expect(heads.every((head) => ['/Row', '/Column'].includes(String((head.dict['A'] as PdfDict)['Scope'])))).toBe(true);
    }
  });

  it('embeds every font, with a way back to the text', () => {
    const dicts = [...pdf.objects.values()].map((object) => object.value as PdfDict).filter((value) => value?.['Type'] === '/Font');
    const descendants = dicts.filter((font) => font['FontDescriptor'] !== undefined);
    expect(descendants.length).toBe(2);
    for (const font of descendants) expect(pdf.resolve(font['FontDescriptor'])).toHaveProperty('FontFile2');
    for (const font of dicts.filter((dict) => !descendants.includes(dict))) expect(font).toHaveProperty('ToUnicode');
    expect(pdf.pieces.some((piece) => piece.text.includes('\uFFFD') || piece.text.includes('\0'))).toBe(false);
  });

  it('has a bookmark for every section', () => {
    const outlines = pdf.resolve(pdf.catalog['Outlines']) as PdfDict;
    const titles: string[] = [];
    for (let item = pdf.resolve(outlines['First']) as PdfDict | null; item !== null; item = pdf.resolve(item['Next']) as PdfDict | null)
      titles.push(pdfString(item['Title']));
    const headings = nodes(pdf.tree)
      .filter((node) => node.type === 'H2')
      .map((node) => node.text);
    expect(titles).toEqual(headings);
  });
});

describe('the PDF of an extract', () => {
  it('holds every value that fonts can show, å ä ö included, in reading order', async () => {
    const model = sampleExtract('sv');
    const text = squeezed((await read('sv')).tree.text);
    const values = model.sections
      .flatMap((section) => section.records.flatMap((record) => record.fields))
      .filter((field) => field.name !== 'note');
    let from = 0;
    for (const { label, value } of values) {
      const at = text.indexOf(squeezed(label + value), from);
      expect(at, label).toBeGreaterThan(0);
      from = at;
    }
    expect(text).toContain(squeezed('Älvängens Båtklubb & Söner (802002-4280) är personuppgiftsansvarig'));
    expect(text).toContain('(IMY),www.imy.se');
  });

  it('shows characters that are invisible or in no font as their code points', async () => {
    const text = squeezed((await read('sv')).tree.text);
    expect(text).toContain('[U+738B][U+5C0F][U+660E][U+202E]omvänd[U+202C][U+0000][U+1F642]');
    expect(text).not.toContain('\u202E');
  });

  it('lets a thousand events flow over pages under a repeated header', async () => {
    const pdf = await read('sv', 1000);
    const table = nodes(pdf.tree).findLast((node) => node.type === 'Table');
    expect(table?.children).toHaveLength(1001);
    const pages = new Set(table?.children.flatMap((row) => row.children.flatMap((cell) => cell.pages)));
    expect(pages.size).toBeGreaterThan(20);
    const headers = pdf.pieces.filter((piece) => piece.tag === 'Artifact' && piece.text === 'Vilka uppgifter');
    expect(headers).toHaveLength(pages.size - 1);
    expect(pdf.pieces.filter((piece) => piece.tag === 'Artifact' && piece.text.startsWith('Sida '))).toHaveLength(pdf.pages.length);
  });

  it('continues a value that is longer than a page inside the same cell', async () => {
    const model = sampleExtract('sv');
    const value = Array.from({ length: 150 }, (_, index) => `rad ${index}`).join('\n');
    model.sections[1]?.records[0]?.fields.splice(0, 1, { name: 'subject', label: 'Ämne', value, purpose: 'Handläggning' });
    const pdf = readPdf(await renderExtractPdf(model, fonts));
    const cell = nodes(pdf.tree).find((node) => node.type === 'TD' && node.text.startsWith('rad 0'));
    expect(new Set(cell?.pages).size).toBeGreaterThanOrEqual(3);
    expect(cell?.text.match(/rad/g)).toHaveLength(150);
    expect(cell?.text.endsWith('rad 149')).toBe(true);
  });

  it('is the same bytes for the same extract', async () => {
    const [first, second] = await Promise.all([renderExtractPdf(sampleExtract('sv'), fonts), renderExtractPdf(sampleExtract('sv'), fonts)]);
    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true);
  });
});
