/**
 * An organisation's identity provider: set, shown, removed.
 *
 * Guarantees: set and removed only by an owner who has just signed in, and who still is owner, enabled and signed in when it is
 * committed, however long the provider took to answer; together with the event, and not without an alarm of its own to all who
 * watch; a provider must describe itself before it is taken; its client secret is never shown again. Every session that a
 * provider of the organisation began ends when it is set or removed, the actor's own too; an answer that says the change failed
 * may leave some, and the change is to be repeated.
 */
import { FieldValue, type Transaction } from 'firebase-admin/firestore';
import { domainToASCII } from 'node:url';
import { addServerEvent } from '../../audit/event.ts';
import { accountDoc } from '../../identity/accountStore.ts';
import { discover } from '../../identity/oidc/discovery.ts';
import { isOutboundUrl } from '../../identity/oidc/outbound.ts';
import { loadProvider, providerDoc, sealedProvider, type Provider } from '../../identity/oidc/providerStore.ts';
import { redirectUri } from '../../identity/oidc/signInByProvider.ts';
import { needsFresh } from '../../identity/session.ts';
import { endSessionsThrough, sessionDoc } from '../../identity/sessionStore.ts';
import { appUrl } from '../../platform/config.ts';
import { unlessOutrun, untilSettled } from '../../platform/contention.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { newId } from '../../platform/random.ts';
import { AppError, invalidInput, isAppError } from '../../shared/errors.ts';
import type { AccountId, EventId } from '../../shared/ids.ts';
import type { Clock } from '../../shared/time.ts';
import { raiseAlarm } from '../alarms/raiseAlarm.ts';
import { roleMay, type Role } from '../contract.ts';
import type { OrgActor } from '../memberCallable.ts';

/** What is shown of the provider. */
export type ShownProvider = {
  readonly provider: { readonly issuer: string; readonly clientId: string; readonly allowedDomains: string[] } | null;
  readonly redirectUri: string;
  readonly signInUrl: string;
};

/** The provider, its secret apart. */
export async function showProvider({ orgId }: OrgActor): Promise<ShownProvider> {
  const stored = await loadProvider(orgId);
  const provider = stored && { issuer: stored.issuer, clientId: stored.clientId, allowedDomains: [...stored.allowedDomains] };
  return { provider, redirectUri: redirectUri(orgId), signInUrl: new URL(`/sign-in?organisation=${orgId}`, appUrl()).href };
}

/**
 * Sets the provider. Throws `identity/reauthentication-needed`, `shared/invalid-input` for one that does not describe itself, and as
 * {@link needsStanding} does.
 */
export async function setProvider(actor: OrgActor, provider: Provider, clock: Clock): Promise<void> {
  needsFresh(actor.caller, clock());
  if (!isOutboundUrl(provider.issuer)) throw invalidInput('issuer', 'must be an https address');
  await discover(provider.issuer, clock()).catch((thrown: unknown) => {
    throw isAppError(thrown, 'shared/unavailable') ? invalidInput('issuer', 'does not describe itself') : thrown;
  });
  const stored = { ...provider, allowedDomains: provider.allowedDomains.map(asciiDomain) };
  const mark = { issuer: provider.issuer, setBy: actor.accountId };
  await change(actor, { action: 'orgs.identityProvider.set', provider: await sealedProvider(actor.orgId, stored), mark }, clock);
}

/** The one spelling of a domain: lower case, letters beyond ASCII in Punycode. */
function asciiDomain(domain: string): string {
  const ascii = domainToASCII(domain);
  if (ascii === '') throw invalidInput('allowedDomains', 'must be domains');
  return ascii;
}

/** Removes the provider. Throws `identity/reauthentication-needed`, and as {@link needsStanding} does. */
export async function removeProvider(actor: OrgActor, clock: Clock): Promise<void> {
  needsFresh(actor.caller, clock());
  await change(actor, { action: 'orgs.identityProvider.remove', provider: null, mark: null }, clock);
}

/** What is to be written: the provider and the organisation's mark of it; null removes them. */
type Change = {
  readonly action: 'orgs.identityProvider.set' | 'orgs.identityProvider.remove';
  readonly provider: object | null;
  readonly mark: { readonly issuer: string; readonly setBy: AccountId } | null;
};

/** The alarm comes first, so that there is no change without it; a change that then fails was tried all the same. */
async function change(actor: OrgActor, wanted: Change, clock: Clock): Promise<void> {
  const { orgId, accountId } = actor;
  const eventId = newId<EventId>();
  await raiseAlarm(orgId, { kind: 'identityProviderChanged', actorId: accountId, targetIds: [orgId], count: 1, eventId }, clock);
  await untilSettled(() =>
    unlessOutrun(() =>
      adminFirestore().runTransaction(
        async (transaction) => {
          await needsStanding(transaction, actor);
          write(transaction, actor, wanted, eventId);
          return true as const;
        },
        { maxAttempts: 1 }, // whoever lost reads again
      ),
    ),
  );
  await endSessionsThrough(orgId, 'providerChanged', clock());
}

/**
 * That the actor is what they were when the call came: whom the provider kept waiting may have been put out meanwhile. Throws
 * `identity/session-ended`, `shared/not-found` for a former member, `orgs/not-allowed` for one with another role.
 */
async function needsStanding(transaction: Transaction, { orgId, accountId, sessionId }: OrgActor): Promise<void> {
  const member = adminFirestore().doc(`orgs/${orgId}/members/${accountId}`);
  const [session, account, membership] = await transaction.getAll(sessionDoc(sessionId), accountDoc(accountId), member);
  if (session?.get('state') !== 'active' || account?.get('state') !== 'active')
    throw new AppError('identity/session-ended', 'the session has ended');
  if (membership?.get('state') !== 'active') throw new AppError('shared/not-found', 'not found');
  // Stored in this form by the rules' leave only.
  if (!roleMay(membership.get('role') as Role, 'orgs.identityProvider'))
    throw new AppError('orgs/not-allowed', 'your role does not allow this', { permission: 'orgs.identityProvider' });
}

/** Provider, the organisation's mark of it, and the event. */
function write(transaction: Transaction, actor: OrgActor, { action, provider, mark }: Change, eventId: EventId): void {
  const db = adminFirestore();
  const updatedAt = FieldValue.serverTimestamp();
  const lastEventId = addServerEvent(transaction, db, actor, { action, targetKind: 'organisation', targetIds: [actor.orgId] }, eventId);
  if (provider === null) transaction.delete(providerDoc(actor.orgId));
  else transaction.set(providerDoc(actor.orgId), { ...provider, updatedAt, lastEventId });
  const version = FieldValue.increment(1);
  transaction.update(db.doc(`orgs/${actor.orgId}`), { identityProvider: mark, version, updatedAt, lastEventId });
}
