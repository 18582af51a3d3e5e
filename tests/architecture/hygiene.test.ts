import { describe, expect, test } from 'vitest';
import { hasLuhnDigit } from '../../functions/src/shared/luhn.ts';
import { testCoordinationNumbers, testPersonalNumbers } from '../support/testNumbers.ts';
import { textOf, trackedFiles } from './tree.ts';

const files = trackedFiles();
const isText = (path: string): boolean => !/\.(png|zip|pdf|woff2?|ico)$/.test(path);
/** Text that people wrote: everything but the lockfile and published data. */
const written = files.filter((path) => isText(path) && path !== 'package-lock.json' && !path.startsWith('tests/data/'));
const texts = new Map(written.map((path) => [path, textOf(path)]));

/** Where a pattern occurs, as `path: what was found`. Patterns are put together here so that this file does not find itself. */
function found(pattern: string, flags = 'g'): string[] {
  const expression = new RegExp(pattern, flags);
  return [...texts].flatMap(([path, text]) => [...text.matchAll(expression)].map(([what]) => `${path}: ${what.slice(0, 60)}`));
}

describe('tracked files', () => {
  test('are all there to be read', () => {
    expect(written.length).toBeGreaterThan(300);
  });

  test.each([
    ['private keys', ['-----BEGIN [A-Z ]*PRIV', 'ATE KEY-----\\s+[A-Za-z0-9+/]{40}'].join('')],
    ['keys of Google', ['AI', 'za[0-9A-Za-z_-]{35}'].join('')],
    ['keys of Stripe', ['[sr]k_', '(live|test)_[0-9a-zA-Z]{16}'].join('')],
    ['webhook secrets', ['whs', 'ec_[0-9a-zA-Z]{16}'].join('')],
    ['tokens of GitHub', ['gh', '[pousr]_[0-9A-Za-z]{30}'].join('')],
    ['paths of a machine', ['(?<![\\w.}/])/(wo', 'rk|ro', 'ot|ho', 'me)/[a-z]|/tm', 'p/[a-z]/'].join('')],
    ['hosts of registries', ['regis', 'try\\.[a-z]|(npmjs|verdaccio|artifactory|nexus)\\.[a-z]'].join('')],
    ['private addresses', '\\b(?:10|192\\.168|172\\.(?:1[6-9]|2\\d|3[01]))\\.\\d{1,3}\\.\\d{1,3}(?:\\.\\d{1,3})?\\b(?!\\.)(?=[:/])'],
  ])('hold no %s', (_what, pattern) => {
    expect(found(pattern)).toEqual([]);
  });

  test('leave work to do later only with the number of its issue', () => {
    expect(found(['\\b(TO', 'DO|FIX', 'ME|HA', 'CK)\\b(?!\\(#\\d+\\))'].join(''))).toEqual([]);
  });

  test('are at most 400 lines long', () => {
    // Rules cannot import: the gate is one file.
    const counted = [...texts].filter(([path]) => /\.(ts|tsx|mjs|css|md)$/.test(path));
    expect(counted.filter(([, text]) => text.split('\n').length > 401).map(([path]) => path)).toEqual([]);
  });

  test('end with one line break and have no carriage returns', () => {
    const source = [...texts].filter(([path]) => /\.(ts|tsx|mjs|css|md|json|rules)$/.test(path) && !path.startsWith('tests/vectors/'));
    expect(source.filter(([, text]) => !text.endsWith('\n') || text.endsWith('\n\n') || text.includes('\r')).map(([path]) => path)).toEqual(
      [],
    );
  });

  test('are named in camelCase after what they hold', () => {
    const source = files.filter((path) => /\.(ts|tsx|css)$/.test(path));
    const odd = source.filter(
      (path) => !/(^|\/)[a-zA-Z][a-zA-Z0-9]*(\.(test|fixture|bench|e2e|config|property|main)){0,2}\.(ts|tsx|css)$/.test(path),
    );
    expect(odd).toEqual([]);
  });

  test('are in folders named alike', () => {
    const folders = new Set(files.flatMap((path) => path.split('/').slice(0, -1)));
    expect([...folders].filter((folder) => !/^\.?[a-z][a-zA-Z0-9]*$/.test(folder))).toEqual([]);
  });

  test('no file is a heap of things without a name', () => {
    expect(files.filter((path) => /(^|\/)(utils?|helpers?|misc|common|manager)(\.|\/)/i.test(path))).toEqual([]);
  });
});

