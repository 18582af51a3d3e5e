/**
 * An organisation's identity provider: set, shown, removed.
 *
 * Guarantees: set and removed only by an owner who has just signed in, together with the event, and not without an alarm to all who
 * watch; a provider must describe itself before it is taken; its client secret is never shown again. Sessions that it began go
 * on until they end, as far as the provider vouches for their member's role then.
 */
import { FieldValue } from 'firebase-admin/firestore';
import { domainToASCII } from 'node:url';
import { eventPath } from '../../audit/event.ts';
import type { AuditEventDoc } from '../../audit/contract.ts';
import { discover } from '../../identity/oidc/discovery.ts';
import { isOutboundUrl } from '../../identity/oidc/outbound.ts';
import { loadProvider, providerDoc, sealedProvider, type Provider } from '../../identity/oidc/providerStore.ts';
import { redirectUri } from '../../identity/oidc/signInByProvider.ts';
import { needsFresh } from '../../identity/session.ts';
import { appUrl } from '../../platform/config.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { newId } from '../../platform/random.ts';
import { invalidInput, isAppError } from '../../shared/errors.ts';
import type { AccountId, EventId } from '../../shared/ids.ts';
import type { Clock } from '../../shared/time.ts';
import { raiseAlarm } from '../alarms/raiseAlarm.ts';
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

/** Sets the provider. Throws `identity/reauthentication-needed`, `shared/invalid-input` for one that does not describe itself. */
export async function setProvider(actor: OrgActor, provider: Provider, clock: Clock): Promise<void> {
  needsFresh(actor.caller, clock());
  if (!isOutboundUrl(provider.issuer)) throw invalidInput('issuer', 'must be an https address');
  await discover(provider.issuer, clock()).catch((thrown: unknown) => {
    throw isAppError(thrown, 'shared/unavailable') ? invalidInput('issuer', 'does not describe itself') : thrown;
  });
  const stored = { ...provider, allowedDomains: provider.allowedDomains.map(asciiDomain) };
  await alarm(actor, clock);
  const mark = { issuer: provider.issuer, setBy: actor.accountId };
  await commit(actor, 'orgs.identityProvider.set', await sealedProvider(actor.orgId, stored), mark);
}

/** The one spelling of a domain: lower case, letters beyond ASCII in Punycode. */
function asciiDomain(domain: string): string {
  const ascii = domainToASCII(domain);
  if (ascii === '') throw invalidInput('allowedDomains', 'must be domains');
  return ascii;
}

/** Removes the provider. Throws `identity/reauthentication-needed`. */
export async function removeProvider(actor: OrgActor, clock: Clock): Promise<void> {
  needsFresh(actor.caller, clock());
  await alarm(actor, clock);
  await commit(actor, 'orgs.identityProvider.remove', null, null);
}

/** Raised before the change, so that there is no change without it; one that then fails was tried all the same. */
function alarm({ orgId, accountId }: OrgActor, clock: Clock): Promise<void> {
  return raiseAlarm(orgId, { kind: 'identityProviderChanged', actorId: accountId, targetIds: [orgId], count: 1 }, clock);
}

/** Provider, the organisation's mark of it, and the event, in one commit. */
async function commit(
  actor: OrgActor,
  action: 'orgs.identityProvider.set' | 'orgs.identityProvider.remove',
  provider: object | null,
  mark: { readonly issuer: string; readonly setBy: AccountId } | null,
): Promise<void> {
  const db = adminFirestore();
  const lastEventId = newId<EventId>();
  const event: AuditEventDoc<FieldValue> = {
    v: 1,
    at: FieldValue.serverTimestamp(),
    actorKind: 'member',
    actorId: actor.accountId,
    sessionId: actor.sessionId,
    jobId: null,
    action,
    targetKind: 'organisation',
    targetIds: [actor.orgId],
    fields: [],
  };
  const batch = db.batch();
  batch.create(db.doc(eventPath(actor.orgId, lastEventId)), event);
  if (provider === null) batch.delete(providerDoc(actor.orgId));
  else batch.set(providerDoc(actor.orgId), { ...provider, updatedAt: FieldValue.serverTimestamp(), lastEventId });
  const version = FieldValue.increment(1);
  batch.update(db.doc(`orgs/${actor.orgId}`), { identityProvider: mark, version, updatedAt: FieldValue.serverTimestamp(), lastEventId });
  await batch.commit();
}
