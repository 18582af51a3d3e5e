/** Refused calls are events too: of members and of strangers, and nobody learns from them what there is. */
import { beforeAll, describe, expect, test } from 'vitest';
import { randomBytes } from 'node:crypto';
import { auditActions } from '../../../functions/src/audit/contract.ts';
import { refusedActions } from '../../../functions/src/audit/refusedActions.ts';
import { callableMatrix } from '../../rules/callableMatrix.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import {
  addMember,
  addPerson,
  builtFunctions,
  database,
  logOf,
  getPerson,
  makeStale,
  newOrganisation,
  refusal,
  refusedWith,
  signUp,
  uploadFile,
  type Organisation,
  type SignedIn,
  type StoredEvent,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
let person: string;
let hidden: string;
let reader: SignedIn;
beforeAll(async () => {
  at = await newOrganisation(local);
  person = await addPerson(local, at, { givenName: 'Ada', personalIdentityNumber: '189001019802' });
  hidden = await addPerson(local, at, { givenName: 'Bo' }, true);
  reader = await addMember(local, at.orgId, 'reader');
});

const call = (name: string, input: object, by = reader, orgId = at.orgId) => local.callable(name, { orgId, ...input }, by.idToken);

/** The events that something adds to the log, without their ids and times. */
async function added(act: () => Promise<unknown>, orgId = at.orgId): Promise<unknown[]> {
  const before = new Set((await logOf(local, orgId)).map(({ id }) => id));
  await act();
  return (await logOf(local, orgId)).filter(({ id }) => !before.has(id)).map(whatItSays);
}

const whatItSays = ({ id: _id, at: _at, ...said }: StoredEvent): unknown => said;

const saysOf = ({ accountId, sessionId }: SignedIn, said: object) => ({
  v: 1,
  actorKind: 'member',
  actorId: accountId,
  sessionId,
  jobId: null,
  from: '127.0.0.0/24',
  grantId: null,
  fields: [],
  sealSeq: null,
  ...said,
});

