/**
 * A million events of one organisation: a thousand seals, downloaded and verified as a stream. `npm run campaign:millionEvents`.
 *
 * The seals are made and stored by the sealer's own code, one behind the other. The events' own documents are left out: what
 * is downloaded and verified are the seals. Counted at the client: every document that the download asks for.
 */
import { memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { checkpointKey } from '../../functions/src/audit/sealing/checkpointKey.ts';
import { auditLog } from '../../functions/src/audit/sealing/downloadLog.ts';
import { commitSeal, tipOf } from '../../functions/src/audit/sealing/sealStore.ts';
import { eventText } from '../../functions/src/crypto/auditLog/event.ts';
import { cutLines } from '../../functions/src/crypto/auditLog/logFile.ts';
import { countThatFits, sealEvents } from '../../functions/src/crypto/auditLog/seal.ts';
import { newLogVerifier } from '../../functions/src/crypto/auditLog/verifyLog.ts';
import { sha256, verifyEd25519 } from '../../functions/src/crypto/nodeHashes.ts';
import { adminFirestore } from '../../functions/src/platform/firestore.ts';
import { withLocalCloud } from '../support/localCloud.ts';
import { drawFrom, sampleEvent } from '../support/auditLog/sampleLog.ts';
import { sign } from '../support/auditLog/storedLog.ts';
import { useEnvironmentOf } from '../support/valv.ts';

const local = withLocalCloud({ ownEmulator: true });
useEnvironmentOf(local);

const orgId = 'organisation-with-a-million-events';
const wanted = Number(process.env['EVENTS'] ?? 1_000_000);
const megabytes = (bytes: number): number => Math.round(bytes / 1_048_576);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // what the flag above exposes

/** Memory that is in use once what is garbage has gone. */
function inUse(): number {
  collectGarbage();
  return megabytes(memoryUsage().rss);
}

async function storeSeals(): Promise<number> {
  const draw = drawFrom(1);
  let events = 0;
  while (events < wanted) {
    const tip = await tipOf(orgId);
    const texts = Array.from({ length: Math.min(1000, wanted - events) }, (_, index) => eventText(sampleEvent(events + index, draw)));
    const fitting = texts.slice(0, countThatFits(texts));
    const at = new Date();
    const seal = sealEvents(sha256, { orgId, previous: tip?.header ?? null, sealedAt: at.toISOString(), events: fitting });
    expect(await commitSeal(orgId, tip, seal, [], at)).toBe(true);
    events += fitting.length;
    if (seal.seq % 100 === 0) console.log(`${seal.seq} seals`);
  }
  await sign();
  return events;
}

/** Counts the documents that this process asks the database for. */
function countReads(): () => number {
  const db = adminFirestore();
  const { getAll } = db;
  let reads = 0;
  db.getAll = (...asked: Parameters<typeof getAll>) => {
    reads += asked.filter((one) => 'path' in one).length;
    return getAll.apply(db, asked);
  };
  return () => reads;
}

test('a million events are verified with at most 1,100 document reads, in flat memory', async () => {
  const began = Date.now();
  const events = await storeSeals();
  const stored = Date.now();
  const reads = countReads();
  const verifier = newLogVerifier({ sha256, verifyEd25519, keys: [await checkpointKey()] });
  const cutter = cutLines(verifier.line);
  const before = inUse();
  const samples: number[] = [];
  let bytes = 0;
  let lines = 0;
  for await (const line of auditLog(orgId)) {
    const piece = Buffer.from(line);
    bytes += piece.length;
    lines += 1;
    cutter.push(piece);
    if (lines % 100 === 0) samples.push(inUse());
  }
  cutter.end();
  const { findings, seals, events: verified } = await verifier.end();
  const seconds = (Date.now() - stored) / 1000;
  const figures = {
    events,
    seals,
    megabytes: megabytes(bytes),
    reads: reads(),
    storingSeconds: (stored - began) / 1000,
    seconds,
    before,
    samples,
  };
  console.log(JSON.stringify(figures));
  expect({ findings, verified }).toEqual({ findings: [], verified: wanted });
  expect(reads()).toBeLessThanOrEqual(1100 * Math.max(1, wanted / 1_000_000));
  // What grows are the ids, one of twenty letters for each event, and nothing with the bytes that went through.
  expect(Math.max(...samples) - before).toBeLessThan(400);
}, 3_600_000);
