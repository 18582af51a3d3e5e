/**
 * A register extract as a tagged PDF (PDF/UA-1) in the extract's language.
 *
 * Guarantees: every section and value of the model is in it, and the latest thousand access events; headings, tables and reading order are in
 * the structure tree; the same model and fonts give the same bytes. A character that the fonts lack, or that is
 * invisible, is shown as its code point, so the PDF is for reading and extract.json is the exact text.
 */
import type { ExtractAccess, ExtractModel, ExtractSection } from './extractModel.ts';
import {
  artifact,
  closePdf,
  colors,
  drawLines,
  element,
  type Element,
  ensureRoom,
  flow,
  gap,
  layout,
  linesOf,
  openPdf,
  type Pdf,
  type PdfFonts,
  styles,
  textWidth,
} from './pdf/page.ts';
import { type Row, table, type TableShape } from './pdf/table.ts';
import { pageWords, pdfWords, recordWords, summaryWords } from './pdf/words.ts';

/** A document under way, with the extract that it shows. */
type Writing = { readonly pdf: Pdf; readonly model: ExtractModel; readonly word: (name: keyof typeof pdfWords) => string };

/** Rows of the access log in the PDF; more would be hundreds of pages. The JSON has them all. */
const mostAccessRows = 1000;

const languageTags = { sv: 'sv-SE', en: 'en-GB' } as const;
const facts: TableShape = {
  hasHeader: false,
  columns: [
    { header: '', share: 0.3, isRowHeader: true },
    { header: '', share: 0.7 },
  ],
};

/** The bytes of the PDF. */
export async function renderExtractPdf(model: ExtractModel, fonts: PdfFonts): Promise<Uint8Array> {
  const word = (name: keyof typeof pdfWords): string => pdfWords[name][model.locale];
  const title = `${word('title')} ${model.createdAt.slice(0, 10)}`;
  const pdf = openPdf({ title, lang: languageTags[model.locale], createdAt: new Date(model.createdAt), fonts });
  const writing = { pdf, model, word };
  writeFront(writing);
  for (const section of model.sections) writeSection(writing, section);
  writeAccessLog(writing);
  writeRights(writing);
  writeFooters(writing);
  return closePdf(pdf);
}

function writeFront({ pdf, model, word }: Writing): void {
  const bandHeight = 128;
  artifact(pdf, 'Layout', () => pdf.doc.rect(0, 0, pdf.doc.page.width, bandHeight).fill(colors.accent));
  pdf.doc.y = 40;
  flow(pdf, pdf.root, 'H1', word('title'), styles.title);
  gap(pdf, 4);
  flow(pdf, pdf.root, 'P', model.organisation.name, styles.subtitle);
  flow(pdf, pdf.root, 'P', word('subtitle'), styles.subtitle);
  pdf.doc.y = bandHeight + 22;
  const items = model.sections.flatMap((section) => section.records.flatMap((record) => record.fields)).length;
  flow(pdf, pdf.root, 'P', `${word('intro')} ${summaryWords(items, model.accessLog.length)[model.locale]}`, styles.body);
  gap(pdf, 12);
  table(pdf, pdf.root, facts, [
    [word('controller'), model.controller],
    [word('processor'), model.processor],
    [word('storage'), model.storage],
    ...identityNumberRow(model, word),
    [word('created'), swedishTime(model.createdAt)],
    [word('createdBy'), model.createdBy.text],
    [word('reference'), model.dataSubjectId],
  ]);
}

function identityNumberRow({ identityNumberGround: ground }: ExtractModel, word: Writing['word']): readonly Row[] {
  return ground === null ? [] : [[word('identityNumber'), `${ground.text} (SFS 2018:218, 3 kap. 10 §)\n${ground.explanation}`]];
}

function writeSection({ pdf, model, word }: Writing, section: ExtractSection): void {
  const sect = openSection(pdf, section.label);
  table(pdf, sect, facts, [
    ...(section.purposes.length > 0 ? [[word('purpose'), section.purposes.join('\n')]] : []),
    [word('legalBasis'), section.legalBasis.text],
    [word('retention'), section.retention],
    [word('recipients'), section.recipients.join('\n') || word('noRecipients')],
  ]);
  if (section.records.length === 0) note(pdf, sect, word('nothingHeld'));
  for (const [index, record] of section.records.entries()) {
    gap(pdf, 14);
    ensureRoom(pdf, 90);
    const name = section.records.length === 1 ? section.label : `${word('record')} ${index + 1}`;
    flow(pdf, sect, 'H3', name, styles.subheading);
    gap(pdf, 5);
    const columns = [
      { header: word('field'), share: 0.26, isRowHeader: true },
      { header: word('value'), share: 0.42 },
      { header: word('purpose'), share: 0.32 },
    ];
    table(
      pdf,
      sect,
      { hasHeader: true, columns },
      record.fields.map((field) => [field.label, field.value, field.purpose]),
    );
    note(pdf, sect, recordWords(record.source.text, swedishTime(record.createdAt), swedishTime(record.updatedAt))[model.locale]);
  }
  sect.end();
}

