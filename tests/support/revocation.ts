/**
 * What ends somebody's access while the ID token stays valid, and requests that would succeed before: half of them straight to
 * Firestore, where the rules decide, half to the callables.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { clientOf, commit, getDoc, getDocs, Refused, type Client } from '../rules/support/client.ts';
import { createUpload, reading, updateOrganisation, type Writer } from '../rules/support/commits.ts';
import { CallableError, type TestCloud } from './localCloud.ts';
import { addMember, addPerson, database, signIn, signUp, type Organisation, type SignedIn } from './valv.ts';

/** A way in which access ends. `scope`: whether everything ends, or only what concerns the organisation. */
export type Ending = {
  readonly name: string;
  readonly scope: 'everything' | 'organisation';
  readonly end: (local: TestCloud, at: Organisation, who: SignedIn) => Promise<unknown>;
};

const session = (local: TestCloud, who: SignedIn) => database(local).doc(`sessions/${who.sessionId}`);
const ago = (minutes: number): Timestamp => Timestamp.fromMillis(Date.now() - minutes * 60_000);

/** Every ending. */
export const endings: readonly Ending[] = [
  { name: 'idle for too long', scope: 'everything', end: (local, _at, who) => session(local, who).update({ idleExpiresAt: ago(1) }) },
  {
    name: 'at the absolute limit',
    scope: 'everything',
    end: (local, _at, who) => session(local, who).update({ absoluteExpiresAt: ago(1) }),
  },
  { name: 'signed out', scope: 'everything', end: (local, _at, who) => local.callable('signOut', {}, who.idToken) },
  {
    name: 'ended from another device',
    scope: 'everything',
    end: async (local, _at, who) => local.callable('endOtherSessions', {}, (await signIn(local, who.email)).idToken),
  },
  {
    name: 'disabled',
    scope: 'everything',
    end: (local, _at, who) => database(local).doc(`accounts/${who.accountId}`).update({ state: 'disabled' }),
  },
  {
    name: 'removed from the organisation',
    scope: 'organisation',
    end: (local, { orgId, owner }, { accountId }) => local.callable('removeMember', { orgId, accountId }, owner.idToken),
  },
  {
    name: 'idle for longer than the organisation allows',
    scope: 'organisation',
    end: (local, _at, who) => session(local, who).update({ lastSeenAt: ago(45) }),
  },
];

/** One request. Answers `succeeded`, or how it was refused. Throws what is no answer. */
export type Request = { readonly side: 'rules' | 'callables'; readonly name: string; readonly send: () => Promise<string> };

/** A member with wide rights, an organisation with a person in it, and the requests that this member may make. */
export async function memberWithRequests(local: TestCloud, at: Organisation): Promise<{ who: SignedIn; requests: readonly Request[] }> {
  const who = await addMember(local, at.orgId, 'administrator', { account: await signUp(local, 'Behörig Prov') });
  const dataSubjectId = await addPerson(local, at, { givenName: 'Ada', familyName: 'Register', city: 'Ort' });
  return { who, requests: [...toRules(local, at, who, dataSubjectId), ...toCallables(local, at, who, dataSubjectId)] };
}

function toRules(local: TestCloud, { orgId }: Organisation, who: SignedIn, dataSubjectId: string): Request[] {
  const { hostname: host, port } = new URL(local.cloud.urls.firestore);
  const client: Client = {
    ...clientOf({ host, port: Number(port), projectId: local.cloud.projectId }, who.accountId, who.sessionId),
    authorization: `Bearer ${who.idToken}`,
  };
  const writer: Writer = who;
  const version = async (): Promise<number> => Number((await database(local).doc(`orgs/${orgId}`).get()).get('version'));
  const request = (name: string, ask: () => Promise<unknown>): Request => ({ side: 'rules', name, send: () => decided(ask) });
  return [
    request('get the organisation', () => getDoc(client, `orgs/${orgId}`)),
    request('get a person', () => getDoc(client, `orgs/${orgId}/dataSubjects/${dataSubjectId}`)),
    request('list persons', () => getDocs(client, { from: `orgs/${orgId}/dataSubjects`, where: [['state', '==', 'active']], limit: 10 })),
    request('list members', () => getDocs(client, { from: `orgs/${orgId}/members`, limit: 10 })),
    request('list the log', () => getDocs(client, { from: `orgs/${orgId}/auditEvents`, orderBy: [['at', 'DESCENDING']], limit: 10 })),
    request('list jobs', () => getDocs(client, { from: 'jobs', where: [['orgId', '==', orgId]], limit: 10 })),
    request('change the organisation', async () => commit(client, updateOrganisation(writer, orgId, await version()))),
    request('store an upload', () => commit(client, createUpload(writer, orgId))),
    request('record a reading', () => commit(client, reading(writer, orgId, 'register.dataSubject.read', 'dataSubject'))),
  ];
}

