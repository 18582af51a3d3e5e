import { webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkpointLine } from '../../../functions/src/crypto/auditLog/logFile.ts';
import { verifierKey } from '../../../functions/src/crypto/auditLog/signedNote.ts';
import { sha256 as nodeSha256 } from '../../../functions/src/crypto/nodeHashes.ts';
import { ed25519By, sha256, verifiesEd25519 } from '../../../hosting/src/features/audit/verification/browserHashes.ts';
import { findingText } from '../../../hosting/src/features/audit/verification/findingText.ts';
import { rememberedHead, type HeadStorage } from '../../../hosting/src/features/audit/verification/rememberedHead.ts';
import { newBreather, verifyStream } from '../../../hosting/src/features/audit/verification/verifyStream.ts';
import { verifyWork, type Means, type Outcome, type Work } from '../../../hosting/src/features/audit/verification/verifyWork.ts';
import { en } from '../../../hosting/src/i18n/en/catalogue.ts';
import { sv } from '../../../hosting/src/i18n/sv/catalogue.ts';
import {
  drawFrom,
  fileOf,
  leafOf,
  logLines,
  newSampleSigner,
  sampleCheckpoint,
  sampleLog,
  sampleSeals,
} from '../../support/auditLog/sampleLog.ts';
import { tamperings, type Tampering } from '../../support/auditLog/tampering.ts';

const signer = newSampleSigner();
const log = sampleLog(signer, [40, 1, 300], 5);
const { subtle } = webcrypto;

/** The log when another seal has been added. */
const continued = (() => {
  const seals = sampleSeals(log.orgId, [7], drawFrom(9), log.seals);
  const checkpoint = sampleCheckpoint(signer, leafOf(log.orgId, seals));
  return { checkpoint, bytes: fileOf(logLines(log.orgId, seals, checkpoint)) };
})();

/** Bytes as a network brings them: in pieces that know nothing of lines. */
function streamOf(bytes: Uint8Array, pieceBytes = 1000): ReadableStream<Uint8Array> {
  let start = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (start >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(start, (start += pieceBytes)));
    },
  });
}

function newStorage(): HeadStorage & { readonly stored: Map<string, string> } {
  const stored = new Map<string, string>();
  return { stored, getItem: (place) => stored.get(place) ?? null, setItem: (place, value) => void stored.set(place, value) };
}

const meansOf = (bytes: Uint8Array, storage: HeadStorage = newStorage(), others: Partial<Means> = {}): Means => ({
  openLog: () => Promise.resolve(streamOf(bytes)),
  fetchKey: () => Promise.resolve(verifierKey(signer.key)),
  subtle,
  storage,
  now: () => new Date('2026-11-22T08:00:00.000Z'),
  breathe: () => Promise.resolve(true),
  ...others,
});

const own: Work = { kind: 'own' };
const fileWork = (name: string, content: Uint8Array | string): Work => ({ kind: 'file', file: new File([content], name) });
const run = (means: Means, work: Work = own, orgId: string = log.orgId) =>
  verifyWork(means, orgId, work, () => {}, new AbortController().signal);

function verificationOf(outcome: Outcome) {
  if (outcome.kind !== 'verified') throw new Error(`not verified: ${outcome.problem}`);
  return outcome.verification;
}

describe('the hashes of the browser', () => {
  it('are those of node:crypto', () => {
    for (const length of [0, 1, 55, 56, 64, 65, 1000])
      expect(sha256(new Uint8Array(length).fill(7))).toEqual(nodeSha256(new Uint8Array(length).fill(7)));
  });

  it('tell whether Ed25519 can be verified', async () => {
    expect(await verifiesEd25519(subtle)).toBe(true);
    expect(await verifiesEd25519(undefined)).toBe(false);
    expect(
      await verifiesEd25519({ importKey: () => Promise.reject(new Error('NotSupportedError')), verify: () => Promise.resolve(true) }),
    ).toBe(false);
    const credulous = { importKey: subtle.importKey.bind(subtle), verify: () => Promise.resolve(true) };
    expect(await verifiesEd25519(credulous)).toBe(false);
  });

  it('call what is no key and no signature not genuine', async () => {
    const verify = ed25519By(subtle);
    expect(await verify(new Uint8Array(31), new Uint8Array(3), new Uint8Array(64))).toBe(false);
    expect(await verify(new Uint8Array(32).fill(255), new Uint8Array(3), new Uint8Array(64))).toBe(false);
  });
});