function writeAccessLog({ pdf, model, word }: Writing): void {
  const sect = openSection(pdf, word('access'));
  flow(pdf, sect, 'P', word('accessIntro'), styles.body);
  gap(pdf, 8);
  if (model.accessLog.length === 0) note(pdf, sect, word('noAccess'));
  else {
    const columns = [
      { header: word('when'), share: 0.2, isRowHeader: true },
      { header: word('what'), share: 0.23 },
      { header: word('who'), share: 0.28 },
      { header: word('which'), share: 0.29 },
    ];
    table(
      pdf,
      sect,
      { hasHeader: true, columns },
      model.accessLog.slice(0, mostAccessRows).map((event) => accessRow(event, model, word)),
    );
    if (model.accessLog.length > mostAccessRows) note(pdf, sect, word('moreAccess'));
  }
  sect.end();
}

function accessRow(event: ExtractAccess, model: ExtractModel, word: Writing['word']): Row {
  const labels = new Map(Object.entries(model.fieldLabels));
  const which = event.fields.map((name) => labels.get(name) ?? name).join(', ') || word('wholeRecord');
  const who = event.actor.kind === 'job' ? event.actor.text : `${event.actor.text} ${event.actor.id.slice(0, 6)}`;
  const doubt = event.evidence === 'notYetSealed' || event.evidence === 'notAsSealed' ? `\n(${word(event.evidence)})` : '';
  return [swedishTime(event.at), `${event.actionText}${doubt}`, who, which];
}

function writeRights({ pdf, model, word }: Writing): void {
  const sect = openSection(pdf, word('rights'));
  for (const right of model.rights) {
    ensureRoom(pdf, 60);
    flow(pdf, sect, 'H3', `${right.heading} (${word('article')} ${right.articles})`, styles.subheading);
    gap(pdf, 1);
    flow(pdf, sect, 'P', right.text, styles.body);
    gap(pdf, 8);
  }
  sect.end();
  const authenticity = openSection(pdf, word('authenticity'));
  flow(pdf, authenticity, 'P', word('authenticityText'), styles.body);
  authenticity.end();
}

/** A section with its heading and bookmark; enough room follows that the heading does not stand alone. */
function openSection(pdf: Pdf, title: string): Element {
  gap(pdf, 26);
  ensureRoom(pdf, 150);
  const sect = element(pdf, pdf.root, 'Sect');
  // The horizontal target is the page's width less this one, so this is the left edge.
  const target = { left: pdf.doc.page.width, top: pdf.doc.y, expanded: false };
  pdf.doc.outline.addItem(pdf.show(title), target);
  flow(pdf, sect, 'H2', title, styles.heading);
  gap(pdf, 6);
  return sect;
}

function note(pdf: Pdf, parent: Element, text: string): void {
  gap(pdf, 6);
  flow(pdf, parent, 'P', text, styles.note);
}

function writeFooters({ pdf, model, word }: Writing): void {
  const { count } = pdf.doc.bufferedPageRange();
  const y = pdf.doc.page.height - 40;
  const left = linesOf(
    pdf,
    `${word('title')} · ${model.organisation.name} · ${model.createdAt.slice(0, 10)}`,
    styles.note,
    textWidth(pdf) - 90,
  ).slice(0, 1);
  for (let index = 0; index < count; index += 1) {
    pdf.doc.switchToPage(index);
    const right = linesOf(pdf, pageWords(index + 1, count)[model.locale], styles.note, 90);
    const x = pdf.doc.page.width - layout.right - pdf.doc.widthOfString(right.join(''));
    artifact(pdf, 'Pagination', () => {
      drawLines(pdf, left, styles.note, { x: layout.left, y });
      drawLines(pdf, right, styles.note, { x, y });
    });
  }
}

/** `2026-11-21 21:42` in Swedish time, in both languages: the order of the parts leaves no doubt. */
function swedishTime(instant: string): string {
  const options = {
    timeZone: 'Europe/Stockholm',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  } as const;
  return new Intl.DateTimeFormat('sv-SE', options).format(new Date(instant));
}
