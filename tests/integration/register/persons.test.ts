/** The register by hand: create, find, view, correct, reveal; each with its denials and its event. */
import { Timestamp } from 'firebase-admin/firestore';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { registerCallables } from '../../../functions/src/register/contract.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { testCoordinationNumbers, testPersonalNumbers } from '../../support/testNumbers.ts';
import {
  addMember,
  addPerson,
  builtFunctions,
  database,
  eventsOf,
  getPerson,
  listPersons,
  newOrganisation,
  refusal,
  refusedWith,
  statusOfRead,
  stored,
  type Organisation,
  type SignedIn,
  type StoredEvent,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
let editor: SignedIn;
let reader: SignedIn;
let auditor: SignedIn;
let next = 0;
const number = () => testPersonalNumbers[(next += 1)]!;
beforeAll(async () => {
  at = await newOrganisation(local);
  [editor, reader, auditor] = [
    await addMember(local, at.orgId, 'editor'),
    await addMember(local, at.orgId, 'reader'),
    await addMember(local, at.orgId, 'auditor'),
  ];
});

const correct = (id: string, version: number, changes: object, more: { by?: SignedIn; isProtected?: boolean } = {}) =>
  local.callable(
    'correctDataSubject',
    { orgId: at.orgId, dataSubjectId: id, version, changes, ...(more.isProtected === undefined ? {} : { isProtected: more.isProtected }) },
    (more.by ?? at.owner).idToken,
  );
const reveal = async (id: string, fields: string[], by = at.owner) =>
  registerCallables.revealFields.output.parse(
    await local.callable('revealFields', { orgId: at.orgId, dataSubjectId: id, fields }, by.idToken),
  ).fields;
const create = (fields: object, isProtected = false, by = at.owner) =>
  local.callable('createDataSubject', { orgId: at.orgId, isProtected, fields }, by.idToken);
const eventsAbout = async (id: string): Promise<StoredEvent[]> =>
  (await eventsOf(local, at.orgId)).filter(({ targetIds }) => targetIds.includes(id));

describe('a person', () => {
  test('is stored sealed, shown masked, revealed on request; each leaves one event, by whom and about what', async () => {
    const pin = number();
    const id = await addPerson(local, at, {
      givenName: 'Åsa',
      familyName: 'Öberg',
      email: 'asa@example.se',
      personalIdentityNumber: `${pin.slice(2, 8)}${Number(pin.slice(0, 4)) <= 1926 ? '+' : '-'}${pin.slice(8)}`,
    });
    const person = await getPerson(local, at.orgId, id, reader);
    expect(person).toMatchObject({
      state: 'active',
      version: 1,
      hiddenFields: ['personalIdentityNumber'],
      fields: { givenName: 'Åsa', personalIdentityNumber: `${pin.slice(0, 8)}-****` },
    });
    expect(await reveal(id, ['personalIdentityNumber', 'givenName'], editor)).toEqual({ personalIdentityNumber: pin });
    const events = await eventsAbout(id);
    expect(
      events.map(({ action, actorId, sessionId, fields, targetIds, actorKind, jobId }) => ({
        action,
        actorId,
        sessionId,
        fields,
        targetIds,
        actorKind,
        jobId,
      })),
    ).toEqual([
      {
        action: 'register.dataSubject.create',
        actorId: at.owner.accountId,
        sessionId: at.owner.sessionId,
        fields: ['givenName', 'familyName', 'personalIdentityNumber', 'email'],
        targetIds: [id],
        actorKind: 'member',
        jobId: null,
      },
      {
        action: 'register.dataSubject.read',
        actorId: reader.accountId,
        sessionId: reader.sessionId,
        fields: ['givenName', 'familyName', 'email', 'maskedIdentityNumber'],
        targetIds: [id],
        actorKind: 'member',
        jobId: null,
      },
      {
        action: 'register.dataSubject.reveal',
        actorId: editor.accountId,
        sessionId: editor.sessionId,
        fields: ['personalIdentityNumber'],
        targetIds: [id],
        actorKind: 'member',
        jobId: null,
      },
    ]);
    expect(new Set(events.map((event) => event.id)).size).toBe(3);
    const raw = JSON.stringify(await stored(local, `orgs/${at.orgId}/dataSubjects/${id}`));
    for (const value of ['Åsa', 'Öberg', 'asa@example', pin]) expect(raw).not.toContain(value);
  });

  test('is revealed only what is hidden, and asking for anything else leaves no event', async () => {
    const id = await addPerson(local, at, { givenName: 'Ada', city: 'Umeå' });
    expect(await reveal(id, ['givenName', 'personalIdentityNumber'])).toEqual({});
    expect((await eventsAbout(id)).map(({ action }) => action)).toEqual(['register.dataSubject.create']);
  });

  test('who does not exist, or is another organisation’s, is not found', async () => {
    const other = await newOrganisation(local);
    const foreign = await addPerson(local, other, { givenName: 'Annan' });
    for (const id of [foreign, 'A'.repeat(20)]) {
      expect(await refusedWith(getPerson(local, at.orgId, id, at.owner))).toBe('shared/not-found');
      expect(await refusedWith(correct(id, 1, { city: 'Umeå' }))).toBe('shared/not-found');
      expect(await refusedWith(reveal(id, ['note']))).toBe('shared/not-found');
    }
    expect(await statusOfRead(local, `orgs/${other.orgId}/dataSubjects/${foreign}`, at.owner.idToken)).toBe(403);
  });

  test('is out of reach for roles without the permission', async () => {
    const id = await addPerson(local, at, { givenName: 'Ada', personalIdentityNumber: number() });
    expect(await refusedWith(correct(id, 1, { city: 'Umeå' }, { by: reader }))).toBe('orgs/not-allowed');
    expect(await refusedWith(reveal(id, ['personalIdentityNumber'], reader))).toBe('orgs/not-allowed');
    expect(await refusedWith(create({ givenName: 'Ny' }, false, reader))).toBe('orgs/not-allowed');
    expect(await refusedWith(getPerson(local, at.orgId, id, auditor))).toBe('orgs/not-allowed');
    expect(await refusedWith(listPersons(local, at.orgId, auditor))).toBe('orgs/not-allowed');
    expect(await statusOfRead(local, `orgs/${at.orgId}/auditEvents/${(await eventsAbout(id))[0]?.id}`, reader.idToken)).toBe(403);
  });
});

describe('correcting', () => {
  test('changes what is named, moves the indexes, removes what is null; the event names the fields', async () => {
    const [before, after] = [number(), number()];
    const id = await addPerson(local, at, {
      givenName: 'Før',
      familyName: 'Rättning',
      email: 'fore@example.se',
      personalIdentityNumber: before,
      note: 'bort',
    });
    const answer = await correct(id, 1, { givenName: 'Efter', email: 'efter@example.se', personalIdentityNumber: after, note: null });
    expect(answer).toEqual({ version: 2 });
    expect(await reveal(id, ['personalIdentityNumber'])).toEqual({ personalIdentityNumber: after });
    const found = async (search: string) =>
      (await listPersons(local, at.orgId, at.owner, { search })).items.map(({ dataSubjectId }) => dataSubjectId);
    for (const search of ['før', 'fore@example.se', before]) expect(await found(search)).not.toContain(id);
    for (const search of ['efter rätt', 'EFTER@example.se', after, `${after.slice(0, 8)}-${after.slice(8)}`])
      expect(await found(search)).toEqual([id]);
    const corrections = (await eventsAbout(id)).filter(({ action }) => action === 'register.dataSubject.correct');
    expect(corrections.map(({ fields }) => fields)).toEqual([['givenName', 'personalIdentityNumber', 'email', 'note']]);
    expect(await stored(local, `orgs/${at.orgId}/dataSubjects/${id}`)).toMatchObject({ version: 2, lastEventId: corrections[0]?.id });
    // The number that was given up is free again.
    await addPerson(local, at, { givenName: 'Arvtagare', personalIdentityNumber: before });
  });

  test('of nothing changes nothing', async () => {
    const id = await addPerson(local, at, { givenName: 'Ada' });
    expect(await correct(id, 1, { givenName: 'Ada', note: null })).toEqual({ version: 1 });
    expect(await eventsAbout(id)).toHaveLength(1);
  });

  test('in two tabs at once: one wins, the other is told, nothing is doubled', async () => {
    const id = await addPerson(local, at, { givenName: 'Ada' });
    const outcomes = await Promise.allSettled([correct(id, 1, { city: 'Umeå' }), correct(id, 1, { city: 'Luleå' }, { by: editor })]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const lost = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(await refusedWith(Promise.reject(lost?.reason as unknown))).toBe('shared/conflict');
    expect(await stored(local, `orgs/${at.orgId}/dataSubjects/${id}`)).toMatchObject({ version: 2 });
    expect((await eventsAbout(id)).filter(({ action }) => action === 'register.dataSubject.correct')).toHaveLength(1);
  });

  test('of a stale version says the one that is stored', async () => {
    const id = await addPerson(local, at, { givenName: 'Ada' });
    await correct(id, 1, { city: 'Umeå' });
    expect(await refusal(correct(id, 1, { city: 'Luleå' }))).toMatchObject({
      code: 'shared/conflict',
      status: 409,
      details: { version: 2 },
    });
    expect(await refusedWith(correct(id, 3, { city: 'Luleå' }))).toBe('shared/conflict');
  });

  test('to invalid values is refused whole, naming every field', async () => {
    const id = await addPerson(local, at, { givenName: 'Ada', city: 'Umeå' });
    const refused = await refusal(correct(id, 1, { city: 'Luleå', email: 'ingen adress', postalCode: '1', memberSince: '2999-01-01' }));
    expect(refused.details['problems']).toEqual(['email: invalid-email', 'postalCode: invalid-postal-code', 'memberSince: invalid-date']);
    expect(await refusedWith(correct(id, 1, { givenName: null }))).toBe('shared/invalid-input');
    expect((await getPerson(local, at.orgId, id, at.owner)).fields.city).toBe('Umeå');
  });
});

describe('an identity number', () => {
  test('needs a ground, at creation and at correction', async () => {
    const groundless = await newOrganisation(local, null);
    const put = (fields: object) =>
      local.callable('createDataSubject', { orgId: groundless.orgId, isProtected: false, fields }, groundless.owner.idToken);
    expect(await refusedWith(put({ givenName: 'Ada', personalIdentityNumber: number() }))).toBe('orgs/identity-number-ground-missing');
    const { dataSubjectId } = (await put({ givenName: 'Ada' })) as { dataSubjectId: string };
    expect(
      await refusedWith(
        local.callable(
          'correctDataSubject',
          { orgId: groundless.orgId, dataSubjectId, version: 1, changes: { personalIdentityNumber: number() } },
          groundless.owner.idToken,
        ),
      ),
    ).toBe('orgs/identity-number-ground-missing');
  });

  test('is in a register once, however it is written; in another register it may be too', async () => {
    const pin = number();
    await addPerson(local, at, { givenName: 'Först', personalIdentityNumber: pin });
    for (const written of [pin, `${pin.slice(0, 8)}-${pin.slice(8)}`, ` ${pin} `]) {
      expect(await refusal(create({ givenName: 'Sedan', personalIdentityNumber: written }))).toMatchObject({
        code: 'register/number-exists',
        status: 409,
        details: { field: 'personalIdentityNumber' },
      });
    }
    const id = await addPerson(local, at, { givenName: 'Tredje' });
    expect(await refusedWith(correct(id, 1, { personalIdentityNumber: pin }))).toBe('register/number-exists');
    const other = await newOrganisation(local);
    await addPerson(local, other, { givenName: 'Först', personalIdentityNumber: pin });
  });

  test('may be a coordination number; a wrong check digit is named', async () => {
    const pin = testCoordinationNumbers[5]!;
    await addPerson(local, at, { givenName: 'Sam', personalIdentityNumber: pin });
    const wrong = pin.slice(0, 11) + String((Number(pin.slice(11)) + 1) % 10);
    expect(await refusal(create({ givenName: 'Sam', personalIdentityNumber: wrong }))).toMatchObject({
      details: { field: 'personalIdentityNumber', problem: 'invalid-check-digit' },
    });
  });
});

describe('a protected identity', () => {
  let hidden: string;
  let pin: string;
  beforeAll(async () => {
    pin = number();
    hidden = await addPerson(
      local,
      at,
      { givenName: 'Skyddad', familyName: 'Zetterqvist', email: 'dold@example.se', personalIdentityNumber: pin },
      true,
    );
  });

  test('is shown without any value until it is revealed', async () => {
    const person = await getPerson(local, at.orgId, hidden, at.owner);
    expect(person.fields).toEqual({});
    expect(person.hiddenFields).toEqual(['givenName', 'familyName', 'personalIdentityNumber', 'email']);
    const row = (await listPersons(local, at.orgId, at.owner, { search: pin, includeProtected: true })).items[0];
    expect(row).toMatchObject({
      dataSubjectId: hidden,
      isProtected: true,
      givenName: null,
      familyName: null,
      email: null,
      maskedIdentityNumber: null,
    });
    expect(await reveal(hidden, ['givenName', 'email'])).toEqual({ givenName: 'Skyddad', email: 'dold@example.se' });
  });

  test('does not exist for editors and readers, in lists, counts, searches, by id or by the rules', async () => {
    const { totalCount } = await listPersons(local, at.orgId, at.owner, { includeProtected: true });
    for (const who of [editor, reader]) {
      expect((await listPersons(local, at.orgId, who)).totalCount).toBe(totalCount - 1);
      for (const search of ['dold@example.se', 'zetterqvist', ...(who === editor ? [pin] : [])])
        expect((await listPersons(local, at.orgId, who, { search })).items).toEqual([]);
      expect(await refusedWith(getPerson(local, at.orgId, hidden, who))).toBe('shared/not-found');
      expect(await statusOfRead(local, `orgs/${at.orgId}/dataSubjects/${hidden}`, who.idToken)).toBe(403);
    }
    expect(await refusedWith(reveal(hidden, ['givenName'], editor))).toBe('shared/not-found');
    expect(await refusedWith(correct(hidden, 1, { city: 'Umeå' }, { by: editor }))).toBe('shared/not-found');
  });

  test('of anybody is not found out by number by those who may not reveal it, and a search that finds nobody is in the log', async () => {
    expect(await refusedWith(listPersons(local, at.orgId, reader, { search: pin }))).toBe('orgs/not-allowed');
    expect((await listPersons(local, at.orgId, reader, { search: 'ingen@example.se' })).items).toEqual([]);
    const misses = (await eventsAbout(at.orgId)).filter(({ action }) => action === 'register.dataSubject.list');
    expect(misses.at(-1)).toMatchObject({ targetKind: 'organisation', actorId: reader.accountId, fields: ['email'] });
  });

  test('is given and taken only by those who see it', async () => {
    expect(await refusedWith(create({ givenName: 'Ada' }, true, editor))).toBe('orgs/not-allowed');
    const id = await addPerson(local, at, { givenName: 'Blir' });
    expect(await refusedWith(correct(id, 1, {}, { by: editor, isProtected: true }))).toBe('orgs/not-allowed');
    expect(await correct(id, 1, {}, { isProtected: true })).toEqual({ version: 2 });
    expect((await eventsAbout(id)).at(-1)).toMatchObject({ action: 'register.dataSubject.correct', fields: ['isProtected'] });
    expect(await refusedWith(getPerson(local, at.orgId, id, editor))).toBe('shared/not-found');
  });
});

describe('creating twice', () => {
  test('at the same moment with a number makes one person, and so does giving two persons one number', async () => {
    const pin = number();
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => create({ givenName: 'Dubbelklick', personalIdentityNumber: pin })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await listPersons(local, at.orgId, at.owner, { search: pin })).items).toHaveLength(1);
    const other = number();
    const ids = [await addPerson(local, at, { givenName: 'Ena' }), await addPerson(local, at, { givenName: 'Andra' })];
    const corrected = await Promise.allSettled(ids.map((id) => correct(id, 1, { personalIdentityNumber: other })));
    expect(corrected.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of [...outcomes, ...corrected])
      if (outcome.status === 'rejected')
        expect(await refusedWith(Promise.reject(outcome.reason as unknown))).toBe('register/number-exists');
    const locks = await database(local).collection('locks').where('orgId', '==', at.orgId).get();
    expect(locks.docs.map((lock) => lock.get('holdId') as unknown)).toEqual([null]);
  });

  test('one after the other with a number is refused, without one makes two persons', async () => {
    const pin = number();
    await create({ givenName: 'Dubbel', personalIdentityNumber: pin });
    expect(await refusedWith(create({ givenName: 'Dubbel', personalIdentityNumber: pin }))).toBe('register/number-exists');
    const ids = await Promise.all([addPerson(local, at, { givenName: 'Tvilling' }), addPerson(local, at, { givenName: 'Tvilling' })]);
    expect(new Set(ids).size).toBe(2);
  });
});

