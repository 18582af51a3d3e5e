/**
 * Pure: what becomes of rights and safeguards when a restore goes back to a moment before they were withdrawn or tightened.
 *
 * Guarantees: of what was then and what is now the stricter stands, field by field: no member has more than now, no setting is
 * weaker than now. Does not judge what is new since the moment: a restore takes that away by itself.
 */
import { Timestamp, type DocumentData } from 'firebase-admin/firestore';
import { givenRoles, lockedOut, type OrganisationDoc } from '../../orgs/contract.ts';
import { maskableRoles, type SecuritySettings } from '../../orgs/settings/contract.ts';
import { canonicalJson } from '../../shared/canonicalJson.ts';

/** Fields of a document that are to be other than they were. Empty when what was is strict enough. */
export type Tightening = Readonly<Record<string, unknown>>;

/**
 * Whether somebody is no member now: removed, or gone by themselves, or there for support. Their document stays when they go. Whom
 * a restore has locked out is one.
 */
export const isNoMember = ({ state, grantId }: DocumentData): boolean =>
  (state !== 'active' && state !== lockedOut) || typeof grantId === 'string';

/** What a member may have of what they had: nothing if they are none now, or the weaker role, the earlier end, the teams of both. */
export function stricterMember(then: DocumentData, now: DocumentData): Tightening {
  if (then['state'] !== 'active') return {};
  if (isNoMember(now)) return { state: 'removed' };
  const tightening: Record<string, unknown> = {};
  if (rank(now['role']) > rank(then['role'])) tightening['role'] = now['role'];
  const ended: unknown = then['expiresAt'];
  const ends: unknown = now['expiresAt'];
  if (ends instanceof Timestamp && (!(ended instanceof Timestamp) || ends.toMillis() < ended.toMillis())) tightening['expiresAt'] = ends;
  const [had, has] = [listOf(then['teamIds']), listOf(now['teamIds'])];
  const left = had.filter((id) => has.includes(id));
  if (left.length < had.length) tightening['teamIds'] = left;
  return tightening;
}

/** Strongest first; a role that is not known is the weakest. */
function rank(role: unknown): number {
  const at = givenRoles.findIndex((known) => known === role);
  return at === -1 ? givenRoles.length : at;
}

/** What an organisation's settings are to be: each the stricter; its identity provider only if it is the same then and now. */
export function stricterSettings(thenData: DocumentData, nowData: DocumentData): Tightening {
  const [then, now] = [thenData as OrganisationDoc, nowData as OrganisationDoc]; // the rules let no other form be stored
  const strict: SecuritySettings = {
    idleMinutes: Math.min(then.idleMinutes, now.idleMinutes),
    minimumStrength: strongest(then.minimumStrength, now.minimumStrength),
    maskedFields: mostMasked(then.maskedFields, now.maskedFields),
    readBudget: {
      perHour: Math.min(then.readBudget.perHour, now.readBudget.perHour),
      perDay: Math.min(then.readBudget.perDay, now.readBudget.perDay),
    },
    reviewEveryMonths: Math.min(then.reviewEveryMonths, now.reviewEveryMonths),
  };
  const changed = Object.entries(strict).filter(([name, value]) => !isSame(value, thenData[name]));
  const provider = isSame(then.identityProvider, now.identityProvider) || then.identityProvider === null ? {} : { identityProvider: null };
  return { ...Object.fromEntries(changed), ...provider };
}

function strongest(
  then: SecuritySettings['minimumStrength'],
  now: SecuritySettings['minimumStrength'],
): SecuritySettings['minimumStrength'] {
  const strengths = givenRoles.map((role) => [role, Math.max(then[role], now[role])]);
  return Object.fromEntries(strengths) as SecuritySettings['minimumStrength']; // each the one or the other
}

function mostMasked(then: SecuritySettings['maskedFields'], now: SecuritySettings['maskedFields']): SecuritySettings['maskedFields'] {
  const masked = maskableRoles.map((role) => [role, [...new Set([...then[role], ...now[role]])]]);
  return Object.fromEntries(masked) as SecuritySettings['maskedFields']; // fields of the one and the other
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
// Settings are numbers, texts, lists and maps of them.
const isSame = (a: unknown, b: unknown): boolean => canonicalJson((a ?? null) as never) === canonicalJson((b ?? null) as never);