describe('a refused call leaves one event', () => {
  test('of a member without the right', async () => {
    const reveal = { dataSubjectId: person, fields: ['personalIdentityNumber'] };
    const said = { action: 'register.dataSubject.reveal', targetKind: 'dataSubject', targetIds: [person], outcome: 'orgs/not-allowed' };
    expect(await added(() => refusedWith(call('revealFields', reveal)))).toEqual([saysOf(reader, said)]);
  });

  test('about a person whom the member may not know of, as about one who is not there', async () => {
    const absent = 'A'.repeat(20);
    for (const dataSubjectId of [hidden, absent]) {
      const said = {
        action: 'register.dataSubject.read',
        targetKind: 'dataSubject',
        targetIds: [dataSubjectId],
        outcome: 'shared/not-found',
      };
      expect(await added(() => refusedWith(call('getDataSubject', { dataSubjectId })))).toEqual([saysOf(reader, said)]);
    }
  });

  test('about the organisation when the call names no target, or something else than an id', async () => {
    const said = { targetKind: 'organisation', targetIds: [at.orgId], outcome: 'orgs/not-allowed' };
    expect(await added(() => refusedWith(call('listInvitations', {})))).toEqual([
      saysOf(reader, { ...said, action: 'orgs.invitations.read' }),
    ]);
    const named = { accountId: 'Anna Andersson, 890201-1234' };
    expect(await added(() => refusedWith(call('removeMember', named)))).toEqual([
      saysOf(reader, { ...said, action: 'orgs.member.remove' }),
    ]);
  });

  test('about all persons that it names', async () => {
    const input = { dataSubjectIds: [person, hidden, person, 'no id'], reason: 'request' };
    const said = {
      action: 'privacy.approval.request',
      targetKind: 'dataSubject',
      targetIds: [person, hidden],
      outcome: 'orgs/not-allowed',
    };
    expect(await added(() => refusedWith(call('requestMassErasure', input)))).toEqual([saysOf(reader, said)]);
  });

  test('that wants a fresh sign-in', async () => {
    const owner = await addMember(local, at.orgId, 'owner');
    await makeStale(local, owner);
    const said = {
      action: 'support.grant.create',
      targetKind: 'organisation',
      targetIds: [at.orgId],
      outcome: 'identity/reauthentication-needed',
    };
    const grant = { problem: 'Importen stannar halvvägs', hours: 4 };
    expect(await added(() => refusedWith(call('createSupportGrant', grant, owner)))).toEqual([saysOf(owner, said)]);
  });

  test('of a file that is sent', async () => {
    const said = { action: 'register.import.upload', targetKind: 'organisation', targetIds: [at.orgId], outcome: 'orgs/not-allowed' };
    expect(await added(() => refusedWith(uploadFile(local, at.orgId, reader, 'Förnamn\r\nCe\r\n')))).toEqual([saysOf(reader, said)]);
  });

  test('of a stranger and of a former member, who are told that there is nothing, and not what they sent', async () => {
    const stranger = await signUp(local);
    const said = { action: 'register.dataSubject.read', targetKind: 'organisation', targetIds: [at.orgId], outcome: 'shared/not-found' };
    expect(await added(() => refusedWith(call('getDataSubject', { dataSubjectId: person }, stranger)))).toEqual([saysOf(stranger, said)]);
    const former = await addMember(local, at.orgId, 'editor');
    await database(local).doc(`orgs/${at.orgId}/members/${former.accountId}`).update({ state: 'removed' });
    expect(await added(() => refusedWith(call('getDataSubject', { dataSubjectId: person }, former)))).toEqual([saysOf(former, said)]);
  });

  test('of somebody who wants in, by an invitation or a grant that is none', async () => {
    const stranger = await signUp(local);
    const id = 'A'.repeat(20);
    const ask = (name: string, more: object) => refusedWith(call(name, more, stranger));
    const invited = await added(() => ask('acceptInvitation', { invitationId: id, token: 'B'.repeat(43) }));
    expect(invited).toMatchObject([
      { action: 'orgs.invitation.accept', targetKind: 'organisation', targetIds: [at.orgId], outcome: expect.any(String) },
    ]);
    const claimed = { action: 'support.grant.claim', targetKind: 'organisation', targetIds: [at.orgId], outcome: 'shared/not-found' };
    expect(await added(() => ask('claimSupportGrant', { grantId: id }))).toEqual([saysOf(stranger, claimed)]);
  });

  test('with the network that the call names, not the address', async () => {
    const ask = (forwarded: string): Promise<unknown> =>
      fetch(`${local.cloud.urls.functions}/listInvitations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${reader.idToken}`, 'x-forwarded-for': forwarded },
        body: JSON.stringify({ data: { orgId: at.orgId } }),
      });
    expect(await added(() => ask('203.0.113.77'))).toMatchObject([{ from: '203.0.113.0/24' }]);
    expect(await added(() => ask('2001:db8:1:2:3:4:5:6'))).toMatchObject([{ from: '2001:db8:1::/48' }]);
    expect(await added(() => ask('Anna Andersson'))).toMatchObject([{ from: null }]);
  });
});

describe('no event comes', () => {
  test('of wrong input and of a race that was lost', async () => {
    const events = await added(async () => {
      await refusedWith(call('getDataSubject', { dataSubjectId: 'short' }));
      await refusedWith(call('correctDataSubject', { dataSubjectId: person, version: 99, changes: { city: 'X' } }, at.owner));
    });
    expect(events).toEqual([]);
  });

  test('of somebody who is not signed in, or not any more', async () => {
    const gone = await addMember(local, at.orgId, 'reader');
    await local.callable('signOut', {}, gone.idToken);
    const events = await added(async () => {
      expect(await refusedWith(call('listInvitations', {}, gone))).toBe('identity/session-ended');
      expect(await refusedWith(local.callable('listInvitations', { orgId: at.orgId }))).toBe('identity/not-signed-in');
    });
    expect(events).toEqual([]);
  });

  test('beyond thirty of one account in one organisation, and other accounts have their own', async () => {
    const flooding = await addMember(local, at.orgId, 'reader');
    const events = await added(async () => {
      for (let calls = 0; calls < 36; calls += 1) await refusedWith(call('listInvitations', {}, flooding));
    });
    // One more comes back every two minutes.
    expect([30, 31, 32]).toContain(events.length);
    expect(await added(() => refusedWith(call('listInvitations', {})))).toHaveLength(1);
    const other = await newOrganisation(local);
    expect(await added(() => refusedWith(call('listInvitations', {}, flooding, other.orgId)), other.orgId)).toHaveLength(1);
  });
});