function toCallables(local: TestCloud, { orgId }: Organisation, who: SignedIn, dataSubjectId: string): Request[] {
  const request = (name: string, data: object): Request => ({
    side: 'callables',
    name,
    send: () => outcomeOf(() => local.callable(name, data, who.idToken)),
  });
  return [
    request('listMembers', { orgId }),
    request('listTeams', { orgId }),
    request('listFolders', { orgId }),
    request('listRecoveries', { orgId }),
    request('listDataSubjects', { orgId, pageSize: 10 }),
    request('getDataSubject', { orgId, dataSubjectId }),
    request('revealFields', { orgId, dataSubjectId, fields: ['city'] }),
    request('createDataSubject', { orgId, isProtected: false, fields: { givenName: 'Bo', familyName: 'Register' } }),
    request('createTeam', { orgId, name: 'Ett lag' }),
    request('getAccount', {}),
    request('listOrganisations', {}),
    request('listSessions', {}),
    request('sessionExtend', {}),
    request('updateAccount', { displayName: 'Behörig Prov', locale: 'sv' }),
  ];
}

const mostRepeats = 50;

/** The rules' answer: a commit that lost a race for a lock has none yet, and is sent again. */
async function decided(ask: () => Promise<unknown>): Promise<string> {
  for (let repeats = 0; repeats < mostRepeats; repeats += 1) {
    const outcome = await outcomeOf(ask);
    if (outcome !== 'aborted') return outcome;
  }
  return 'aborted';
}

/** Requests that need no organisation. */
const own: ReadonlySet<string> = new Set(['getAccount', 'listOrganisations', 'listSessions', 'sessionExtend', 'updateAccount']);

/** Those of the requests that an ending of this scope must stop. */
export function stoppedBy(requests: readonly Request[], { scope }: Ending): readonly Request[] {
  return scope === 'everything' ? requests : requests.filter(({ name }) => !own.has(name));
}

async function outcomeOf(ask: () => Promise<unknown>): Promise<string> {
  try {
    await ask();
    return 'succeeded';
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown.code;
    if (!(thrown instanceof CallableError)) throw thrown;
    return (thrown.details as { code?: string } | undefined)?.code ?? thrown.code; // details of Valv's errors carry a code
  }
}

/** How often each outcome came, by side. */
export type Tally = Record<'rules' | 'callables', Record<string, number>>;

/** Sends `perSide` requests to each side, `parallel` at a time, going round the list. */
export async function sendMany(requests: readonly Request[], perSide: number, parallel: number): Promise<Tally> {
  const tally: Tally = { rules: {}, callables: {} };
  const work = (['rules', 'callables'] as const).flatMap((side) => {
    const ofSide = requests.filter((request) => request.side === side);
    return Array.from({ length: perSide }, (_, index) => ofSide[index % ofSide.length]).filter((request) => request !== undefined);
  });
  const lane = async (first: number): Promise<void> => {
    for (let index = first; index < work.length; index += parallel) {
      const request = work[index];
      if (request === undefined) return;
      const outcome = await request.send();
      tally[request.side][outcome] = (tally[request.side][outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: parallel }, (_, first) => lane(first)));
  return tally;
}

/** What a refusal after an ending may be called. */
export const expectedRefusals: ReadonlySet<string> = new Set([
  'permission-denied',
  'identity/session-ended',
  'shared/not-found', // the organisation of somebody who is no member
]);
