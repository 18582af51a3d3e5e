/** The fonts of the documents: DejaVu Sans Condensed (free licence, embedding allowed), Latin, Greek, Cyrillic and more. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { PdfFonts } from './page.ts';

/** Reads the fonts from the npm package `dejavu-fonts-ttf`, which must be installed where the function runs. */
export async function loadPdfFonts(): Promise<PdfFonts> {
  const { resolve } = createRequire(import.meta.url);
  const [regular, bold] = await Promise.all([
    readFile(resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf')),
    readFile(resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf')),
  ]);
  return { regular, bold };
}
