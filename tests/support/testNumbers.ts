/** The numbers that are published for testing; see tests/data/README.md. */
import { readFileSync } from 'node:fs';

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8'));
}

/** Personal identity numbers, twelve digits. */
// The files are committed and have these shapes.
export const testPersonalNumbers = read('test-personnummer.json') as readonly string[];
/** Coordination numbers, twelve digits. */
export const testCoordinationNumbers = read('test-samordningsnummer.json') as readonly string[];
/** Organisation numbers. */
export const testOrganisationNumbers = read('test-organisationsnummer.json') as readonly {
  short_format: string;
  separated_format: string;
}[];
