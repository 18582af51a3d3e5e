/** Organisation numbers for tests: the published ones. Each organisation of a project needs its own. */
import { readFileSync } from 'node:fs';

const published = JSON.parse(readFileSync(new URL('../data/test-organisationsnummer.json', import.meta.url), 'utf8')) as readonly {
  short_format: string;
}[]; // our own data file
let used = 0;
const handedOut: string[] = [];

/** Hands out a number that was not handed out before in this process. Throws when there are no more. */
export const organisationNumbers = {
  next(): string {
    const found = published[used];
    if (found === undefined) throw new TypeError('no more organisation numbers: use one organisation for several tests');
    used += 1;
    return found.short_format;
  },
  /** The next one; when there are no more, the one that was handed out here the longest ago, which its organisation must lose. */
  nextOrOldest(): string {
    const found = used < published.length ? organisationNumbers.next() : handedOut.shift();
    if (found === undefined) throw new TypeError('no organisation number was handed out');
    handedOut.push(found);
    return found;
  },
  /** All are free again, because there are no organisations any more. */
  startOver(): void {
    used = 0;
    handedOut.splice(0);
  },
};