describe('a log in the browser', () => {
  it('verifies, with its numbers, its progress and the time of its newest seal', async () => {
    const shares: string[] = [];
    const outcome = await verifyWork(
      meansOf(fileOf(log.lines)),
      log.orgId,
      own,
      ({ events, ofEvents }) => shares.push(`${events}/${ofEvents}`),
      new AbortController().signal,
    );
    const { verdict, report, sealedAt, compared, isRemembered, isKeyChanged, isOtherOrganisation } = verificationOf(outcome);
    expect({ verdict, compared, isRemembered, isKeyChanged, isOtherOrganisation }).toEqual({
      verdict: 'good',
      compared: [],
      isRemembered: true,
      isKeyChanged: false,
      isOtherOrganisation: false,
    });
    expect([report.events, report.seals, sealedAt]).toEqual([341, 3, '2026-11-22T03:12:00.000Z']);
    expect(shares).toContain('0/341');
    expect(shares.at(-1)).toBe('341/341');
  });

  it.each<[string, Tampering]>(Object.entries(tamperings))('is not called good when %s', async (_name, tamper) => {
    const tampered = tamper(log, drawFrom(3));
    if (tampered === null) throw new Error('the log is too small for it');
    const { known, bytes } = tampered;
    const { report } = await verifyStream(streamOf(bytes), {
      trust: { sha256, verifyEd25519: ed25519By(subtle), keys: [signer.key] },
      knownFor: () => (known === undefined ? [] : [known]),
      breathe: () => Promise.resolve(false),
      onProgress: () => {},
      signal: new AbortController().signal,
    });
    expect(report.findingCount).toBeGreaterThan(0);
    for (const finding of report.findings) {
      for (const { verification } of [sv, en]) expect(findingText(verification, String, finding)).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('that nobody has signed yet is neither good nor bad', async () => {
    const empty = fileOf(logLines(log.orgId, [], null));
    expect(verificationOf(await run(meansOf(empty))).verdict).toBe('none');
  });

  it('that is given up is let go, without an outcome', async () => {
    const controller = new AbortController();
    let isLetGo = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (to) => to.enqueue(fileOf(log.lines)),
      cancel: () => {
        isLetGo = true;
      },
    });
    const means = meansOf(new Uint8Array(0), newStorage(), { openLog: () => Promise.resolve(endless) });
    const running = verifyWork(means, log.orgId, own, () => controller.abort(new Error('enough')), controller.signal);
    await expect(running).rejects.toThrow('enough');
    expect(isLetGo).toBe(true);
  });

  it('is not vouched for without a published key, nor in a browser without Ed25519', async () => {
    const bytes = fileOf(log.lines);
    expect(await run(meansOf(bytes, newStorage(), { fetchKey: () => Promise.resolve(null) }))).toEqual({
      kind: 'problem',
      problem: 'noKey',
    });
    expect(await run(meansOf(bytes, newStorage(), { fetchKey: () => Promise.resolve('a+b+c') }))).toEqual({
      kind: 'problem',
      problem: 'noKey',
    });
    expect(await run(meansOf(bytes, newStorage(), { subtle: undefined }))).toEqual({ kind: 'problem', problem: 'unsupported' });
  });
});

describe('what was verified before', () => {
  it('is compared with the next time, and a log that goes on from it is good', async () => {
    const storage = newStorage();
    await run(meansOf(fileOf(log.lines), storage));
    const { verdict, compared } = verificationOf(await run(meansOf(continued.bytes, storage)));
    expect([verdict, compared]).toEqual(['good', [{ kind: 'remembered', seq: 3, at: '2026-11-22T08:00:00.000Z' }]]);
    expect(rememberedHead(storage, log.orgId)?.seq).toBe(4);
  });

  it('finds a log that was cut back to an older signature, and stays remembered', async () => {
    const storage = newStorage();
    await run(meansOf(continued.bytes, storage));
    const { verdict, report } = verificationOf(await run(meansOf(fileOf(log.lines), storage)));
    expect(verdict).toBe('bad');
    expect(report.findings).toEqual([{ kind: 'truncated', part: 'receipt', seq: 4 }]);
    expect(rememberedHead(storage, log.orgId)?.seq).toBe(4);
  });

  it('finds a history that was made anew and signed', async () => {
    const storage = newStorage();
    await run(meansOf(fileOf(log.lines), storage));
    const other = sampleSeals(log.orgId, [40, 1, 300, 2], drawFrom(77));
    const bytes = fileOf(logLines(log.orgId, other, sampleCheckpoint(signer, leafOf(log.orgId, other))));
    const { report } = verificationOf(await run(meansOf(bytes, storage)));
    expect(report.findings).toEqual([{ kind: 'forked', part: 'receipt', seq: 3 }]);
  });

  it('does not call a log good that verifies under another key, nor forgets the one before', async () => {
    const storage = newStorage();
    await run(meansOf(fileOf(log.lines), storage));
    const successor = newSampleSigner();
    const bytes = fileOf(logLines(log.orgId, log.seals, sampleCheckpoint(successor, leafOf(log.orgId, log.seals))));
    const means = meansOf(bytes, storage, { fetchKey: () => Promise.resolve(verifierKey(successor.key)) });
    for (let times = 0; times < 2; times += 1)
      expect(verificationOf(await run(means))).toMatchObject({ verdict: 'otherKey', isKeyChanged: true });
    expect(rememberedHead(storage, log.orgId)?.key).toBe(verifierKey(signer.key));
    expect(verificationOf(await run(meansOf(fileOf(log.lines), storage))).verdict).toBe('good');
  });

  it('is nothing when the log had faults, or was another organisation’s', async () => {
    const storage = newStorage();
    await run(meansOf(fileOf(log.lines.slice(0, -1)), storage));
    const foreign = verificationOf(await run(meansOf(fileOf(log.lines), storage), own, 'another'));
    expect(foreign).toMatchObject({ isOtherOrganisation: true, isRemembered: false });
    expect(storage.stored.size).toBe(0);
  });

  it('holds ids, hashes and times only, and is nothing when somebody has written over it', async () => {
    const storage = newStorage();
    await run(meansOf(fileOf(log.lines), storage));
    const [place = '', text = ''] = [...storage.stored.entries()][0] ?? [];
    expect(place).toBe(`valv.auditHead.${log.orgId}`);
    expect(Object.keys(JSON.parse(text) as object).toSorted()).toEqual(['checkpoint', 'events', 'head', 'key', 'seq', 'v', 'verifiedAt']);
    for (const other of ['', 'null', '{', '{"v":1}', text.replace('"v":1', '"v":2')]) {
      storage.setItem(place, other);
      expect(rememberedHead(storage, log.orgId)).toBeNull();
    }
  });
});

describe('a file', () => {
  it('is verified by its content, whatever its name', async () => {
    const { verdict, fileName } = verificationOf(await run(meansOf(new Uint8Array(0)), fileWork('sparad.txt', fileOf(log.lines))));
    expect([verdict, fileName]).toEqual(['good', 'sparad.txt']);
  });

  it('that is called a log but begins otherwise is a damaged one; another is none', async () => {
    const work = fileWork('logg.valvlog', 'PK');
    expect(verificationOf(await run(meansOf(new Uint8Array(0)), work)).verdict).toBe('bad');
    expect(await run(meansOf(new Uint8Array(0)), fileWork('bild.png', 'PNG'))).toEqual({ kind: 'problem', problem: 'notALog' });
    expect(await run(meansOf(new Uint8Array(0)), fileWork('tom.txt', ''))).toEqual({ kind: 'problem', problem: 'notALog' });
  });

  it('that is a receipt has the log compared with it', async () => {
    const receipt = fileWork('kvitto.json', `${checkpointLine(continued.checkpoint)}\n`);
    const good = verificationOf(await run(meansOf(continued.bytes), receipt));
    expect([good.verdict, good.compared]).toEqual(['good', [{ kind: 'receipt', seq: 4 }]]);
    const cut = verificationOf(await run(meansOf(fileOf(log.lines)), receipt));
    expect(cut.report.findings.map(({ kind }) => kind)).toEqual(['truncated']);
  });

  it('that is a receipt does not take the place of what is remembered: the log goes on from both', async () => {
    const storage = newStorage();
    const receipt = fileWork('kvitto.json', `${checkpointLine(log.checkpoint)}\n`);
    await run(meansOf(continued.bytes, storage));
    const good = verificationOf(await run(meansOf(continued.bytes, storage), receipt));
    expect(good).toMatchObject({
      verdict: 'good',
      compared: [
        { kind: 'receipt', seq: 3 },
        { kind: 'remembered', seq: 4 },
      ],
    });
    // Whole up to the receipt, and cut back behind what this browser has seen.
    const cut = verificationOf(await run(meansOf(fileOf(log.lines), storage), receipt));
    expect([cut.verdict, cut.report.findings]).toEqual(['bad', [{ kind: 'truncated', part: 'receipt', seq: 4 }]]);
    // As remembered, and another than the receipt of before.
    const anew = sampleSeals(log.orgId, [40, 1, 300, 2], drawFrom(77));
    const bytes = fileOf(logLines(log.orgId, anew, sampleCheckpoint(signer, leafOf(log.orgId, anew))));
    const fresh = newStorage();
    await run(meansOf(bytes, fresh));
    const forked = verificationOf(await run(meansOf(bytes, fresh), receipt));
    expect([forked.verdict, forked.report.findings]).toEqual(['bad', [{ kind: 'forked', part: 'receipt', seq: 3 }]]);
  });

  it('that is a receipt of another key or organisation compares with nothing', async () => {
    const forged = sampleCheckpoint(newSampleSigner(), leafOf(log.orgId, log.seals));
    const means = meansOf(continued.bytes);
    expect(await run(means, fileWork('kvitto.json', checkpointLine(forged)))).toEqual({ kind: 'problem', problem: 'receiptBad' });
    expect(await run(means, fileWork('kvitto.json', checkpointLine(null)))).toEqual({ kind: 'problem', problem: 'receiptBad' });
    expect(await run(means, fileWork('kvitto.json', checkpointLine(log.checkpoint)), 'another')).toEqual({
      kind: 'problem',
      problem: 'receiptOther',
    });
  });
});

describe('a breather', () => {
  it('gives way when a slice of time has passed, and only then', async () => {
    let at = 0;
    let given = 0;
    const breathe = newBreather(
      () => at,
      () => {
        given += 1;
        return Promise.resolve();
      },
      12,
    );
    expect(await breathe()).toBe(false);
    at = 12;
    expect(await breathe()).toBe(true);
    expect(await breathe()).toBe(false);
    expect(given).toBe(1);
  });
});
