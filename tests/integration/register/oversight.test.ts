/** Who sees how much of the register: masked fields, protected identities, the read budget, canaries, and their alarms. */
import { Timestamp } from 'firebase-admin/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { orgsCallables } from '../../../functions/src/orgs/contract.ts';
import { registerCallables } from '../../../functions/src/register/contract.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { testPersonalNumbers } from '../../support/testNumbers.ts';
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
  startJob,
  statusOfRead,
  stored,
  type Organisation,
  type SignedIn,
} from '../../support/valv.ts';
import { openAlarms, scrape, seedPersons } from '../../support/register/scrape.ts';
import { withinOneHour } from '../../support/withinOne.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
let administrator: SignedIn;
let editor: SignedIn;
let reader: SignedIn;
beforeAll(async () => {
  at = await newOrganisation(local);
  [administrator, editor, reader] = (await Promise.all(
    (['administrator', 'editor', 'reader'] as const).map((role) => addMember(local, at.orgId, role)),
  )) as [SignedIn, SignedIn, SignedIn]; // three roles, three members
});

const settings = async (into: Organisation, changes: object): Promise<void> => {
  const version = (await stored(local, `orgs/${into.orgId}`))?.['version'] as number; // an organisation has one
  z.parse(
    orgsCallables.updateOrganisation.output,
    await local.callable('updateOrganisation', { orgId: into.orgId, version, ...changes }, into.owner.idToken),
  );
};
const call = (name: string, input: object, by: SignedIn, into: Organisation = at) =>
  local.callable(name, { orgId: into.orgId, ...input }, by.idToken);

describe('a masked field', () => {
  let id: string;
  const pin = testPersonalNumbers[900]!;
  beforeAll(async () => {
    id = await addPerson(local, at, {
      givenName: 'Maj',
      familyName: 'Dold',
      email: 'maj.dold@example.se',
      city: 'Umeå',
      note: 'bara för styrelsen',
      personalIdentityNumber: pin,
    });
    await settings(at, { maskedFields: { editor: ['note', 'personalIdentityNumber'], reader: ['email', 'note'], support: [] } });
  });

  test('is absent from rows and views of the role it is masked for, and named as hidden', async () => {
    const page = await listPersons(local, at.orgId, reader, { search: 'maj dold' });
    expect(page.maskedFields).toEqual(['email', 'note']);
    expect(page.items[0]).toMatchObject({
      dataSubjectId: id,
      givenName: 'Maj',
      email: null,
      maskedIdentityNumber: `${pin.slice(0, 8)}-****`,
    });
    const person = await getPerson(local, at.orgId, id, reader);
    expect(person.fields).toEqual({
      givenName: 'Maj',
      familyName: 'Dold',
      city: 'Umeå',
      personalIdentityNumber: `${pin.slice(0, 8)}-****`,
    });
    expect(person.hiddenFields).toEqual(['personalIdentityNumber', 'email', 'note']);
    const readings = (await eventsOf(local, at.orgId)).filter(({ actorId }) => actorId === reader.accountId);
    expect(readings.flatMap(({ fields }) => fields as string[])).not.toContain('email');
    expect((await getPerson(local, at.orgId, id, at.owner)).fields.note).toBe('bara för styrelsen');
  });

  test('is revealed on record to who may reveal, and to nobody else', async () => {
    expect((await getPerson(local, at.orgId, id, editor)).fields).not.toHaveProperty('personalIdentityNumber');
    const shown = await call('revealFields', { dataSubjectId: id, fields: ['note'] }, editor);
    expect(shown).toEqual({ fields: { note: 'bara för styrelsen' } });
    expect((await eventsOf(local, at.orgId)).at(-1)).toMatchObject({ action: 'register.dataSubject.reveal', fields: ['note'] });
    expect(await refusedWith(call('revealFields', { dataSubjectId: id, fields: ['email'] }, reader))).toBe('orgs/not-allowed');
  });

  test('is not found out by searching', async () => {
    expect(await refusal(listPersons(local, at.orgId, reader, { search: 'maj.dold@example.se' }))).toMatchObject({
      code: 'orgs/not-allowed',
      details: { field: 'search', masked: 'email' },
    });
    expect(await refusal(listPersons(local, at.orgId, editor, { search: pin }))).toMatchObject({
      code: 'orgs/not-allowed',
      details: { masked: 'personalIdentityNumber' },
    });
    expect((await listPersons(local, at.orgId, editor, { search: 'maj.dold@example.se' })).items).toHaveLength(1);
  });
});

