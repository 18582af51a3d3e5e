import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backupPersonalData } from '../../functions/src/backup/personalData.ts';
import { supportPersonalData } from '../../functions/src/support/personalData.ts';
import { inventory, subjectCollections } from '../../functions/src/privacy/inventory.ts';
import type { RestDocument } from '../../infra/local/firestore/adminRest.ts';
import { occurrences } from './occurrences.ts';
import { undeclared, undeclaredObjects, unseen } from './undeclared.ts';

/** What wholeRun.fixture.ts wrote down. */
type Stored = {
  documents: RestDocument[];
  objects: { bucket: string; name: string; file: string }[];
  accounts: { userInfo: Record<string, unknown>[] };
  values: string[];
  organisationName: string;
};
const declarations = [...inventory, ...backupPersonalData, ...supportPersonalData];
const folder = mkdtempSync(join(tmpdir(), 'valv-whole-'));
let stored: Stored;
let log: Buffer;
let connections: string[];

beforeAll(async () => {
  const guard = new URL('../integration/localCloud/preloadGuard.fixture.mjs', import.meta.url).pathname;
  const fixture = new URL('./wholeRun.fixture.ts', import.meta.url).pathname;
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], CONNECTIONS_FILE: join(folder, 'connections') };
  const child = spawn(process.execPath, ['--import', guard, fixture, folder], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  log = Buffer.concat(output);
  if (code !== 0) throw new Error(`the run ended with ${String(code)}:\n${log.toString().slice(-3000)}`);
  stored = JSON.parse(readFileSync(join(folder, 'stored.json'), 'utf8')) as Stored;
  connections = readFileSync(join(folder, 'connections'), 'utf8').trim().split('\n');
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true }));

const objectBytes = (): Buffer => Buffer.concat(stored.objects.map(({ file }) => readFileSync(join(folder, file))));
/** Documents as JSON, with their binary values opened beside it. */
const documentBytes = (): Buffer => {
  const json = JSON.stringify(stored.documents);
  const binary = [...json.matchAll(/"bytesValue":"([^"]*)"/g)].map(([, base64]) => Buffer.from(base64 ?? '', 'base64'));
  return Buffer.concat([Buffer.from(json), ...binary]);
};

describe('after every callable, job and schedule has run', () => {
  test('the run left something to look at', () => {
    expect(stored.documents.length).toBeGreaterThan(60);
    expect(stored.values.length).toBeGreaterThan(100);
    expect(new Set(stored.objects.map(({ bucket }) => bucket))).toEqual(
      new Set([
        'FILES_BUCKET',
        'EXPORTS_BUCKET',
        'EXPORTS_COPY_BUCKET',
        'KEYS_BACKUP_BUCKET',
        'KEYS_BACKUP_COPY_BUCKET',
        'CHECKPOINTS_BUCKET',
      ]),
    );
  });

  test('every collection and every field of every document is declared', () => {
    expect(undeclared(stored.documents, declarations)).toEqual([]);
  });

  test('every declared collection was seen', () => {
    expect(unseen(stored.documents, declarations)).toEqual([]);
  });

  test('no document was changed past the log', () => {
    const told = stored.documents.filter(({ name, fields = {} }) => name.includes('/auditReconciliation/') && 'path' in fields);
    expect(told.map(({ fields }) => fields?.['path'])).toEqual([]);
    expect(stored.documents.some(({ name }) => name.endsWith('/auditReconciliation/state'))).toBe(true);
  });

  test('every object of the bucket of files is declared', () => {
    const names = stored.objects.flatMap(({ bucket, name }) => (bucket === 'FILES_BUCKET' ? [name] : []));
    expect(names.length).toBeGreaterThan(0);
    expect(undeclaredObjects(names, declarations)).toEqual([]);
  });

  test('no value of a person is in any document', () => {
    expect(occurrences(documentBytes(), stored.values)).toEqual([]);
  });

  test('no value of a person is in any object: uploads, extracts, exports', () => {
    expect(occurrences(objectBytes(), stored.values)).toEqual([]);
  });

  test('no value of a person is in what was logged', () => {
    expect(log.length).toBeGreaterThan(0);
    expect(occurrences(log, stored.values)).toEqual([]);
  });

  test('the scan does find what is there in the clear', () => {
    expect(occurrences(documentBytes(), [stored.organisationName])).toEqual([stored.organisationName]);
    expect(occurrences(objectBytes(), [stored.organisationName])).toEqual([stored.organisationName]);
  });

  test('Firebase Auth knows a random uid and nothing else of anybody', () => {
    const known = new Set(stored.accounts.userInfo.flatMap((account) => Object.keys(account)));
    expect(stored.accounts.userInfo.length).toBe(1);
    expect(
      [...known].filter(
        (key) => !['localId', 'lastLoginAt', 'createdAt', 'lastRefreshAt', 'validSince', 'customAuth', 'providerUserInfo'].includes(key),
      ),
    ).toEqual([]);
    expect(stored.accounts.userInfo[0]?.['providerUserInfo'] ?? []).toEqual([]);
  });

  test('nothing but loopback was contacted or looked up', () => {
    expect(connections).toContain('tcp 127.0.0.1');
    expect([...new Set(connections)].filter((target) => !/^(?:tcp|dns) (?:127\.0\.0\.1|localhost)$/.test(target))).toEqual([]);
  });
});

