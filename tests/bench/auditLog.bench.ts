/**
 * Sealing and verifying a log of 100,000 events against SHA-256 of each event's bytes alone, interleaved in one run.
 *
 * What each side does for one event:
 * - Valv: from the object of an event to a stored seal (canonical text, bytes, leaf hash, its share of the Merkle root and
 *   of the header), and from the bytes of the exported file to the verdict (lines, JSON, form, leaf hash, Merkle root,
 *   comparison with the stored leaves, chain, doubled ids, checkpoint). That is four hashes: two of the event's bytes, two
 *   of 65 bytes in the tree.
 * - raw: SHA-256 of the event's ready bytes to 32 bytes, as node:crypto documents it: `createHash`, `update`, `digest`.
 * - raw in one call: `crypto.hash` to a hexadecimal text, the fastest that Node has. Four such hashes alone, without all the
 *   rest, are some 3.5 times one of the event's; its limit only guards against getting worse.
 */
import { createHash, hash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { checkpointLine, cutLines, logFileHead, sealLine } from '../../functions/src/crypto/auditLog/logFile.ts';
import { eventText, type LoggedEvent } from '../../functions/src/crypto/auditLog/event.ts';
import { sealEvents, type Seal } from '../../functions/src/crypto/auditLog/seal.ts';
import { newLogVerifier } from '../../functions/src/crypto/auditLog/verifyLog.ts';
import { sha256, verifyEd25519 } from '../../functions/src/crypto/nodeHashes.ts';
import { drawFrom, fileOf, leafOf, newSampleSigner, sampleCheckpoint, sampleEvent } from '../support/auditLog/sampleLog.ts';
import { figure, type Figure } from './figure.ts';
import { compareInterleaved } from './interleaved.ts';

const eventCount = 100_000;
const sealSize = 1000;
const orgId = 'o7Xq2mB9rT4wLzKc1VnE';
const signer = newSampleSigner();
/** Names as the register has them: the samples for tests have odd ones too, which take a longer way. */
const fieldsOf = (number: number): string[] => ['givenName', 'familyName', 'email', 'phone'].slice(number % 4);

/** Measures the figures of the audit log. Takes a minute and a half. */
export async function run(): Promise<Figure[]> {
  const draw = drawFrom(4);
  const events = Array.from({ length: eventCount }, (_, number): LoggedEvent => ({
    ...sampleEvent(number, draw),
    fields: fieldsOf(number),
  }));
  const bytes = events.map((event) => Buffer.from(eventText(event)));
  const seals: Seal[] = [];
  sealAll(events, (seal) => seals.push(seal));
  const file = fileOf(linesOf(seals));
  const ours = async () => {
    sealAll(events, () => {}); // one after the other, as they are stored
    await verify(file);
  };
  const documented = () => {
    for (const one of bytes) createHash('sha256').update(one).digest();
  };
  const fastest = () => {
    for (const one of bytes) hash('sha256', one);
  };
  // One round of it differs from the next by half, as the collector and what else the machine does will have it: the median of forty by a tenth.
  const raw = await compareInterleaved(ours, documented, { rounds: 40, calls: 1 });
  const oneCall = await compareInterleaved(ours, fastest, { rounds: 10, calls: 1 });
  return [
    figure('seal and verify 100,000 events: time against SHA-256 of each event', raw.ratio, 'x', '<=', 5),
    figure('seal and verify 100,000 events: against one-call SHA-256 in hex', oneCall.ratio, 'x', '<=', 20),
  ];
}

function sealAll(events: readonly LoggedEvent[], store: (seal: Seal) => void): void {
  let previous: string | null = null;
  for (let start = 0; start < events.length; start += sealSize) {
    const texts = events.slice(start, start + sealSize).map(eventText);
    const seal: Seal = sealEvents(sha256, { orgId, previous, sealedAt: '2026-11-22T03:10:00.000Z', events: texts });
    previous = seal.header;
    store(seal);
  }
}

/** The lines of the export; making them is not what is measured. */
function linesOf(seals: readonly Seal[]): string[] {
  const last = checkpointLine(sampleCheckpoint(signer, leafOf(orgId, seals)));
  return [logFileHead({ orgId, seals: seals.length, events: eventCount }), ...seals.map(sealLine), last];
}

async function verify(file: Uint8Array): Promise<void> {
  const verifier = newLogVerifier({ sha256, verifyEd25519, keys: [signer.key] });
  const cutter = cutLines(verifier.line);
  for (let start = 0; start < file.length; start += 1 << 20) cutter.push(file.subarray(start, start + (1 << 20)));
  cutter.end();
  const { findingCount, events } = await verifier.end();
  if (findingCount > 0 || events !== eventCount) throw new Error(`${findingCount} findings in ${events} events`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.table(await run());
