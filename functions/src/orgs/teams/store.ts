/** Teams in Firestore, under the caller's token. Their names are sealed under the organisation's structure key. */
import {
  Bytes,
  collection,
  doc,
  getDoc,
  getDocs,
  limit,
  query,
  serverTimestamp,
  where,
  writeBatch,
  type DocumentSnapshot,
} from 'firebase/firestore/lite';
import type { ChangeAction } from '../../audit/contract.ts';
import { addMemberEvent } from '../../audit/event.ts';
import { asCaller } from '../../platform/callerErrors.ts';
import { AppError, invalidInput } from '../../shared/errors.ts';
import type { OrgId, TeamId } from '../../shared/ids.ts';
import type { OrgActor } from '../memberCallable.ts';
import { maxTeamsOfOrganisation } from './contract.ts';

/** An active team as stored. */
export type StoredTeam = { readonly teamId: TeamId; readonly version: number; readonly sealed: Uint8Array };

const teamsPath = (orgId: OrgId): string => `orgs/${orgId}/teams`;

/** The active teams. */
export async function activeTeams(actor: OrgActor): Promise<readonly StoredTeam[]> {
  const active = query(collection(actor.db, teamsPath(actor.orgId)), where('state', '==', 'active'), limit(maxTeamsOfOrganisation));
  const found = await asCaller('orgs/not-allowed', () => getDocs(active));
  return found.docs.map(storedTeam);
}

/** One active team. Throws `shared/not-found`. */
export async function getTeam(actor: OrgActor, teamId: TeamId): Promise<StoredTeam> {
  const snapshot = await asCaller('shared/not-found', () => getDoc(doc(actor.db, `${teamsPath(actor.orgId)}/${teamId}`)));
  if (snapshot.get('state') !== 'active') throw new AppError('shared/not-found', 'not found');
  return storedTeam(snapshot);
}

/** Whether a team that was at `version` has been removed, and nothing else was done to it. */
export async function isRemovedSince(actor: OrgActor, { teamId, version }: { teamId: TeamId; version: number }): Promise<boolean> {
  const snapshot = await asCaller('shared/not-found', () => getDoc(doc(actor.db, `${teamsPath(actor.orgId)}/${teamId}`)));
  return snapshot.get('state') === 'removed' && snapshot.get('version') === version + 1;
}

function storedTeam(snapshot: DocumentSnapshot): StoredTeam {
  const { sealed, version } = snapshot.data() ?? {};
  if (!(sealed instanceof Bytes)) throw new AppError('crypto/cannot-open', 'cannot open');
  // Stored in this form by the rules' leave only.
  return { teamId: snapshot.id as TeamId, version: version as number, sealed: sealed.toUint8Array() };
}

/**
 * The given teams that are active. Throws `shared/invalid-input` naming `field` for one that is not of the organisation,
 * unless it is among `before`: a team that was removed meanwhile is left out without a word.
 */
export async function activeAmong(
  actor: OrgActor,
  field: string,
  given: readonly TeamId[],
  before: readonly TeamId[] = [],
): Promise<readonly TeamId[]> {
  if (given.length === 0) return [];
  const active = new Set((await activeTeams(actor)).map((team) => team.teamId));
  if (!given.every((id) => active.has(id) || before.includes(id))) throw invalidInput(field, 'must be teams of the organisation');
  return given.filter((id) => active.has(id));
}

/** Stores a new team with its event. */
export async function createTeamDoc(actor: OrgActor, teamId: TeamId, sealed: Uint8Array): Promise<void> {
  const batch = writeBatch(actor.db);
  const lastEventId = addTeamEvent(batch, actor, 'orgs.team.create', teamId, ['name']);
  const at = serverTimestamp();
  const head = { v: 1, state: 'active', sealed: Bytes.fromUint8Array(sealed), version: 1 } as const;
  batch.set(doc(actor.db, `${teamsPath(actor.orgId)}/${teamId}`), { ...head, createdAt: at, updatedAt: at, lastEventId });
  await asCaller('orgs/not-allowed', () => batch.commit());
}

/** Changes a team that still is at `version`. Throws `shared/conflict`. */
export async function updateTeamDoc(
  actor: OrgActor,
  team: { readonly teamId: TeamId; readonly version: number },
  action: 'orgs.team.update' | 'orgs.team.remove',
  change: { readonly sealed: Uint8Array } | { readonly state: 'removed' },
): Promise<void> {
  const batch = writeBatch(actor.db);
  const changed = 'sealed' in change ? { sealed: Bytes.fromUint8Array(change.sealed) } : change;
  const lastEventId = addTeamEvent(batch, actor, action, team.teamId, 'sealed' in change ? ['name'] : []);
  const next = { version: team.version + 1, updatedAt: serverTimestamp(), lastEventId };
  batch.update(doc(actor.db, `${teamsPath(actor.orgId)}/${team.teamId}`), { ...changed, ...next });
  await asCaller('shared/conflict', () => batch.commit());
}

function addTeamEvent(
  batch: ReturnType<typeof writeBatch>,
  actor: OrgActor,
  action: Extract<ChangeAction, `orgs.team.${string}`>,
  teamId: TeamId,
  fields: readonly string[],
) {
  return addMemberEvent(batch, actor.db, actor, { action, targetKind: 'team', targetIds: [teamId], fields });
}