describe('a protected identity', () => {
  test('is left out of lists, counts and searches of owners and administrators until they ask', async () => {
    const before = (await listPersons(local, at.orgId, administrator)).totalCount;
    const id = await addPerson(local, at, { givenName: 'Skyddad', familyName: 'Undantag', email: 'skydd@example.se' }, true);
    for (const search of ['undantag', 'skydd@example.se']) {
      expect((await listPersons(local, at.orgId, administrator, { search })).items).toEqual([]);
      const asked = await listPersons(local, at.orgId, administrator, { search, includeProtected: true });
      expect(asked.items.map(({ dataSubjectId }) => dataSubjectId)).toEqual([id]);
    }
    expect((await listPersons(local, at.orgId, administrator)).totalCount).toBe(before);
    const { totalCount, items } = await listPersons(local, at.orgId, administrator, { includeProtected: true });
    expect([totalCount, items.some(({ dataSubjectId }) => dataSubjectId === id)]).toEqual([before + 1, true]);
    for (const who of [editor, reader])
      expect(await refusedWith(listPersons(local, at.orgId, who, { includeProtected: true }))).toBe('orgs/not-allowed');
  });
});

describe('the read budget', () => {
  let scraped: Organisation;
  let insider: SignedIn;
  beforeAll(async () => {
    await withinOneHour();
    scraped = await newOrganisation(local);
    await settings(scraped, { readBudget: { perHour: 50, perDay: 120 } });
    insider = await addMember(local, scraped.orgId, 'reader');
    await seedPersons(local, scraped.orgId, 160);
  });

  test('stops a scrape by list, search and view in parallel, and the administrators hear of it', async () => {
    const seen = await scrape(local, scraped.orgId, insider, { pageSize: 20, parallel: 8 });
    expect(seen.persons.size).toBeLessThanOrEqual(50 + 5); // what leaks back in the seconds that it takes
    expect(seen.persons.size).toBeGreaterThan(20);
    expect(seen.refusals.size).toBe(1);
    expect(seen.refusals.get('register/read-budget-spent')).toBeGreaterThan(0);
    expect(seen.sealedOnly).toBe(true);
    const alarms = await openAlarms(local, scraped.orgId);
    expect(alarms).toMatchObject([{ kind: 'readBudgetSpent', actorId: insider.accountId, targetIds: [insider.accountId] }]);
    const mail = await local.mailbox.next(scraped.owner.email);
    expect(mail.subject).toContain('läsgränsen');
    expect(mail.text).toContain(`/o/${scraped.orgId}/alarms`);
  });

  test('tells how long to wait, lets those be seen again who were seen, and hinders nobody else', async () => {
    const seen = (await eventsOf(local, scraped.orgId))
      .filter(({ actorId }) => actorId === insider.accountId)
      .flatMap(({ targetIds }) => targetIds as string[]);
    const [somebody] = seen;
    const persons = await database(local).collection(`orgs/${scraped.orgId}/dataSubjects`).select().get();
    const unseen = persons.docs.map(({ id }) => id).filter((id) => !seen.includes(id));
    // Who comes back a little at a time may see a few more before.
    let told: unknown = null;
    while (told === null && unseen.length > 0)
      told = await refusal(getPerson(local, scraped.orgId, unseen.pop()!, insider)).catch(() => null);
    expect(told).toMatchObject({
      code: 'register/read-budget-spent',
      status: 429,
      details: { per: 'hour', limit: 50, waitSeconds: expect.any(Number) as number },
    });
    const known = await getPerson(local, scraped.orgId, somebody!, insider).catch(() => null);
    // A page that was refused is in the log only when it was shown; the first in the log was.
    expect(known).not.toBeNull();
    const page = await listPersons(local, scraped.orgId, scraped.owner, { pageSize: 100 });
    expect(page.items).toHaveLength(50); // never more than the hour allows
    expect(page.nextPageToken).not.toBeNull();
  });

  test('is lifted by an administrator, not by oneself, on record; then there is one alarm for one hour still', async () => {
    const lift = (by: SignedIn, accountId: string) => call('liftReadBudget', { accountId }, by, scraped);
    expect(await refusedWith(lift(insider, insider.accountId))).toBe('orgs/not-allowed');
    expect(await refusedWith(lift(scraped.owner, scraped.owner.accountId))).toBe('orgs/not-allowed');
    expect(await refusedWith(lift(scraped.owner, reader.accountId))).toBe('shared/not-found');
    await lift(scraped.owner, insider.accountId);
    expect((await eventsOf(local, scraped.orgId)).at(-1)).toMatchObject({
      action: 'orgs.readBudget.lift',
      targetKind: 'member',
      targetIds: [insider.accountId],
      actorId: scraped.owner.accountId,
    });
    const again = await scrape(local, scraped.orgId, insider, { pageSize: 25, parallel: 4 });
    expect(again.refusals.get('register/read-budget-spent')).toBeGreaterThan(0);
    expect(await openAlarms(local, scraped.orgId)).toHaveLength(1);
  });

  test('has a document that no client reads', async () => {
    const path = `readBudgets/${scraped.orgId}.${insider.accountId}`;
    expect(await stored(local, path)).toMatchObject({ accountId: insider.accountId });
    for (const who of [insider, scraped.owner]) expect(await statusOfRead(local, path, who.idToken)).toBe(403);
  });
});