describe('personal identity numbers', () => {
  const published = new Set([...testPersonalNumbers, ...testCoordinationNumbers].flatMap((number) => [number, number.slice(2)]));
  /** Numbers that mean something else. */
  const otherwise = new Set<string>([]);

  test('are published test numbers, wherever they occur', () => {
    const candidates = found('(?<![\\d.])(?:(?:18|19|20)\\d{6}[-+]?\\d{4}|\\d{6}[-+]?\\d{4})(?![\\d.])');
    const real = candidates.filter((line) => {
      const digits = line.slice(line.lastIndexOf(': ') + 2).replaceAll(/\D/g, '');
      return isIdentityNumber(digits) && !published.has(digits) && !otherwise.has(digits);
    });
    expect(candidates.length).toBeGreaterThan(20);
    expect(real).toEqual([]);
  });

  test('the search knows one when it sees one', () => {
    const [number = ''] = testPersonalNumbers;
    expect(isIdentityNumber(number)).toBe(true);
    expect(isIdentityNumber(number.slice(2))).toBe(true);
    expect(isIdentityNumber(`${number.slice(0, -1)}${(Number(number.at(-1)) + 1) % 10}`)).toBe(false);
  });

  /** Whether ten or twelve digits have a date (of a coordination number: day and 60) and the right check digit. */
  function isIdentityNumber(digits: string): boolean {
    const ten = digits.slice(-10);
    const month = Number(ten.slice(2, 4));
    const day = Number(ten.slice(4, 6)) % 60;
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hasLuhnDigit(ten);
  }
});

describe('the lockfile', () => {
  type Entry = {
    version?: string;
    resolved?: string;
    integrity?: string;
    optional?: boolean;
    optionalDependencies?: Record<string, string>;
  };
  const { packages } = JSON.parse(textOf('package-lock.json')) as { packages: Record<string, Entry> }; // npm's documented form
  const entries = Object.entries(packages).filter(([path]) => path !== '');

  test('holds no address of where packages came from', () => {
    expect(entries.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  });

  test('pins the content of every package that is installed here', () => {
    expect(entries.filter(([, { integrity, optional }]) => integrity === undefined && optional !== true).map(([path]) => path)).toEqual([]);
  });

  test('names the optional packages of every platform, without which npm ci refuses it', () => {
    const wanted = entries.flatMap(([, { optionalDependencies = {} }]) => Object.keys(optionalDependencies));
    const names = new Set(entries.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)));
    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  });
});

describe('package.json', () => {
  type Package = {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
    scripts: Record<string, string>;
    allowScripts: Record<string, boolean>;
  };
  const read = JSON.parse(textOf('package.json')) as Package; // our own file
  const all = { ...read.dependencies, ...read.devDependencies };

  test('pins exact versions', () => {
    expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  test('targets Node 24, and lets one package run a script when it is installed', () => {
    expect(read.devDependencies['node']).toMatch(/^24\./);
    expect(Object.keys(read.allowScripts).filter((name) => read.allowScripts[name] === true)).toEqual(['node']);
  });

  test('every script that runs a file runs one that exists', () => {
    const named = Object.values(read.scripts).flatMap((script) => [...script.matchAll(/\bnode (\S+\.ts)/g)].map(([, file]) => file ?? ''));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((file) => !files.includes(file))).toEqual([]);
  });
});
