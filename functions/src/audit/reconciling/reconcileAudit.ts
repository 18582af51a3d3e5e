/**
 * Looks for documents that were changed past the log: whose newest version has no event.
 *
 * Guarantees: a document is fine only if the event of its newest version was written in the same commit, which no later
 * event and no copied id can pretend; every gap is in the operators' log in each round, and told to the organisation once for
 * each version (who may write to the database can keep it from being told, reconcileStore.ts); the round goes on where the last run stopped, also after a kill. One run reads `most` documents and an event
 * for each, so every document is looked at within (number of documents / `most`) runs. What is written between the event with which a
 * restore begins to write documents and its last one counts as its doing; that members are locked out has events of its own, and a restore
 * that is given up wrote nothing else. Does not notice a document that was deleted without an event, nor a change
 * together with a made-up event: that one is in the log.
 */
import type { DocumentSnapshot, Timestamp } from 'firebase-admin/firestore';
import { logFailure } from '../../platform/log.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import {
  eventsOfTarget,
  forgetUnmet,
  loadProgress,
  namedEvents,
  nextDocuments,
  noteMet,
  organisationOf,
  restoresOf,
  saveProgress,
  untold,
  type Gap,
  type RestoreSpan,
} from './reconcileStore.ts';
import { watchedCollections, type WatchedCollection } from './watchedCollections.ts';

/** Tells an organisation of gaps in its log; `targetIds` are the documents. */
export type TellOfGaps = (orgId: string, targetIds: readonly string[]) => Promise<void>;

/** Documents that one run looks at, unless its caller says otherwise: at most 10,000 reads with their events. */
export const documentsOfOneRun = 5000;
const pageSize = 300;

/** Looks at the next documents of the round; answers how many, and how many gaps nobody knew of. `isRound`: the round ended. */
export async function reconcileAudit(
  tell: TellOfGaps,
  clock: Clock,
  most = documentsOfOneRun,
): Promise<{ documents: number; gaps: number; isRound: boolean }> {
  const total = { documents: 0, gaps: 0, isRound: false };
  const { round, collection, after } = await loadProgress();
  const first = Math.max(
    0,
    watchedCollections.findIndex((watched) => watched.collection === collection),
  );
  let last = after;
  for (const [index, watched] of watchedCollections.entries()) {
    if (index < first) continue;
    while (total.documents < most) {
      const limit = Math.min(pageSize, most - total.documents);
      const page = await nextDocuments(watched, last, limit);
      total.documents += page.length;
      total.gaps += await tellOf(await gapsAmong(watched, page), round, tell, clock);
      last = page.at(-1)?.ref.path ?? last;
      if (page.length < limit) break;
      await saveProgress({ round, collection: watched.collection, after: last }, clock());
    }
    if (total.documents >= most) return total;
    last = null;
  }
  await forgetUnmet('gaps', round);
  await saveProgress({ round: round + 1, collection: null, after: null }, clock());
  return { ...total, isRound: true };
}

/** Which of these documents of a watched collection were changed past the log. Throws `TypeError` for a collection that is not watched. */
export async function changedPastLog(collection: string, documents: readonly DocumentSnapshot[]): Promise<readonly Gap[]> {
  const watched = watchedCollections.find((one) => one.collection === collection);
  if (watched === undefined) throw new TypeError(`collection "${collection}" is not watched`);
  return gapsAmong(watched, documents);
}

async function gapsAmong(watched: WatchedCollection, page: readonly DocumentSnapshot[]): Promise<readonly Gap[]> {
  const judged = page.filter((document) => watched.without?.isIt(document.data() ?? {}) !== true);
  const written = watched.event === 'lastEventId' ? await namedEvents(judged) : null;
  const gaps: Gap[] = [];
  for (const [index, document] of judged.entries()) {
    const events = written === null ? await targeted(watched, document) : [written[index]];
    const { updateTime: version } = document;
    if (version === undefined || events.some((at) => at?.isEqual(version) === true)) continue;
    gaps.push({ orgId: organisationOf(document), path: document.ref.path, version });
  }
  return withoutRestored(gaps);
}

async function targeted({ event }: WatchedCollection, document: DocumentSnapshot): Promise<readonly Timestamp[]> {
  if (event === 'lastEventId') return [];
  const events = await eventsOfTarget(organisationOf(document), event.action, String(document.get(event.targetIn)));
  return events.map(({ at }) => at);
}

async function withoutRestored(gaps: readonly Gap[]): Promise<readonly Gap[]> {
  const kept: Gap[] = [];
  for (const [orgId, mine] of Map.groupBy(gaps, (gap) => gap.orgId)) {
    const restores = await restoresOf(orgId);
    kept.push(...mine.filter(({ version }) => !restores.some((restore) => isOf(restore, version))));
  }
  return kept;
}

const isOf = ({ from, to }: RestoreSpan, version: Timestamp): boolean => from <= version && (to === null || version <= to);

/** Told first and noted then: a kill in between tells twice, and never nobody. Answers how many the organisations did not know of. */
async function tellOf(gaps: readonly Gap[], round: number, tell: TellOfGaps, clock: Clock): Promise<number> {
  for (const { orgId, path } of gaps) {
    const gap = new AppError('audit/change-without-event', 'the newest version of a document has no event');
    logFailure('changed past the log', gap, { orgId, path });
  }
  const fresh = await untold(gaps);
  for (const [orgId, mine] of Map.groupBy(fresh, (gap) => gap.orgId)) {
    await tell(
      orgId,
      mine.map(({ path }) => path.split('/').at(-1) ?? ''),
    );
    await noteMet('gaps', round, mine, clock());
  }
  if (gaps.length > fresh.length) await noteMet('gaps', round, gaps, clock());
  return fresh.length;
}
