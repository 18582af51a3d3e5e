import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { locations, needsEuLocation } from '../../functions/src/platform/config.ts';
import { isAppError } from '../../functions/src/shared/errors.ts';
import { projectRoot, textOf, trackedFiles } from './tree.ts';

type Config = {
  firestore: { database: string; location: string; rules: string; indexes: string }[];
  hosting: {
    headers: { source: string; headers: { key: string; value: string }[] }[];
    rewrites: { source?: string; regex?: string; destination?: string }[];
  };
};
const text = textOf('firebase.json');
const config = JSON.parse(text) as Config; // the schema below proves its form

/** Validates by the schema that firebase-tools itself carries, with the validator it uses. */
function schemaProblems(value: unknown): unknown[] {
  const tools = createRequire(createRequire(import.meta.url).resolve('firebase-tools/package.json'));
  const Ajv = tools('ajv') as new (options: object) => {
    compile(schema: object): { (value: unknown): boolean; errors?: unknown[] | null };
  };
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(
    tools('./schema/firebase-config.json') as object,
  );
  return validate(value) ? [] : (validate.errors ?? ['invalid']);
}

describe('firebase.json', () => {
  test('is valid by the schema of firebase-tools', () => {
    // The schema knows "location" for one database only, the code that deploys reads it for each (the next test).
    const databases = config.firestore.map(({ location: _location, ...rest }) => rest);
    expect(schemaProblems({ ...config, firestore: databases })).toEqual([]);
  });

  test('says where each database is, because firebase-tools would otherwise make it in the United States', () => {
    const deploys = readFileSync(createRequire(import.meta.url).resolve('firebase-tools/lib/deploy/firestore/prepare.js'), 'utf8');
    expect(deploys).toContain('locationId: firestoreCfg.location || "nam5"');
    expect(config.firestore.map(({ location }) => location)).toEqual(['europe-north2', 'europe-north2', 'europe-north2']);
  });

  test('the schema does refuse what it should', () => {
    expect(schemaProblems({ hosting: { public: 1 } })).not.toEqual([]);
    expect(schemaProblems({ hosting: { public: 'a', rewrites: [{ source: 1 }] } })).not.toEqual([]);
  });

  test('names rules and indexes that exist, for every database', () => {
    expect(config.firestore.map(({ database }) => database)).toEqual(['(default)', 'keys', 'journal']);
    const files = config.firestore.flatMap(({ rules, indexes }) => [rules, indexes]);
    expect(files.filter((file) => !existsSync(join(projectRoot, file)))).toEqual([]);
  });

  test('its regular expressions are ones that RE2 has: no looking around, no references back', () => {
    const expressions = config.hosting.rewrites.flatMap(({ regex }) => (regex === undefined ? [] : [regex]));
    expect(expressions.length).toBeGreaterThan(0);
    expect(expressions.filter((regex) => /\(\?[=!<>]|\\[1-9]|\\k</.test(regex))).toEqual([]);
  });

  test.each([
    ['/', true],
    ['/sign-in', true],
    ['/o/abc_123-x/persons/new', true],
    ['/organisations/new', true],
    ['/account', true],
    ['/accounts', false],
    ['/assets/missing.js', false],
    ['/assets/missing', false],
    ['/api/unknown', false],
    ['/__/firebase/init.json', false],
    ['/robots.txt', false],
  ])('%s falls back to the app: %s', (path, isApp) => {
    const fallback = config.hosting.rewrites.find(({ destination }) => destination === '/index.html');
    expect(new RegExp(fallback?.regex ?? '^$', 'u').test(path)).toBe(isApp);
  });
});

describe('the headers of every page', () => {
  const everywhere = Object.fromEntries(
    config.hosting.headers.filter(({ source }) => source === '**').flatMap(({ headers }) => headers.map(({ key, value }) => [key, value])),
  );
  const policy = Object.fromEntries(
    (everywhere['Content-Security-Policy'] ?? '').split(';').map((directive): [string, string[]] => {
      const [name = '', ...values] = directive.trim().split(/\s+/);
      return [name, values];
    }),
  );

  test('the content security policy begins with nothing and has no unsafe exception', () => {
    expect(policy['default-src']).toEqual(["'none'"]);
    expect(
      Object.values(policy)
        .flat()
        .filter((value) => /unsafe-|\*|^https?:$|^data:$/.test(value) && value !== 'data:'),
    ).toEqual([]);
    expect(Object.entries(policy).filter(([name, values]) => values.includes('data:') && name !== 'img-src')).toEqual([]);
  });

  test('scripts and styles come from Valv itself, nobody frames it, markup is not code', () => {
    expect(policy).toMatchObject({
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'base-uri': ["'none'"],
      'frame-ancestors': ["'none'"],
      'form-action': ["'self'"],
    });
    expect(policy['require-trusted-types-for']).toEqual(["'script'"]);
  });

  test('the only foreign hosts are those of the Firebase SDK', () => {
    const hosts = Object.values(policy)
      .flat()
      .filter((value) => value.startsWith('http'));
    expect(hosts).toEqual([
      'https://identitytoolkit.googleapis.com',
      'https://securetoken.googleapis.com',
      'https://firestore.googleapis.com',
    ]);
  });

  test('transport security, sniffing, referrer and caching', () => {
    expect(everywhere).toMatchObject({
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cache-Control': 'no-cache',
    });
    expect(Number(/max-age=(\d+)/.exec(everywhere['Strict-Transport-Security'] ?? '')?.[1])).toBeGreaterThanOrEqual(63_072_000);
  });
});

describe('locations', () => {
  const refused = (location: string): boolean => {
    try {
      needsEuLocation(location);
      return false;
    } catch (thrown) {
      return isAppError(thrown, 'backup/location-outside-eu');
    }
  };

  test('every one in the table and in firebase.json is inside the EU', () => {
    const used = [...Object.values(locations), ...config.firestore.map(({ location }) => location)];
    expect(used.filter(refused)).toEqual([]);
    expect(config.firestore.map(({ location }) => location)).toEqual([locations.firestore, locations.firestore, locations.firestore]);
  });

  test.each([
    'europe-west2',
    'europe-west6',
    'us-central1',
    'nam5',
    'us',
    'asia-northeast1',
    'me-west1',
    'global',
    '',
    'europe-west',
    'EUROPE-WEST2',
  ])('"%s" is refused', (location) => {
    expect(refused(location)).toBe(true);
  });

  test.each(['europe-north2', 'EUROPE-NORTH1', 'eur3', 'EU'])('"%s" is accepted, however it is spelled', (location) => {
    expect(refused(location)).toBe(false);
  });

  test('no other location of Google Cloud is named in what is deployed', () => {
    const deployed = trackedFiles().filter(
      (path) => /^(functions\/src|hosting\/src)\/|^firebase\.json$/.test(path) && path !== 'functions/src/platform/config.ts',
    );
    const named = deployed.flatMap((path) =>
      (
        textOf(path).match(
          /\b(?:us|asia|me|africa|australia|southamerica|northamerica|europe)-(?:north|south|east|west|central)[a-z]*\d+\b/g,
        ) ?? []
      ).map((name) => `${path}: ${name}`),
    );
    expect(named.filter((line) => !/: europe-north[12]$/.test(line))).toEqual([]);
  });
});
