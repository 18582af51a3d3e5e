/**
 * Support access: an organisation grants it for a named problem and some hours; a technician takes it up; either time or the
 * organisation ends it.
 *
 * Guarantees: without a grant no technician sees anything of an organisation; of an open one its name and the hour, no event
 * being left; having claimed it, which leaves one, the problem, and what the role support sees, each view with its event in the
 * organisation's log. Does not tell technicians which organisations there are besides those that ask.
 */
import type * as z from 'zod/mini';
import { recordReading } from '../audit/event.ts';
import { isSupportAccount, loadAccount } from '../identity/accountStore.ts';
import { needsFresh, type Caller } from '../identity/session.ts';
import { applyIdleLimit } from '../identity/sessions/idleLimit.ts';
import type { OrgActor } from '../orgs/memberCallable.ts';
import { memberKeyId, openMember, sealMember } from '../orgs/members/sealedMember.ts';
import { sealedDataOf } from '../orgs/members/store.ts';
import { needsStrength } from '../orgs/needsStrength.ts';
import { supportStrength } from '../orgs/settings/contract.ts';
import { openStructure, sealStructure } from '../orgs/structure.ts';
import type { Dek } from '../crypto/keys.ts';
import { logFailure } from '../platform/log.ts';
import { structureKey } from '../platform/structureKey.ts';
import { createSubjectKey, subjectKeys } from '../platform/keyring.ts';
import { newId } from '../platform/random.ts';
import { AppError, isAppError } from '../shared/errors.ts';
import type { AccountId, OrgId, SupportGrantId } from '../shared/ids.ts';
import { after, ms, type Clock } from '../shared/time.ts';
import { claimGrantDoc, grantsToTakeUp, needsClaimable, removeTechnician, type OpenGrant } from './claimStore.ts';
import type { supportCallables } from './contract.ts';
import { createGrantDoc, endGrantDoc, getGrant, listedGrants, type StoredGrant } from './store.ts';

type Answer<N extends keyof typeof supportCallables> = z.input<(typeof supportCallables)[N]['output']>;

/** Grants access to support. Throws `identity/reauthentication-needed`. */
export async function createSupportGrant(
  actor: OrgActor,
  { problem, hours }: { readonly problem: string; readonly hours: number },
  clock: Clock,
): Promise<Answer<'createSupportGrant'>> {
  const now = clock();
  needsFresh(actor.caller, now);
  const grantId = newId<SupportGrantId>();
  const expiresAt = after(now, hours * ms.hour);
  const sealed = sealStructure(await structureKey(actor.orgId), actor.orgId, 'supportGrants', grantId, { problem });
  await createGrantDoc(actor, grantId, { problem: sealed, hours, expiresAt });
  return { grantId, expiresAt: expiresAt.toISOString() };
}

/** Ends a grant at once, claimed or not. Throws `support/grant-ended` for one that is over. */
export async function endSupportGrant(actor: OrgActor, grantId: SupportGrantId): Promise<void> {
  const { state, claimedBy } = await getGrant(actor, grantId);
  if (state === 'ended') throw new AppError('support/grant-ended', 'the grant has ended');
  const eventId = await endGrantDoc(actor, grantId);
  // Read again: it may have been claimed in between.
  const technician = claimedBy ?? (await getGrant(actor, grantId)).claimedBy;
  if (technician !== null) await removeTechnician(actor.orgId, technician, grantId, eventId);
}

/** The newest grants, with the problem and, where there is one, the technician's name. */
export async function listSupportGrants(actor: OrgActor, clock: Clock): Promise<Answer<'listSupportGrants'>> {
  const [grants, dek] = await Promise.all([listedGrants(actor), structureKey(actor.orgId)]);
  const names = await technicianNames(actor, grants);
  const now = clock();
  return {
    grants: grants.map(({ problem, createdAt, expiresAt, claimedAt, endedAt, state, ...grant }) => ({
      ...grant,
      state: expiresAt <= now ? 'ended' : state,
      problem: wordsOf(dek, actor.orgId, grant.grantId, problem),
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      claimedByName: grant.claimedBy === null ? null : (names.get(grant.claimedBy) ?? null),
      claimedAt: claimedAt?.toISOString() ?? null,
      endedAt: endedAt?.toISOString() ?? null,
    })),
  };
}

