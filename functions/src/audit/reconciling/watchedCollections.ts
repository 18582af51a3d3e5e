/**
 * Which collections of an organisation's data the reconciler looks at, and why not at the others. A test keeps this table and
 * the inventory of personal data equal.
 *
 * Guarantees nothing by itself: reconcileAudit.ts asks what this table says.
 */
import { Timestamp, type DocumentData } from 'firebase-admin/firestore';
import type { ChangeAction } from '../contract.ts';

/** One collection, and where the event of a document's newest version is found. */
export type WatchedCollection = {
  /** Path pattern, as in the inventory. */
  readonly collection: string;
  /**
   * `lastEventId`: the document names its event. Otherwise the event is one of that action about the target that the document
   * names in a field.
   */
  readonly event: 'lastEventId' | { readonly action: ChangeAction; readonly targetIn: string };
  /** Versions that the server makes without an event, because nobody did it and it opens nothing. */
  readonly without?: { readonly reason: string; readonly isIt: (data: DocumentData) => boolean };
};

const byId = { event: 'lastEventId' } as const;

/** What the reconciler looks at. */
export const watchedCollections: readonly WatchedCollection[] = [
  { collection: 'orgs/{orgId}', ...byId },
  {
    collection: 'orgs/{orgId}/members/{accountId}',
    ...byId,
    without: {
      reason: 'the technician of a grant whose time is over leaves the list by a schedule',
      isIt: ({ role, state }) => role === 'support' && state === 'removed',
    },
  },
  { collection: 'orgs/{orgId}/teams/{teamId}', ...byId },
  { collection: 'orgs/{orgId}/invitations/{invitationId}', ...byId },
  { collection: 'orgs/{orgId}/accessReviews/{reviewId}', ...byId },
  { collection: 'orgs/{orgId}/identityProviders/{providerId}', ...byId },
  { collection: 'orgs/{orgId}/receiptMail/{settingId}', ...byId },
  { collection: 'orgs/{orgId}/folders/{folderId}', ...byId },
  { collection: 'orgs/{orgId}/dataSubjects/{dataSubjectId}', ...byId },
  { collection: 'orgs/{orgId}/canaries/{dataSubjectId}', ...byId },
  {
    collection: 'orgs/{orgId}/uploads/{uploadId}',
    ...byId,
    without: { reason: 'an upload that has expired is marked so by a schedule', isIt: ({ state }) => state === 'gone' },
  },
  { collection: 'orgs/{orgId}/approvals/{approvalId}', ...byId },
  {
    collection: 'orgs/{orgId}/supportGrants/{grantId}',
    ...byId,
    without: {
      reason: 'a grant whose time is over is marked so by a schedule',
      isIt: ({ state, endedAt, expiresAt }) => state === 'ended' && isSameInstant(endedAt, expiresAt),
    },
  },
  {
    collection: 'orgs/{orgId}/erasureCertificates/{jobId}',
    event: { action: 'privacy.erasure.finish', targetIn: 'dataSubjectId' },
  },
];

/** Collections under an organisation that it does not look at, with the reason. */
export const unwatchedCollections: Readonly<Record<string, string>> = {
  'orgs/{orgId}/auditEvents/{eventId}': 'they are the log; compareEvents.ts compares them with their seals',
  'orgs/{orgId}/auditSeals/{seq}': 'they are the log; verification and compareEvents.ts find what is changed',
  'orgs/{orgId}/alarms/{alarmId}':
    'raised, counted and mailed by the server; nobody may remove one, and acknowledging has its event by the rules',
};

const isSameInstant = (one: unknown, other: unknown): boolean =>
  one instanceof Timestamp && other instanceof Timestamp && one.isEqual(other);

/** The last collection's id in a pattern: `members` of `orgs/{orgId}/members/{accountId}`. */
export const groupOf = ({ collection }: Pick<WatchedCollection, 'collection'>): string => collection.split('/').at(-2) ?? '';
