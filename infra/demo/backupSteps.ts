/** The demo's backups: export and increment by their schedules, a restore to a moment by the command, and the drill. */
import * as z from 'zod/mini';
import { changesOf, listIncrements } from '../../functions/src/backup/increments/incrementFile.ts';
import { drillIdOf } from '../../functions/src/backup/drill/drillRecord.ts';
import { textOfSnapshot } from '../../functions/src/backup/journal/rawDocument.ts';
import { listScratch, scratchPrefixes } from '../../functions/src/platform/databases.ts';
import { adminFirestore, namedFirestore } from '../../functions/src/platform/firestore.ts';
import { registerCallables } from '../../functions/src/register/contract.ts';
import { swedishDate } from '../../functions/src/shared/time.ts';
import { call, readDocument } from '../client/client.ts';
import type { SamplePerson } from '../local/sample/persons.ts';
import { scanObjects, type Sought } from './byteScan.ts';
import { runCommand } from './command.ts';
import { search, type DemoState, type EarlierState } from './steps.ts';
import { prove, type Proof } from './transcript.ts';

/** Runs the nightly export now. */
export async function exportDaily(state: DemoState): Promise<Proof> {
  await state.cloud.runSchedule('dailyExport');
  const exportId = `daily-${swedishDate(new Date())}`;
  const { fields, status } = await readDocument(state.at, `exports/${exportId}`, state.idToken);
  prove(status === 200 && fields['state'] === 'complete', 'the export is recorded as complete');
  return {
    says: `${String(fields['fileCount'])} files, ${String(fields['sizeBytes'])} bytes`,
    evidence: { exportId, files: fields['fileCount'], sizeBytes: fields['sizeBytes'] },
  };
}

/** Looks for everybody's values in the bytes of the export. */
export async function scanExport(state: DemoState): Promise<Proof> {
  const bucket = state.cloud.env['EXPORTS_BUCKET'] ?? '';
  const sought = state.persons.flatMap(soughtOf);
  const result = await scanObjects(bucket, 'daily/', sought);
  const control = await scanObjects(bucket, 'daily/', [{ label: 'organisation name', value: 'Demoföreningen Åäö' }]);
  prove(control.found.length === 1, 'the scan can find: the organisation’s name is there in the clear');
  prove(result.found.length === 0, `no value of a person is there, but found ${result.found.slice(0, 3).join(', ')}`);
  return {
    says: `${result.valuesSought} values sought in ${result.bytes} bytes, 0 found (control found)`,
    evidence: { ...result, control: control.found },
  };
}

function soughtOf({ fields }: SamplePerson, index: number): Sought[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    value.length >= 6 && name !== 'country' && name !== 'memberSince' ? [{ label: `person ${index} ${name}`, value }] : [],
  );
}

/** Corrects a person, and later again, and adds another; the increment has it all. */
export async function incrementAfterChanges(state: DemoState): Promise<Proof> {
  state.earlier = await changesAroundAMoment(state);
  await state.cloud.eventsSettled();
  await state.cloud.runSchedule('hourlyIncrement');
  const bucket = state.cloud.env['EXPORTS_BUCKET'] ?? '';
  const manifest = (await listIncrements(bucket)).at(-1)?.manifest;
  prove(manifest !== undefined, 'the increment is in the bucket of exports');
  const paths: string[] = [];
  for await (const { path } of changesOf(bucket, manifest)) paths.push(path);
  const { correctedPath, laterPath } = state.earlier;
  const corrections = paths.filter((path) => path === correctedPath).length;
  prove(corrections >= 2 && paths.includes(laterPath), 'the increment has both corrections and the person who was added');
  const { fields } = await readDocument(state.at, `exports/hourly-${manifest.incrementId}`, state.idToken);
  prove(fields['state'] === 'complete' && fields['documentCount'] === paths.length, 'the list of exports says so');
  return {
    says: `${paths.length} changes, ${manifest.sizeBytes} bytes; the latest corrections are among them`,
    evidence: { incrementId: manifest.incrementId, entries: paths.length, sizeBytes: manifest.sizeBytes },
  };
}