describe('a page', () => {
  let many: Organisation;
  beforeEach(async () => {
    if (many !== undefined) return;
    many = await newOrganisation(local);
    await Promise.all(Array.from({ length: 23 }, (_, index) => addPerson(local, many, { givenName: 'Rad', familyName: `Nummer${index}` })));
    const db = database(local);
    const all = await db.collection(`orgs/${many.orgId}/dataSubjects`).get();
    const same = Timestamp.fromMillis(1_700_000_000_123);
    // A hundred and fifteen persons of one instant: copies under other ids, which need no key to be paged through.
    const batch = db.batch();
    for (const person of all.docs) {
      batch.update(person.ref, { updatedAt: same });
      for (let copy = 1; copy <= 4; copy += 1) {
        const id = `${person.id.slice(0, 19)}${copy}${copy}`;
        batch.set(db.doc(`orgs/${many.orgId}/dataSubjects/${id}`), { ...person.data(), updatedAt: same });
      }
    }
    await batch.commit();
  });

  test.each([7, 100])('follows page by %i without losing or doubling anybody, though all changed at the same instant', async (pageSize) => {
    const before = (await eventsOf(local, many.orgId)).length;
    const shown: string[] = [];
    let pageToken: string | undefined;
    let pages = 0;
    do {
      const page = await listPersons(local, many.orgId, many.owner, { pageSize, ...(pageToken === undefined ? {} : { pageToken }) });
      shown.push(...page.items.map(({ dataSubjectId }) => dataSubjectId));
      expect(page.totalCount).toBe(115);
      pageToken = page.nextPageToken ?? undefined;
      pages += 1;
    } while (pageToken !== undefined);
    expect(pages).toBe(Math.ceil(115 / pageSize));
    // The copies have no key, so they are not shown; each original is, once.
    expect(shown).toHaveLength(23);
    expect(new Set(shown).size).toBe(23);
    const readings = (await eventsOf(local, many.orgId)).slice(before);
    expect(readings.flatMap(({ targetIds }) => targetIds as string[])).toHaveLength(115);
    expect(new Set(readings.flatMap(({ targetIds }) => targetIds as string[])).size).toBe(115);
  });

  test('of another search or organisation takes no more than it may', async () => {
    const { nextPageToken } = await listPersons(local, many.orgId, many.owner, { pageSize: 5 });
    const { items } = await listPersons(local, at.orgId, at.owner, { pageSize: 5, pageToken: nextPageToken! });
    expect(items).toEqual([]);
  });
});