test('strangers together fill a hundred lines of a log in an hour, and nothing of what is kept of members', async () => {
  const flooded = await newOrganisation(local);
  const strangers = await Promise.all(Array.from({ length: 4 }, () => signUp(local)));
  const events = await added(
    () =>
      Promise.all(
        strangers.map(async (stranger) => {
          for (let calls = 0; calls < 30; calls += 1) await refusedWith(call('listInvitations', {}, stranger, flooded.orgId));
        }),
      ),
    flooded.orgId,
  );
  // One more comes back every half minute.
  expect(events.length).toBeGreaterThanOrEqual(100);
  expect(events.length).toBeLessThan(110);
  const member = await addMember(local, flooded.orgId, 'reader');
  expect(await added(() => refusedWith(call('listInvitations', {}, member, flooded.orgId)), flooded.orgId)).toHaveLength(1);
});

describe('an organisation that exists and one that does not', () => {
  const absentOrg = (): string => randomBytes(15).toString('base64url').replace(/^_/u, 'A');
  const bucketsOf = async (): Promise<number> => (await database(local).collection('rateLimits').count().get()).data().count;
  const documentsIn = async (orgId: string): Promise<number> =>
    (await database(local).collection(`orgs/${orgId}/auditEvents`).count().get()).data().count;

  test('answer alike, and cost a stranger the same writes', async () => {
    const stranger = await signUp(local);
    const absent = absentOrg();
    // Strangers have a bucket in common in each organisation that is named.
    await refusal(call('listDataSubjects', { pageSize: 10 }, await signUp(local)));
    const [before, buckets] = [await documentsIn(at.orgId), await bucketsOf()];
    const existing = await refusal(call('listDataSubjects', { pageSize: 10 }, stranger));
    expect([await documentsIn(at.orgId), await bucketsOf()]).toEqual([before + 1, buckets + 1]);
    const missing = await refusal(call('listDataSubjects', { pageSize: 10 }, stranger, absent));
    expect([await documentsIn(absent), await bucketsOf()]).toEqual([0, buckets + 4]);
    expect(existing).toEqual(missing);
    expect(existing).toMatchObject({ code: 'shared/not-found', status: 404 });
  });

  test('take the same time: of forty pairs neither is the quicker in nearly all', async () => {
    const strangers = await Promise.all([signUp(local), signUp(local)]);
    const timed = async (by: SignedIn, orgId: string): Promise<number> => {
      const start = performance.now();
      await refusedWith(call('listDataSubjects', { pageSize: 10 }, by, orgId));
      return performance.now() - start;
    };
    let quicker = 0;
    for (const by of strangers) {
      for (let pair = 0; pair < 20; pair += 1) {
        const first = pair % 2 === 0 ? at.orgId : absentOrg();
        const second = pair % 2 === 0 ? absentOrg() : at.orgId;
        const [one, two] = [await timed(by, first), await timed(by, second)];
        if (one < two === (pair % 2 === 0)) quicker += 1;
      }
    }
    // Of a fair coin that is thrown forty times, this fails once in a million.
    expect(quicker).toBeGreaterThan(4);
    expect(quicker).toBeLessThan(36);
  });
});

test('the reader of the log sees refusals, and who was let through is done', async () => {
  await getPerson(local, at.orgId, person, at.owner);
  const outcomes = new Set((await logOf(local, at.orgId)).map(({ outcome }) => String(outcome)));
  expect([...outcomes]).toEqual(expect.arrayContaining(['done', 'orgs/not-allowed', 'shared/not-found']));
});

test('every function that acts for a member has its row, and no other', () => {
  const toEnter = ['acceptInvitation', 'claimSupportGrant'];
  expect(Object.keys(refusedActions).toSorted()).toEqual([...Object.keys(callableMatrix), ...toEnter].toSorted());
  for (const { action } of Object.values(refusedActions)) expect(auditActions).toContain(action);
});
