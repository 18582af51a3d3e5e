/**
 * A thousand persons, five hundred of them erased after an export: what is left of them anywhere, opened with every key that
 * there is. `npm run campaign:erasedAreGone`.
 */
import type { Firestore } from 'firebase-admin/firestore';
import { beforeAll, expect, test } from 'vitest';
import { hourlyIncrement } from '../../functions/src/backup/increments/hourlyIncrement.ts';
import { prepare } from '../../functions/src/backup/restore/prepare.ts';
import { discardScratches, importExport } from '../../functions/src/backup/restore/scratch.ts';
import { readExportManifest } from '../../functions/src/backup/restore/sources.ts';
import { createScratch, scratchPrefixes } from '../../functions/src/platform/databases.ts';
import { namedFirestore } from '../../functions/src/platform/firestore.ts';
import { subjectKeys } from '../../functions/src/platform/keyring.ts';
import { openClass } from '../../functions/src/register/sealedPerson.ts';
import { samplePersons, toCsv } from '../../infra/local/sample/persons.ts';
import { occurrences } from '../architecture/occurrences.ts';
import { massErasureUnderKills } from '../faults/support/campaign.ts';
import { exportNow } from '../support/backups.ts';
import { withLocalCloud } from '../support/localCloud.ts';
import {
  addMember,
  builtFunctions,
  database,
  everyDocument,
  jobEnded,
  newOrganisation,
  startImport,
  type Organisation,
} from '../support/valv.ts';

/** Fewer only to try the campaign itself. */
const persons = Number(process.env['CAMPAIGN_PERSONS'] ?? 1000);
const local = withLocalCloud({ functionsEntry: builtFunctions, ownEmulator: true });
const sleep = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
const clock = (): Date => new Date();
let at: Organisation;
/** Id → e-mail address, one of its own for each. */
const emails = new Map<string, string>();
let erased: string[];
let exportId: string;
let beforeErasure: Date;
/** Everything that the process printed. */
const printed: string[] = [];
for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream);
  stream.write = ((...args: Parameters<typeof write>) => (printed.push(String(args[0])), write(...args))) as typeof stream.write; // one of its overloads
}

/** What can be opened in a database with the keys that there are: id → e-mail address. */
async function opened(db: Firestore): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const { docs } = await db.collection(`orgs/${at.orgId}/dataSubjects`).get();
  const keys = await subjectKeys(
    at.orgId,
    docs.map(({ id }) => id),
  );
  for (const person of docs) {
    const dek = keys.get(person.id);
    const sealed = person.get('sealed') as { ordinary: Uint8Array }; // written by register/sealedPerson.ts only
    if (dek !== undefined)
      found.set(person.id, openClass(dek, { orgId: at.orgId, dataSubjectId: person.id }, 'ordinary', sealed.ordinary).email ?? '');
  }
  return found;
}
const of = (ids: readonly string[]): string[] => ids.map((id) => emails.get(id) ?? '');
const restOf = (): string[] => [...emails.keys()].filter((id) => !erased.includes(id));

beforeAll(async () => {
  at = await newOrganisation(local);
  const second = await addMember(local, at.orgId, 'administrator');
  const people = samplePersons(persons, 4).map((person, number) => ({
    ...person,
    fields: {
      ...person.fields,
      email: `campaign.${number}.${person.fields.familyName?.toLowerCase().replaceAll(/[^a-z]/g, '') ?? ''}@example.se`,
    },
  }));
  const { jobId } = await startImport(local, at, toCsv(people, { delimiter: ';', encoding: 'utf-8', language: 'sv' }), {
    skipInvalidRows: true,
  });
  await jobEnded(local, jobId, 300);
  for (const [id, email] of await opened(database(local))) emails.set(id, email);
  exportId = (await exportNow(local)).exportId;
  beforeErasure = new Date();
  erased = [...emails.keys()].toSorted().slice(0, Math.floor(emails.size / 2));
  for (let start = 0; start < erased.length; start += 100)
    await massErasureUnderKills(local, at, second, erased.slice(start, start + 100), []);
  await local.cloud.eventsSettled();
  await hourlyIncrement(clock);
}, 1_800_000);

test('the persons were there, and half of them are erased', () => {
  console.log(JSON.stringify({ persons: emails.size, erased: erased.length }));
  expect(emails.size).toBeGreaterThan(persons * 0.9);
  expect(new Set(emails.values()).size).toBe(emails.size);
});

test('in the database, all of the others open and none of the erased', async () => {
  const found = [...(await opened(database(local))).values()];
  expect(found.toSorted()).toEqual(of(restOf()).toSorted());
});

test('no value of anybody is in the bytes of the database, of any bucket or of the logs', async () => {
  const values = [...emails.values()];
  const documents = JSON.stringify(await everyDocument(local));
  const binary = [...documents.matchAll(/"bytesValue":"([^"]*)"/g)].map(([, base64]) => Buffer.from(base64 ?? '', 'base64'));
  expect(occurrences(Buffer.concat([Buffer.from(documents), ...binary]), values)).toEqual([]);
  for (const bucket of ['FILES_BUCKET', 'EXPORTS_BUCKET', 'EXPORTS_COPY_BUCKET'] as const) {
    const { storage, env } = local.cloud;
    const bytes = Buffer.concat([...storage.objects(env[bucket] ?? '').values()].map((object) => storage.read(object)));
    expect(occurrences(bytes, values)).toEqual([]);
  }
  expect(occurrences(Buffer.from(printed.join('')), values)).toEqual([]);
  expect(occurrences(Buffer.from(of(erased).join()), values)).toHaveLength(erased.length); // the scan can find
}, 600_000);

test('in the export from before, imported as it is, the erased are there and cannot be opened; all of the others can', async () => {
  const id = `${scratchPrefixes.restore}campaign`;
  await createScratch(id, sleep);
  const bucket = local.cloud.env['EXPORTS_BUCKET'] ?? '';
  await importExport(id, bucket, await readExportManifest(bucket, exportId), sleep);
  const db = namedFirestore(id);
  expect((await db.collection(`orgs/${at.orgId}/dataSubjects`).count().get()).data().count).toBe(emails.size);
  expect([...(await opened(db)).values()].toSorted()).toEqual(of(restOf()).toSorted());
  await discardScratches([id], sleep);
}, 600_000);

test('restored to the moment before the erasure, from that export, the erased are not even there', async () => {
  const tools = { clock, sleep, say: () => undefined };
  const { scratch, ledgerEntries } = await prepare({ target: { kind: 'scratch' }, moment: beforeErasure, exportId }, tools);
  expect(ledgerEntries).toBe(erased.length);
  const left = (await scratch.db.collection(`orgs/${at.orgId}/dataSubjects`).select().get()).docs.map((person) => person.id);
  expect(left.toSorted()).toEqual(restOf().toSorted());
  await discardScratches([scratch.id], sleep);
}, 600_000);
