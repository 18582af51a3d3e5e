/** The demo's audit log: sealed by its schedule, downloaded by the owner, verified by the command, tampered with in two ways. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sealDoc, storedHead, type SealDoc } from '../../functions/src/audit/sealing/sealStore.ts';
import { adminFirestore } from '../../functions/src/platform/firestore.ts';
import { deleteObject, listObjects } from '../../functions/src/platform/storage.ts';
import { download } from '../client/client.ts';
import { runCommand, type Run } from './command.ts';
import type { DemoState } from './steps.ts';
import { prove, type Proof } from './transcript.ts';

/** Seals every event there is; the signed checkpoint lies where nobody removes it. */
export async function sealLog(state: DemoState): Promise<Proof> {
  await state.cloud.runSchedule('sealAuditEvents');
  const head = await storedHead(state.orgId);
  const waiting = adminFirestore().collection(`orgs/${state.orgId}/auditEvents`).where('sealSeq', '==', null);
  prove((await waiting.count().get()).data().count === 0, 'no event waits to be sealed');
  prove(head !== null && head.signed?.seq === head.seq, 'the newest seal is signed');
  const bucket = state.cloud.env['CHECKPOINTS_BUCKET'] ?? '';
  const [checkpoint] = await listObjects(bucket, 'checkpoints/');
  prove(checkpoint !== undefined, 'the checkpoint is in its bucket');
  await deleteObject(bucket, checkpoint.path).catch(() => undefined);
  const isKept = (await listObjects(bucket, 'checkpoints/')).some(({ path }) => path === checkpoint.path);
  prove(isKept, 'the bucket refuses to delete a checkpoint');
  return {
    says: `${head.count} events in ${head.seq} seals, signed; the bucket refuses to delete the checkpoint`,
    evidence: { events: head.count, seals: head.seq, head: head.head, checkpoint: checkpoint.path },
  };
}

/** Downloads the log and verifies it as its owner would. */
export async function verifyLog(state: DemoState): Promise<Proof> {
  await writeFile(keysFile(state), await (await fetch(`${state.at.app}/.well-known/valv-keys.json`)).text());
  state.log = (await downloadedLog(state)).toString('utf8');
  const run = await verified(state, 'log.valvlog', state.log);
  prove(run.code === 0, `the log verifies: ${run.out}${run.err}`);
  const events = /(\d+) events/.exec(run.out)?.[1];
  prove(Number(events) === (await storedHead(state.orgId))?.count, 'the command has seen every sealed event');
  return {
    says: `npm run verify: ${events} events genuine, ${Buffer.byteLength(state.log)} bytes`,
    evidence: { events, bytes: Buffer.byteLength(state.log), printed: run.out.split('\n').slice(1) },
  };
}

/** Changes one byte of the file: somebody else is to have revealed the number. The event is named. */
export async function tamperWithFile(state: DemoState): Promise<Proof> {
  const { line, seq, index, id, text } = revealIn(state);
  const actor = /"actorId":"(.)/.exec(text)?.[1] ?? '';
  const edited = text.replace(`"actorId":"${actor}`, `"actorId":"${actor === 'A' ? 'B' : 'A'}`);
  const changed = state.log.replace(line, () => line.replace(inFile(text), () => inFile(edited)));
  prove(bytesThatDiffer(state.log, changed) === 1, 'one byte was changed');
  const finding = await onlyFinding(state, 'edited.valvlog', changed);
  prove(finding.endsWith(`event ${index + 1} of seal ${seq} (${id}) was edited`), `the edited event is named: ${finding}`);
  return { says: `one byte: "event ${index + 1} of seal ${seq} (…) was edited"`, evidence: { eventId: id, finding } };
}

/** Takes the same event out of the stored seal, as somebody with all rights to the database could. Found, and put back. */
export async function tamperWithDatabase(state: DemoState): Promise<Proof> {
  const { seq, index, text } = revealIn(state);
  const seal = sealDoc(state.orgId, seq);
  const { events } = (await seal.get()).data() as SealDoc; // written by sealStore.ts
  const without = Buffer.from(events).toString('utf8').replace(`${text}\n`, '');
  await seal.update({ events: Buffer.from(without) });
  const finding = await onlyFinding(state, 'stored.valvlog', await downloadedLog(state));
  await seal.update({ events });
  prove(finding.endsWith(`event ${index + 1} of seal ${seq} was removed`), `the removed event is named: ${finding}`);
  const receipt = join(state.folder, 'log.valvlog');
  const again = await verified(state, 'again.valvlog', await downloadedLog(state), '--receipt', receipt);
  prove(again.code === 0, 'put back, the log verifies, and goes on from the first download');
  return { says: `a stored seal: "event ${index + 1} of seal ${seq} was removed"; put back, it verifies`, evidence: { finding } };
}

const keysFile = ({ folder }: DemoState): string => join(folder, 'valv-keys.json');
const downloadedLog = ({ at, orgId, idToken }: DemoState): Promise<Buffer> => download(at, `downloadAuditLog?orgId=${orgId}`, idToken);

async function verified(state: DemoState, name: string, log: string | Buffer, ...more: string[]): Promise<Run> {
  const file = join(state.folder, name);
  await writeFile(file, log);
  return runCommand('verify', [file, '--keys', keysFile(state), ...more]);
}

/** The one finding about a log that was tampered with, as the command prints it. */
async function onlyFinding(state: DemoState, name: string, log: string | Buffer): Promise<string> {
  const { code, out } = await verified(state, name, log);
  const findings = out.split('\n').filter((printed) => printed.includes('FAILED'));
  prove(code === 1 && findings.length === 1, `the tampering is found, and nothing else: ${out}`);
  return findings[0] ?? '';
}

/** An event that was sealed: `line` is its seal's line of the file, `index` its place from 0, `text` its canonical JSON. */
type SealedEvent = { readonly line: string; readonly seq: number; readonly index: number; readonly id: string; readonly text: string };

/** Where the downloaded log says that the person's number was revealed. */
function revealIn({ log, dataSubjectId }: DemoState): SealedEvent {
  for (const [seq, line] of log.split('\n').entries()) {
    if (!line.startsWith('{"header"')) continue;
    const { events } = JSON.parse(line) as { events: string[] }; // a seal's line, crypto/README.md
    const index = events.findIndex((text) => text.includes('"register.dataSubject.reveal"') && text.includes(dataSubjectId));
    const text = events[index];
    if (text === undefined) continue;
    return { line, seq, index, text, id: /"id":"([^"]+)"/.exec(text)?.[1] ?? '' };
  }
  throw new Error('not so: the log has the reveal');
}

/** How an event is spelled inside a line of the file. */
const inFile = (text: string): string => JSON.stringify(text);

function bytesThatDiffer(one: string, other: string): number {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return Math.abs(a.length - b.length) + a.reduce((count, byte, at) => count + (at < b.length && byte !== b[at] ? 1 : 0), 0);
}
