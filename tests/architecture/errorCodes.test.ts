import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { errorCodes } from '../../functions/src/shared/errors.ts';
import { errors as english } from '../../hosting/src/i18n/en/errors.ts';
import { errors as swedish } from '../../hosting/src/i18n/sv/errors.ts';
import { projectRoot } from './tree.ts';

const rows = readFileSync(new URL('../../functions/src/shared/errors.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const documented = Object.fromEntries(rows.map(([code = '', canonical = '']) => [code.replaceAll('`', ''), canonical.replaceAll('`', '')]));

const source = globSync('functions/src/**/*.ts', { cwd: projectRoot, exclude: ['functions/src/shared/errors.ts'] })
  .map((path) => readFileSync(`${projectRoot}/${path}`, 'utf8'))
  .join('\n');

describe('error codes', () => {
  test('are documented with the canonical code that they travel as, in the same order', () => {
    expect(Object.entries(documented)).toEqual(Object.entries(errorCodes));
    expect(rows).toHaveLength(Object.keys(errorCodes).length);
  });

  test('say when they come and what to do', () => {
    expect(rows.filter(([, , when = '', remedy = '']) => when.length < 10 || remedy.length < 7)).toEqual([]);
  });

  test.each([
    ['Swedish', swedish],
    ['English', english],
  ])('have words in %s, each its own', (_language, messages) => {
    expect(Object.keys(messages).toSorted()).toEqual(Object.keys(errorCodes).toSorted());
    expect(new Set(Object.values(messages)).size).toBe(Object.keys(errorCodes).length);
    expect(Object.values(messages).filter((message) => message.trim().length < 5)).toEqual([]);
  });

  test('begin with a capability', () => {
    const capabilities = globSync('functions/src/*/', { cwd: projectRoot }).map((path) => path.split('/')[2]);
    expect(Object.keys(errorCodes).filter((code) => !capabilities.includes(code.split('/')[0] ?? ''))).toEqual([]);
  });

  test('are each thrown somewhere', () => {
    expect(Object.keys(errorCodes).filter((code) => !source.includes(`'${code}'`))).toEqual([]);
  });
});
