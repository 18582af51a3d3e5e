/**
 * Tagged tables that flow over pages. Guarantees: Table > TR > TH/TD with scopes; one real header, repeated on each page
 * as an artifact; a row that fits a page is not torn, a longer one continues on the next page inside the same cells.
 */
import {
  artifact,
  colors,
  draw,
  drawLines,
  element,
  type Element,
  layout,
  linesOf,
  newPage,
  type Pdf,
  roomLeft,
  styles,
  type TextStyle,
  textWidth,
} from './page.ts';

/** A column; `share` is its part of the width, all shares together 1. `isRowHeader` marks what names the row. */
export type Column = { readonly header: string; readonly share: number; readonly isRowHeader?: boolean };
/** Text of a row, one per column. */
export type Row = readonly string[];
/** Columns, and whether their headers are shown: a list of names and values needs none. */
export type TableShape = { readonly columns: readonly Column[]; readonly hasHeader: boolean };

const padding = { x: 6, y: 4.5 } as const;
/** Rows of at most so many lines are kept on one page. */
const unbreakableLines = 20;

type Cell = { readonly x: number; readonly lines: readonly string[]; readonly style: TextStyle };

/** Draws a table from the cursor down. Throws TypeError when a row has another number of cells than there are columns. */
export function table(pdf: Pdf, parent: Element, shape: TableShape, rows: readonly Row[]): void {
  const target = element(pdf, parent, 'Table');
  const header = shape.hasHeader ? headerCells(pdf, shape) : null;
  if (header !== null) drawHeader(pdf, target, header);
  for (const row of rows) drawRow(pdf, target, shape, row, header);
  target.end();
}

function cellsOf(pdf: Pdf, shape: TableShape, row: Row, styleOf: (column: Column) => TextStyle): readonly Cell[] {
  if (row.length !== shape.columns.length) throw new TypeError('a row needs a cell for each column');
  let x: number = layout.left;
  return shape.columns.map((column, index) => {
    const width = column.share * textWidth(pdf);
    const style = styleOf(column);
    const cell = { x: x + padding.x, lines: linesOf(pdf, row[index] ?? '', style, width - 2 * padding.x), style };
    x += width;
    return cell;
  });
}

const headerCells = (pdf: Pdf, shape: TableShape): readonly Cell[] =>
  cellsOf(
    pdf,
    shape,
    shape.columns.map((column) => column.header),
    () => styles.label,
  );

const linesIn = (cells: readonly Cell[]): number => Math.max(1, ...cells.map((cell) => cell.lines.length));
const heightOf = (lines: number, leading: number): number => lines * leading + 2 * padding.y;

function drawHeader(pdf: Pdf, target: Element, cells: readonly Cell[]): void {
  const height = heightOf(linesIn(cells), styles.label.leading);
  if (roomLeft(pdf) < height + 3 * styles.cell.leading) newPage(pdf);
  background(pdf, height);
  const row = element(pdf, target, 'TR');
  const top = pdf.doc.y; // drawing text moves the cursor
  const y = top + padding.y;
  for (const cell of cells) {
    const head = element(pdf, row, 'TH', { scope: 'Column' });
    draw(head, () => drawLines(pdf, cell.lines, cell.style, { x: cell.x, y }));
    head.end();
  }
  row.end();
  pdf.doc.y = top + height;
}

function repeatHeader(pdf: Pdf, cells: readonly Cell[]): void {
  const height = heightOf(linesIn(cells), styles.label.leading);
  background(pdf, height);
  const top = pdf.doc.y; // drawing text moves the cursor
  const y = top + padding.y;
  artifact(pdf, 'Pagination', () => {
    for (const cell of cells) drawLines(pdf, cell.lines, cell.style, { x: cell.x, y });
  });
  pdf.doc.y = top + height;
}

function background(pdf: Pdf, height: number): void {
  artifact(pdf, 'Layout', () => pdf.doc.rect(layout.left, pdf.doc.y, textWidth(pdf), height).fill(colors.tint));
}

function drawRow(pdf: Pdf, target: Element, shape: TableShape, row: Row, header: readonly Cell[] | null): void {
  const cells = cellsOf(pdf, shape, row, (column) => (column.isRowHeader === true ? styles.label : styles.cell));
  const tr = element(pdf, target, 'TR');
  const elements = shape.columns.map((column) =>
    column.isRowHeader === true ? element(pdf, tr, 'TH', { scope: 'Row' }) : element(pdf, tr, 'TD'),
  );
  const total = linesIn(cells);
  for (let from = 0; from < total;) {
    const count = linesThatFit(pdf, total, from);
    if (count === 0) {
      newPage(pdf);
      if (header !== null) repeatHeader(pdf, header);
      continue;
    }
    drawFragment(pdf, cells, elements, { from, to: from + count });
    from += count;
  }
  tr.end();
}

/** How many lines to draw on this page; 0 means: on the next one. */
function linesThatFit(pdf: Pdf, total: number, from: number): number {
  const fit = Math.max(0, Math.floor((roomLeft(pdf) - 2 * padding.y) / styles.cell.leading));
  if (fit >= total - from) return total - from;
  if (total <= unbreakableLines || fit < 3) return 0;
  return fit;
}

function drawFragment(pdf: Pdf, cells: readonly Cell[], elements: readonly Element[], part: { from: number; to: number }): void {
  const { y } = pdf.doc;
  for (const [index, cell] of cells.entries()) {
    const lines = cell.lines.slice(part.from, part.to);
    if (lines.every((line) => line === '')) continue;
    elements[index]?.add(() => drawLines(pdf, lines, cell.style, { x: cell.x, y: y + padding.y }));
  }
  pdf.doc.y = y + heightOf(part.to - part.from, styles.cell.leading);
  const bottom = pdf.doc.y;
  artifact(pdf, 'Layout', () => {
    pdf.doc
      .moveTo(layout.left, bottom)
      .lineTo(layout.left + textWidth(pdf), bottom)
      .lineWidth(0.5)
      .stroke(colors.rule);
  });
}