describe('the inventory', () => {
  test('whatever concerns data subjects can be extracted and erased, save files that are gone within a day, and backups', () => {
    const notAlone: readonly string[] = ['key destroyed within a day', 'key destroyed, backup removed in its time'];
    const kept = declarations.filter(({ concerns, onErasure }) => concerns === 'dataSubject' && !notAlone.includes(onErasure));
    const concerned = kept.map(({ collection }) => collection);
    expect(subjectCollections.map(({ declaration }) => declaration.collection).toSorted()).toEqual(concerned.toSorted());
  });

  test('whatever concerns a person has a legal basis, a retention and words in two languages', () => {
    const incomplete = declarations.filter(
      ({ concerns, legalBasis, retention }) => (concerns !== 'nobody' && legalBasis === null) || retention.sv === '' || retention.en === '',
    );
    expect(incomplete.map(({ collection }) => collection)).toEqual([]);
  });

  test('declares each place once', () => {
    const places = declarations.map(({ store, collection }) => `${store} ${collection}`);
    expect(new Set(places).size).toBe(places.length);
  });
});

describe('the search itself', () => {
  const name = (path: string, database = '(default)'): string => `projects/p/databases/${database}/documents/${path}`;

  test('finds an undeclared collection and field, in the right database', () => {
    const planted = [
      { name: name('orgs/o/pets/p'), fields: {} },
      { name: name('jobs/j'), fields: { orgId: {}, colour: {} } },
      { name: name('jobs/j', 'keys'), fields: {} },
      { name: name('orgs/o'), fields: { name: {} } },
    ];
    expect(undeclared(planted, declarations)).toEqual(['firestore: orgs/{…}/pets', 'firestore: jobs.colour', 'firestore/keys: jobs']);
    expect(undeclaredObjects(['orgs/o/photos/p'], declarations)).toEqual(['orgs/o/photos/p']);
  });

  test.each([
    ['UTF-8', Buffer.from('xxÅsa Öbergyy')],
    ['Windows-1252', Buffer.from('xxÅsa Öbergyy', 'latin1')],
    ['UTF-16', Buffer.from('xxÅsa Öbergyy', 'utf16le')],
    ['lower case', Buffer.from('åsa öberg')],
    ['hex', Buffer.from(Buffer.from('Åsa Öberg').toString('hex'))],
    ['base64', Buffer.from(Buffer.from('Åsa Öberg').toString('base64'))],
    ['base64 after one byte', Buffer.from(Buffer.from('xÅsa Öberg').toString('base64'))],
    ['base64url after two bytes', Buffer.from(Buffer.from('xxÅsa Öbergx').toString('base64url'))],
  ])('finds a value in %s', (_encoding, bytes) => {
    expect(occurrences(bytes, ['Åsa Öberg', 'Någon Annan'])).toEqual(['Åsa Öberg']);
  });

  test('finds a number with and without century and hyphen', () => {
    for (const text of ['189001019802', '9001019802', '900101-9802', '18900101-9802'])
      expect(occurrences(Buffer.from(text), ['189001019802'])).toHaveLength(1);
  });
});
