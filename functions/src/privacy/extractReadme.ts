/** README.txt of an extract's ZIP: what the files are, in the extract's language. */
import type { ExtractModel } from './extractModel.ts';

/** The text, with CRLF line ends so that every editor shows it. */
export function extractReadme(model: ExtractModel): string {
  const lines = model.locale === 'sv' ? swedish(model) : english(model);
  return `${lines.join('\r\n')}\r\n`;
}

const swedish = ({ organisation, createdAt }: ExtractModel): readonly string[] => [
  'REGISTERUTDRAG',
  `${organisation.name}, ${createdAt}`,
  '',
  'utdrag.pdf      allt som finns om dig, för läsning och utskrift',
  'extract.json    samma innehåll, exakt och maskinläsbart',
  'register.csv    dina uppgifter som tabell (dataportabilitet, artikel 20 i GDPR).',
  '                UTF-8, semikolon. En apostrof först i en cell hör inte till värdet:',
  '                den hindrar att kalkylprogram tar cellen för en formel.',
  'manifest.json   filernas kontrollsummor (SHA-256)',
  'manifest.jws    samma lista, underskriven av Valv (JWS, ES256)',
  '',
  'Filerna innehåller personuppgifter. Förvara dem så att ingen annan kommer åt dem.',
  'Ändras en fil stämmer inte underskriften längre. De öppna nycklarna finns på',
  '/.well-known/valv-keys.json hos tjänsten, och kontrollen kan göras utan nätverk.',
];

const english = ({ organisation, createdAt }: ExtractModel): readonly string[] => [
  'REGISTER EXTRACT',
  `${organisation.name}, ${createdAt}`,
  '',
  'extract.pdf     everything held about you, for reading and printing',
  'extract.json    the same content, exact and machine-readable',
  'register.csv    your data as a table (data portability, Article 20 of the GDPR).',
  '                UTF-8, commas. An apostrophe at the start of a cell is not part of the',
  '                value: it keeps spreadsheets from taking the cell for a formula.',
  'manifest.json   checksums of the files (SHA-256)',
  'manifest.jws    the same list, signed by Valv (JWS, ES256)',
  '',
  'The files hold personal data. Keep them where nobody else can reach them.',
  'If a file is changed, the signature no longer matches. The public keys are at',
  '/.well-known/valv-keys.json of the service, and the check needs no network.',
];
