/** Binds what members and schedules do with an organisation's audit log: download, receipts, reconciliation. */
import type { Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod/mini';
import { recordReading } from '../../audit/event.ts';
import { checkpointKey } from '../../audit/sealing/checkpointKey.ts';
import { auditLog } from '../../audit/sealing/downloadLog.ts';
import { compareEvents } from '../../audit/reconciling/compareEvents.ts';
import { reconcileAudit as reconcile, type TellOfGaps } from '../../audit/reconciling/reconcileAudit.ts';
import { signedState } from '../../audit/sealing/signedState.ts';
import { parseInput } from '../../platform/callable.ts';
import { systemClock } from '../../platform/clock.ts';
import { appUrl } from '../../platform/config.ts';
import { sendMail } from '../../platform/email.ts';
import { scheduled } from '../../platform/scheduled.ts';
import { AppError } from '../../shared/errors.ts';
import { idSchemas } from '../../shared/ids.ts';
import { raiseAlarm } from '../alarms/raiseAlarm.ts';
import { memberCallable, memberRequest } from '../memberCallable.ts';
import { receiptCallables } from './contract.ts';
import { mailReceipts as mail } from './mailReceipts.ts';
import { setReceiptMail as set, showReceiptMail as show } from './receiptMail.ts';

/** A large log takes minutes on a slow line. */
const download = { timeoutSeconds: 1800 } as const;
const downloadQuery = z.strictObject({ orgId: idSchemas.org });

export const downloadAuditLog = /* @__PURE__ */ memberRequest(
  'downloadAuditLog',
  'GET',
  'audit.read',
  download,
  async (actor, request, response) => {
    const { orgId } = parseInput(downloadQuery, request.query);
    await recordReading(actor.db, actor, { action: 'audit.log.download', targetKind: 'organisation', targetIds: [orgId] });
    await send(response, orgId);
  },
);

async function send(response: Response, orgId: string): Promise<void> {
  const lines = auditLog(orgId);
  // What is wrong before the first line is an answer of its own, not a broken file.
  const first = await lines.next();
  response.set('Content-Type', 'application/x-ndjson; charset=utf-8');
  response.set('Content-Disposition', `attachment; filename="valv-${orgId}.valvlog"`);
  async function* all(): AsyncGenerator<string> {
    if (first.done !== true) yield first.value;
    yield* lines;
  }
  await pipeline(Readable.from(all(), { objectMode: true, highWaterMark: 1 }), response);
}

export const getReceiptMail = /* @__PURE__ */ memberCallable(receiptCallables, 'getReceiptMail', 'audit.receipts', {}, show);

export const setReceiptMail = /* @__PURE__ */ memberCallable(
  receiptCallables,
  'setReceiptMail',
  'audit.receipts',
  {},
  async (actor, { receiver }) => {
    await set(actor, receiver);
    return {};
  },
);

export const mailReceipts = /* @__PURE__ */ scheduled('mailReceipts', { secrets: ['SMTP_URL'] }, () =>
  mail({ clock: systemClock, sendMail, appUrl: appUrl() }),
);

export const reconcileAudit = /* @__PURE__ */ scheduled('reconcileAudit', { memory: '512MiB' }, async () => {
  const tellOf =
    (kind: 'auditGap' | 'auditDifference'): TellOfGaps =>
    (orgId, targetIds) =>
      raiseAlarm(orgId, { kind, actorId: null, targetIds, count: targetIds.length }, systemClock);
  const reconciled = await reconcile(tellOf('auditGap'), systemClock);
  const signed = await signedState(await checkpointKey(), systemClock, 'all');
  const { isAlarming, ...compared } = await compareEvents(tellOf('auditDifference'), signed, systemClock);
  // What there was to do is done; that it found something is not to look like success.
  if (isAlarming) throw new AppError('audit/event-not-as-sealed', 'the log that is shown is not the one that was sealed');
  return { ...reconciled, ...compared };
});
