/**
 * Seals the events of all organisations, by a schedule each minute.
 *
 * Guarantees: an organisation gets one seal in each round, so one that writes much does not keep the others waiting; what one
 * organisation's damage makes impossible is logged, makes the run fail and does not keep the others; nothing is sealed behind a
 * tip that does not fit its newest seal, and no log is begun anew (mayBegin.ts). May run twice at once and may be killed anywhere (sealStore.ts). Within a seal events
 * are in the order of their time and then their id; one that was committed late comes in a later seal.
 */
import { countThatFits, headOf, sealEvents, sealLimits } from '../../crypto/auditLog/seal.ts';
import { sha256 } from '../../crypto/nodeHashes.ts';
import { logFailure } from '../../platform/log.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import { mayBegin } from './mayBegin.ts';
import { commitSeal, nextWaiting, storedHead, tipOf, waitingEvents, type Tip } from './sealStore.ts';

/** What one run did; `organisations` had something to seal. */
export type Sealing = { readonly organisations: number; readonly seals: number; readonly events: number; readonly failed: number };

/** Tries to seal behind a tip that others may move. */
const mostTries = 4;

/** Of no organisation. */
const none: ReadonlySet<string> = new Set();

/**
 * Seals until nothing waits, or until `patience` milliseconds have gone; what is left then waits for the next run. `accepted` are
 * organisations of which an operator has accepted that nothing sealed is left: their logs begin anew.
 */
export async function sealAuditEvents(clock: Clock, patience: number, accepted = none): Promise<Sealing> {
  const deadline = clock().getTime() + patience;
  const isLate = (): boolean => clock().getTime() >= deadline;
  const total = { organisations: 0, seals: 0, events: 0, failed: 0 };
  let waiting: readonly string[] | null = null;
  do {
    const more: string[] = [];
    for await (const orgId of waiting === null ? everyWaiting() : each(waiting)) {
      if (waiting === null) total.organisations += 1;
      const sealed = await sealOne(orgId, accepted, clock);
      total.seals += sealed.events > 0 ? 1 : 0;
      total.events += sealed.events;
      total.failed += sealed.isFailed ? 1 : 0;
      if (sealed.isMore) more.push(orgId);
      if (isLate()) return total;
    }
    waiting = more;
  } while (waiting.length > 0);
  return total;
}

/** Every organisation with something to seal, one read for each. */
async function* everyWaiting(): AsyncGenerator<string> {
  for (let orgId = await nextWaiting(null); orgId !== null; orgId = await nextWaiting(orgId)) yield orgId;
}

async function* each(orgIds: readonly string[]): AsyncGenerator<string> {
  yield* orgIds;
}

type Outcome = { readonly events: number; readonly isMore: boolean; readonly isFailed: boolean };

async function sealOne(orgId: string, accepted: ReadonlySet<string>, clock: Clock): Promise<Outcome> {
  try {
    return await sealNext(orgId, accepted, clock);
  } catch (thrown) {
    logFailure('events not sealed', thrown, { orgId });
    return { events: 0, isMore: false, isFailed: true };
  }
}

/** Makes the next seal of an organisation. Throws `audit/chain-broken` for a tip that does not fit its seal, or that nobody moves and that nevertheless cannot be. */
async function sealNext(orgId: string, accepted: ReadonlySet<string>, clock: Clock): Promise<Outcome> {
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const [waiting, tip] = await Promise.all([waitingEvents(orgId), tipOf(orgId)]);
    needsWholeTip(orgId, tip);
    const events = waiting.flatMap(({ text, ...event }) => (text === null ? [] : [{ ...event, text }]));
    // Left unsealed, and said each minute: to seal it as something else would be a lie.
    const isFailed = events.length < waiting.length;
    if (isFailed) logFailure('events not sealed', new TypeError('not an event'), { orgId, count: waiting.length - events.length });
    // Asked behind the look at what waits: the event with which a restore begins stands under its hold.
    const waits = events.length === 0 || (tip === null && !(await mayBegin(orgId, accepted, clock)));
    if (waits) return { events: 0, isMore: false, isFailed };
    const chosen = events.slice(0, countThatFits(events.map(({ text }) => text)));
    const at = clock();
    const seal = sealEvents(sha256, {
      orgId,
      previous: tip?.header ?? null,
      sealedAt: at.toISOString(),
      events: chosen.map(({ text }) => text),
    });
    const isMore = chosen.length < events.length || waiting.length === sealLimits.events;
    if (await commitSeal(orgId, tip, seal, chosen, at)) return { events: chosen.length, isMore, isFailed };
    // Somebody else sealed meanwhile: the organisation's next turn comes in the next round.
    if ((await storedHead(orgId))?.seq !== tip?.doc.seq) return { events: 0, isMore: true, isFailed };
  }
  throw new AppError('audit/chain-broken', 'the next seal cannot be stored', { orgId });
}

function needsWholeTip(orgId: string, tip: Tip): void {
  if (tip === null || headOf(sha256, tip.header) === tip.doc.head) return;
  throw new AppError('audit/chain-broken', 'the newest seal is not the one that the tip names', { orgId, seq: tip.doc.seq });
}
