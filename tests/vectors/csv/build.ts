/** Writes the committed files of this folder anew: `node tests/vectors/csv/build.ts`. README.md tells what each is. */
import { writeFileSync } from 'node:fs';
import { encodeWindows1252 } from '../../../infra/local/sample/persons.ts';
import { sampleCsv } from '../../support/sampleCsv.ts';

const [personal = '', other = '', third = ''] = ['199002072396', '198102282384', '200002082394']; // of tests/data
const dashed = (number: string): string => `${number.slice(0, 8)}-${number.slice(8)}`;
const wrongDigit = `${personal.slice(0, 11)}${(Number(personal[11]) + 1) % 10}`;

const findings = [
  'Förnamn;Efternamn;Personnr;E-post;Mobil;Postnr;Medlem sedan;Skyddad identitet',
  `Åsa;Öberg;${dashed(personal)};asa@example.se;070-174 06 05;123 45;2020-02-29;nej`,
  `Bo;Ek;${dashed(wrongDigit)};bo@example;0701;1234;2021-02-29;kanske`,
  `Cilla;Ek;19900230-2392;=HYPERLINK(1);070-174 06 06;123 45;2020-01-01;`,
  `Dag;Ek;${dashed(other)};dag@example.se`,
  `Eva;Ek;${dashed(personal)};eva@example.se;070-174 06 07;123 45;2020-01-01;ja`,
  ';;;;;;;',
  `;;${third};fia@example.se;;;;`,
  '@Gösta;-cmd;;;;;;',
];

const files: Record<string, Uint8Array> = {
  'excel-sv.csv': sampleCsv(12, { delimiter: ';', encoding: 'windows-1252', language: 'sv' }),
  'comma-en-utf8.csv': sampleCsv(12, { delimiter: ',', encoding: 'utf-8', language: 'en', newline: '\n' }),
  'tab-sv-bom.txt': sampleCsv(12, { delimiter: '\t', encoding: 'utf-8-bom', language: 'sv' }),
  'excel-sep-line.csv': Buffer.concat([Buffer.from('sep=;\r\n'), sampleCsv(3)]),
  'findings.csv': encodeWindows1252(findings.map((line) => `${line}\r\n`).join('')),
  'utf16.csv': Uint8Array.from([0xff, 0xfe, ...Buffer.from('Förnamn;Efternamn\r\nÅsa;Öberg\r\n', 'utf16le')]),
  'late-damage-utf8.csv': Buffer.concat([Buffer.from('Förnamn;Efternamn;Ort\nÅsa;Öberg;Växjö\nBo;Ek;'), Uint8Array.of(0xc5), Buffer.from('rjäng\n')]),
};
for (const [name, bytes] of Object.entries(files)) writeFileSync(new URL(name, import.meta.url), bytes);