/** The problem in words; none when it cannot be opened, for a member can write any bytes, and one grant must not hide the others. */
function wordsOf(dek: Dek, orgId: OrgId, grantId: SupportGrantId, problem: unknown): string {
  try {
    return openStructure(dek, orgId, 'supportGrants', grantId, problem)['problem'] ?? '';
  } catch (thrown) {
    if (!isAppError(thrown, 'crypto/cannot-open')) throw thrown;
    logFailure('problem of a grant cannot be opened', thrown, { orgId, grantId });
    return '';
  }
}

async function technicianNames(actor: OrgActor, grants: readonly StoredGrant[]): Promise<ReadonlyMap<AccountId, string>> {
  const technicians = [...new Set(grants.flatMap(({ claimedBy }) => (claimedBy === null ? [] : [claimedBy])))];
  const happening = { action: 'orgs.members.read', targetKind: 'member', targetIds: technicians, fields: ['displayName'] } as const;
  await recordReading(actor.db, actor, happening);
  const keyIds = technicians.map((accountId) => memberKeyId(actor.orgId, accountId));
  const [sealed, keys] = await Promise.all([
    Promise.all(technicians.map((id) => sealedDataOf(actor, id))),
    subjectKeys(actor.orgId, keyIds),
  ]);
  return new Map(
    technicians.flatMap((accountId, index) => {
      const [data, dek] = [sealed[index] ?? null, keys.get(memberKeyId(actor.orgId, accountId))];
      return data === null || dek === undefined ? [] : [[accountId, openMember(dek, actor.orgId, accountId, data).displayName] as const];
    }),
  );
}

/** What a technician may take up, without the problems of what is not claimed; nothing for everybody else. */
export async function listOpenGrants(caller: Caller, clock: Clock): Promise<Answer<'listOpenGrants'>> {
  if (!(await isSupportAccount(caller.accountId))) return { isTechnician: false, grants: [] };
  needsStrength(caller, supportStrength);
  const grants = await grantsToTakeUp(caller.accountId, clock());
  return { isTechnician: true, grants: await Promise.all(grants.map(shownGrant)) };
}

/** The problem is opened for who has claimed the grant: the organisation's log says so. */
async function shownGrant({ problem, createdAt, expiresAt, ...grant }: OpenGrant): Promise<Answer<'listOpenGrants'>['grants'][number]> {
  const { orgId, grantId, isMine } = grant;
  const words = isMine ? wordsOf(await structureKey(orgId), orgId, grantId, problem) : null;
  return { ...grant, problem: words, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
}

/**
 * Takes a grant up. Throws `shared/not-found` for whoever is no technician, `orgs/stronger-sign-in-needed`, `support/grant-ended`,
 * `orgs/already-member`.
 */
export async function claimSupportGrant(caller: Caller, orgId: OrgId, grantId: SupportGrantId, clock: Clock): Promise<OrgId> {
  const account = (await isSupportAccount(caller.accountId)) ? await loadAccount(caller.accountId) : null;
  if (account === null) throw new AppError('shared/not-found', 'not found');
  needsStrength(caller, supportStrength);
  await needsClaimable(orgId, grantId, caller.accountId, clock());
  const dek = await createSubjectKey(orgId, 'member', memberKeyId(orgId, caller.accountId));
  const sealed = sealMember(dek, orgId, caller.accountId, { displayName: account.displayName, email: account.email });
  const technician = { orgId, accountId: caller.accountId, sessionId: caller.sessionId, from: caller.from };
  const { idleMinutes } = await claimGrantDoc(grantId, technician, sealed, clock());
  await applyIdleLimit([caller.accountId], idleMinutes);
  return orgId;
}