describe('a canary', () => {
  let canary: string;
  let watched: Organisation;
  let curious: SignedIn;
  const alarmsOf = async (who: SignedIn) => (await openAlarms(local, watched.orgId)).filter(({ actorId }) => actorId === who.accountId);
  beforeAll(async () => {
    await withinOneHour();
    watched = await newOrganisation(local);
    curious = await addMember(local, watched.orgId, 'reader');
    await addPerson(local, watched, { givenName: 'Vanlig', familyName: 'Medlem' });
    const planted = await call('plantCanary', { email: 'Lock@Example.org' }, watched.owner, watched);
    canary = z.parse(registerCallables.plantCanary.output, planted).dataSubjectId;
  });

  test('is in the register like any other; only owners and administrators learn which it is', async () => {
    const before = await openAlarms(local, watched.orgId);
    const page = await listPersons(local, watched.orgId, curious);
    expect(page.items.map(({ dataSubjectId }) => dataSubjectId)).toContain(canary);
    const listed = z.parse(registerCallables.listCanaries.output, await call('listCanaries', {}, watched.owner, watched)).canaries;
    const row = page.items.find(({ dataSubjectId }) => dataSubjectId === canary);
    expect(listed).toMatchObject([
      { dataSubjectId: canary, name: `${row?.givenName} ${row?.familyName}`, createdBy: watched.owner.accountId },
    ]);
    expect(await refusedWith(call('listCanaries', {}, curious, watched))).toBe('orgs/not-allowed');
    expect(await statusOfRead(local, `orgs/${watched.orgId}/canaries/${canary}`, curious.idToken)).toBe(403);
    const [one, other] = await Promise.all(
      page.items.map(({ dataSubjectId }) => stored(local, `orgs/${watched.orgId}/dataSubjects/${dataSubjectId}`)),
    );
    expect(Object.keys(one ?? {}).toSorted()).toEqual(Object.keys(other ?? {}).toSorted());
    expect(await openAlarms(local, watched.orgId)).toEqual(before); // lists show everybody
  });

  test('raises an alarm when it is opened or found exactly, one that counts within the hour', async () => {
    await getPerson(local, watched.orgId, canary, curious);
    expect(await alarmsOf(curious)).toMatchObject([{ kind: 'canaryRead', targetIds: [canary], count: 1 }]);
    await listPersons(local, watched.orgId, curious, { search: 'lock@example.org' });
    expect(await alarmsOf(curious)).toMatchObject([{ kind: 'canaryRead', count: 2 }]);
    await call('revealFields', { dataSubjectId: canary, fields: ['givenName'] }, watched.owner, watched); // nothing is hidden, nothing is shown
    expect(await alarmsOf(watched.owner)).toEqual([]);
    await startJob(local, 'startExtract', { orgId: watched.orgId, dataSubjectId: canary, locale: 'sv' }, watched.owner);
    expect(await alarmsOf(watched.owner)).toMatchObject([{ kind: 'canaryRead', targetIds: [canary], count: 1 }]);
    expect((await local.mailbox.next(watched.owner.email)).subject).toContain('lockperson');
  });

  test('does not alarm about others, nor after its mark is gone', async () => {
    const ordinary = (await listPersons(local, watched.orgId, watched.owner)).items.find(({ dataSubjectId }) => dataSubjectId !== canary);
    const administratorHere = await addMember(local, watched.orgId, 'administrator');
    await getPerson(local, watched.orgId, ordinary!.dataSubjectId, administratorHere);
    await call('removeCanary', { dataSubjectId: canary }, administratorHere, watched);
    expect(await refusedWith(call('removeCanary', { dataSubjectId: canary }, administratorHere, watched))).toBe('shared/not-found');
    await getPerson(local, watched.orgId, canary, administratorHere);
    expect(await alarmsOf(administratorHere)).toEqual([]);
    const actions = (await eventsOf(local, watched.orgId))
      .filter(({ targetKind }) => targetKind === 'canary')
      .map(({ action }) => action as string);
    expect(actions).toEqual(['register.canary.create', 'register.canary.remove']);
  });
});