async function changesAroundAMoment(state: DemoState): Promise<EarlierState> {
  const { orgId } = state;
  const dataSubjectId = String((await search(state)).items[0]?.dataSubjectId);
  const corrected = adminFirestore().doc(`orgs/${orgId}/dataSubjects/${dataSubjectId}`);
  await correctCity(state, dataSubjectId, 'Umeå');
  await state.cloud.eventsSettled();
  const text = textOfSnapshot(await corrected.get()) ?? '';
  const moment = new Date().toISOString();
  await correctCity(state, dataSubjectId, 'Malmö');
  const input = { orgId, fields: { givenName: 'Sen', familyName: 'Tillagd' }, isProtected: false };
  const later = z.parse(registerCallables.createDataSubject.output, await call(state.at, 'createDataSubject', input, state.idToken));
  return { moment, correctedPath: corrected.path, text, laterPath: `orgs/${orgId}/dataSubjects/${later.dataSubjectId}` };
}

async function correctCity({ at, orgId, idToken }: DemoState, dataSubjectId: string, city: string): Promise<void> {
  const read = await call(at, 'getDataSubject', { orgId, dataSubjectId }, idToken);
  const { version } = z.parse(registerCallables.getDataSubject.output, read);
  await call(at, 'correctDataSubject', { orgId, dataSubjectId, version, changes: { city } }, idToken);
}

/** Restores the moment between the two corrections into a scratch database, as an operator does, and looks at it. */
export async function restoreMoment(state: DemoState): Promise<Proof> {
  const { earlier, cloud, orgId } = state;
  prove(earlier !== null, 'there is a moment to restore');
  const present = await textOf(null, earlier.correctedPath);
  const run = await runCommand('restore', ['--to-scratch', '--at', earlier.moment, '--do-it'], cloud.env);
  prove(run.code === 0, `the command ends well: ${run.err}`);
  const [scratchId = ''] = await listScratch(scratchPrefixes.restore);
  const [restored, later, erased] = await Promise.all([
    textOf(scratchId, earlier.correctedPath),
    textOf(scratchId, earlier.laterPath),
    textOf(scratchId, `orgs/${orgId}/dataSubjects/${state.dataSubjectId}`),
  ]);
  prove(restored === earlier.text && restored !== present, 'the first correction is there, and not the later one');
  prove(later === null && erased === null, 'neither who was added later nor who was erased is there');
  const persons = await namedFirestore(scratchId).collection(`orgs/${orgId}/dataSubjects`).count().get();
  prove(persons.data().count === state.persons.length - 1, 'everybody else is there');
  prove((await textOf(null, earlier.correctedPath)) === present, 'the present was not touched');
  prove((await runCommand('restore', ['--discard'], cloud.env)).code === 0, 'the scratch database is removed');
  return {
    says: `as of ${earlier.moment.slice(11, 23)} UTC: earlier change there, later ones absent, erased person absent`,
    evidence: { moment: earlier.moment, persons: persons.data().count, printed: run.out.trim().split('\n') },
  };
}

/** The text of a stored document; null when there is none. Without an id of a database, of the present. */
async function textOf(databaseId: string | null, path: string): Promise<string | null> {
  const database = databaseId === null ? adminFirestore() : namedFirestore(databaseId);
  return textOfSnapshot(await database.doc(path).get());
}

const drillSchema = z.object({
  state: z.string(),
  exportId: z.string(),
  recoverySeconds: z.number(),
  recoveryPointSeconds: z.number(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean() })),
  note: z.string(),
});

/** The weekly drill, now; its outcome is what every member may read. */
export async function drill(state: DemoState): Promise<Proof> {
  const drillId = drillIdOf(new Date());
  await state.cloud.runSchedule('keysExport');
  await state.cloud.runSchedule('restoreDrill');
  const { state: outcome, ...found } = z.parse(drillSchema, (await readDocument(state.at, `drills/${drillId}`, state.idToken)).fields);
  prove(outcome === 'green' && found.checks.every(({ ok }) => ok), `the drill is green: ${found.note}`);
  prove(found.checks.length >= 7, 'every check was made');
  prove((await listScratch(scratchPrefixes.drill)).length === 0, 'the scratch database is gone');
  return {
    says: `${outcome}, ${found.checks.length} checks; restored in ${found.recoverySeconds} s, a loss would cost ${found.recoveryPointSeconds} s`,
    evidence: { drillId, state: outcome, ...found },
  };
}
