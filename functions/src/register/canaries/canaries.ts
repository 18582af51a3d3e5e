/**
 * Planting, listing and removing canaries.
 *
 * Guarantees: a canary is stored like any person, by the same code, so that nothing in the register tells it apart but what
 * it lacks: a personal identity number and a membership number, which nobody can make up without taking somebody's. The mark
 * comes first, so that there is no moment in which the person is there unwatched.
 */
import { recordReading } from '../../audit/event.ts';
import type { OrgActor } from '../../orgs/memberCallable.ts';
import { subjectKeys } from '../../platform/keyring.ts';
import { newId, randomDigits } from '../../platform/random.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import type { AccountId, DataSubjectId } from '../../shared/ids.ts';
import type { Clock } from '../../shared/time.ts';
import { getPerson, type StoredPerson } from '../store.ts';
import { openAll } from '../view.ts';
import { createDataSubject } from '../writePersons.ts';
import { mostCanaries } from './contract.ts';
import { madeUpPerson } from './madeUpPerson.ts';
import { activeCanaries, markCanary, unmarkCanary } from './store.ts';

const dice = (below: number): number => Number(randomDigits(9)) % below;

/** Adds a made-up person and watches it; answers the id. Throws `shared/invalid-input` for an e-mail address that is none, and beyond the most canaries. */
export async function plantCanary(actor: OrgActor, email: string | undefined, clock: Clock): Promise<DataSubjectId> {
  if ((await activeCanaries(actor)).length >= mostCanaries)
    throw new AppError('shared/invalid-input', `there are ${mostCanaries} canaries already`, { field: 'orgId', max: mostCanaries });
  const fields = { ...madeUpPerson(dice, clock()), ...(email === undefined || email === '' ? {} : { email }) };
  const id = newId<DataSubjectId>();
  return createDataSubject(actor, { fields, isProtected: false, id, beforeStoring: () => markCanary(actor, id) }, clock);
}

/** A canary as it is listed. `name` is null when the person is not in the register. */
export type ListedCanary = {
  readonly dataSubjectId: DataSubjectId;
  readonly name: string | null;
  readonly createdBy: AccountId;
  readonly createdAt: string;
};

/** The canaries, newest first. Listing them is recorded as reading and raises no alarm. */
export async function listCanaries(actor: OrgActor): Promise<ListedCanary[]> {
  const canaries = await activeCanaries(actor);
  const persons = new Map(
    (await Promise.all(canaries.map(({ dataSubjectId }) => personOrNull(actor, dataSubjectId)))).flatMap((person) =>
      person === null ? [] : [[person.dataSubjectId, person] as const],
    ),
  );
  const ids = [...persons.keys()];
  const fields = ['givenName', 'familyName'];
  const [keys] = await Promise.all([
    subjectKeys(actor.orgId, ids),
    recordReading(actor.db, actor, { action: 'register.dataSubject.list', targetKind: 'dataSubject', targetIds: ids, fields }),
  ]);
  return canaries.map(({ dataSubjectId, createdBy, createdAt }) => {
    const [person, dek] = [persons.get(dataSubjectId), keys.get(dataSubjectId)];
    const values = person === undefined || dek === undefined ? null : openAll(dek, actor.orgId, person);
    const name = values === null ? null : [values.givenName, values.familyName].filter((part) => part !== undefined).join(' ');
    return { dataSubjectId, name, createdBy, createdAt: createdAt.toISOString() };
  });
}

async function personOrNull(actor: OrgActor, id: DataSubjectId): Promise<StoredPerson | null> {
  try {
    const person = await getPerson(actor, id);
    return person.state === 'active' ? person : null;
  } catch (thrown) {
    if (isAppError(thrown, 'shared/not-found')) return null;
    throw thrown;
  }
}

/** Takes the mark away; the made-up person stays until it is erased. Throws `shared/not-found`. */
export async function removeCanary(actor: OrgActor, id: DataSubjectId): Promise<void> {
  await unmarkCanary(actor, id);
}