describe('an alarm', () => {
  test('is acknowledged once, on record, by an owner or administrator; the next happening is a new one', async () => {
    const own = await newOrganisation(local);
    const auditor = await addMember(local, own.orgId, 'auditor');
    const { dataSubjectId } = z.parse(registerCallables.plantCanary.output, await call('plantCanary', {}, own.owner, own));
    await getPerson(local, own.orgId, dataSubjectId, own.owner);
    const [alarm] = await openAlarms(local, own.orgId);
    const acknowledge = (by: SignedIn) => call('acknowledgeAlarm', { alarmId: alarm!.id }, by, own);
    expect(await statusOfRead(local, `orgs/${own.orgId}/alarms/${alarm!.id}`, auditor.idToken)).toBe(200);
    expect(await refusedWith(acknowledge(auditor))).toBe('orgs/not-allowed');
    await acknowledge(own.owner);
    expect(await refusedWith(acknowledge(own.owner))).toBe('shared/conflict');
    expect(await stored(local, `orgs/${own.orgId}/alarms/${alarm!.id}`)).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: own.owner.accountId,
    });
    await getPerson(local, own.orgId, dataSubjectId, own.owner);
    expect(await openAlarms(local, own.orgId)).toHaveLength(1);
  });

  test('whose mail could not be sent is mailed later, to each administrator in their own language, once', async () => {
    const own = await newOrganisation(local);
    const { dataSubjectId } = z.parse(registerCallables.plantCanary.output, await call('plantCanary', {}, own.owner, own));
    const release = local.cloud.faults.inject({ service: 'tasks', match: 'mailAlarm', kind: '503', times: 10_000 });
    await getPerson(local, own.orgId, dataSubjectId, own.owner);
    const [alarm] = await openAlarms(local, own.orgId);
    expect(alarm).toMatchObject({ mailedAt: null, mailedTo: [] });
    release();
    // As if its task had been lost an hour ago.
    await database(local)
      .doc(`orgs/${own.orgId}/alarms/${alarm!.id}`)
      .update({ at: Timestamp.fromMillis(Date.now() - 3_600_000) });
    await local.cloud.runSchedule('pruneExpired');
    expect((await local.mailbox.next(own.owner.email)).subject).toContain('lockperson');
    await expect
      .poll(async () => (await stored(local, `orgs/${own.orgId}/alarms/${alarm!.id}`))?.['mailedTo'] as unknown)
      .toEqual([own.owner.accountId]);
  });
});
