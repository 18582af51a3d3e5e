/**
 * Refused calls as events: who was refused what, for which reason.
 *
 * Guarantees: as every event, ids and an error code only; of the input nothing but what has the form of an id is kept. Does not
 * decide how many are written, nor in which organisations, nor of whom nothing is kept (orgs/recordRefusal.ts). By the Admin SDK: whoever is refused may write
 * nothing.
 */
import { FieldValue } from 'firebase-admin/firestore';
import { adminFirestore } from '../platform/firestore.ts';
import { newId } from '../platform/random.ts';
import { errorCodes, type AppError, type CanonicalCode } from '../shared/errors.ts';
import { idPattern, type EventId } from '../shared/ids.ts';
import { maxTargets, refusingCodes, type AuditEventDoc } from './contract.ts';
import { eventPath, type ReadingActor } from './event.ts';
import { refusedActions, type MemberFunctionName } from './refusedActions.ts';

/** A call that was refused. */
export type RefusedCall = { readonly name: MemberFunctionName; readonly input: unknown; readonly error: AppError };

const refusing: ReadonlySet<CanonicalCode> = new Set(refusingCodes);

/** Whether an error refuses the call. */
export const isRefusal = ({ code }: AppError): boolean => refusing.has(errorCodes[code]);

/** Action and targets of a refused call: what it named in the form of an id, at most 100 of them, otherwise the organisation. */
export function refusedHappening({ name, input }: Pick<RefusedCall, 'name' | 'input'>, orgId: string) {
  const { action, targetKind, target } = refusedActions[name];
  const targetIds = target === null ? [] : idsAt(input, target);
  return targetIds.length === 0
    ? ({ action, targetKind: 'organisation', targetIds: [orgId] } as const)
    : ({ action, targetKind, targetIds } as const);
}

function idsAt(input: unknown, field: string): readonly string[] {
  const value: unknown = typeof input === 'object' && input !== null && Object.hasOwn(input, field) ? Reflect.get(input, field) : undefined;
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const ids = values.slice(0, maxTargets).filter((id): id is string => typeof id === 'string' && idPattern.test(id));
  return [...new Set(ids)];
}

/** Writes the event of a refused call. */
export async function writeRefusal(actor: ReadingActor, call: RefusedCall): Promise<void> {
  const event: AuditEventDoc<FieldValue> = {
    v: 1,
    ...refusedHappening(call, actor.orgId),
    fields: [],
    at: FieldValue.serverTimestamp(),
    actorKind: 'member',
    actorId: actor.accountId,
    sessionId: actor.sessionId,
    jobId: null,
    from: actor.from,
    grantId: actor.grantId,
    outcome: call.error.code,
    sealSeq: null,
  };
  await adminFirestore().doc(eventPath(actor.orgId, newId<EventId>())).create(event);
}
