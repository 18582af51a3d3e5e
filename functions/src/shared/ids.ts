/** Branded ids. All are random (120 bits and more, base64url), never derived from personal data. */
import * as z from 'zod/mini';

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

/** An organisation: the tenant. */
export type OrgId = Branded<string, 'OrgId'>;
/** An account, which is also the Firebase Auth uid. */
export type AccountId = Branded<string, 'AccountId'>;
/** A session document, the `sid` claim of the token. */
export type SessionId = Branded<string, 'SessionId'>;
/** A data subject of one organisation's register. */
export type DataSubjectId = Branded<string, 'DataSubjectId'>;
/** A job and its progress document. */
export type JobId = Branded<string, 'JobId'>;
/** An audit event. */
export type EventId = Branded<string, 'EventId'>;
/** A sign-in or sign-up attempt that waits for its code. */
export type AttemptId = Branded<string, 'AttemptId'>;
/** An uploaded file that waits to be imported. */
export type UploadId = Branded<string, 'UploadId'>;
/** A TOTP app, passkey or set of recovery codes of an account. */
export type FactorId = Branded<string, 'FactorId'>;
/** An authenticator app or passkey that is being added. */
export type EnrolmentId = Branded<string, 'EnrolmentId'>;
/** A challenge that a passkey is to answer. */
export type ChallengeId = Branded<string, 'ChallengeId'>;
/** A BankID order, as the browser knows it. */
export type BankIdOrderId = Branded<string, 'BankIdOrderId'>;
/** The recovery of an account. */
export type RecoveryId = Branded<string, 'RecoveryId'>;
/** An invitation to an organisation. */
export type InvitationId = Branded<string, 'InvitationId'>;
/** A team of members. */
export type TeamId = Branded<string, 'TeamId'>;
/** A folder of documents. */
export type FolderId = Branded<string, 'FolderId'>;
/** A request that a second person decides. */
export type ApprovalId = Branded<string, 'ApprovalId'>;
/** An alarm. */
export type AlarmId = Branded<string, 'AlarmId'>;
/** A review of who has access. */
export type AccessReviewId = Branded<string, 'AccessReviewId'>;
/** A grant of access to support. */
export type SupportGrantId = Branded<string, 'SupportGrantId'>;

/** The form that every id has on the wire and as a Firestore document id. Firestore keeps ids that begin with `__` for itself. */
export const idPattern = /^(?!__)[A-Za-z0-9_-]{20,64}$/;

const id = <T extends string>() =>
  // The pattern is the whole of the brand's meaning, so a string that passed it is a T.
  z.pipe(
    z.string().check(z.regex(idPattern)),
    z.transform((value) => value as Branded<string, T>),
  );

/** Schemas, one per kind of id, for what comes from outside. */
export const idSchemas = {
  org: id<'OrgId'>(),
  account: id<'AccountId'>(),
  session: id<'SessionId'>(),
  dataSubject: id<'DataSubjectId'>(),
  job: id<'JobId'>(),
  event: id<'EventId'>(),
  attempt: id<'AttemptId'>(),
  upload: id<'UploadId'>(),
  factor: id<'FactorId'>(),
  enrolment: id<'EnrolmentId'>(),
  challenge: id<'ChallengeId'>(),
  bankIdOrder: id<'BankIdOrderId'>(),
  recovery: id<'RecoveryId'>(),
  invitation: id<'InvitationId'>(),
  team: id<'TeamId'>(),
  folder: id<'FolderId'>(),
  approval: id<'ApprovalId'>(),
  alarm: id<'AlarmId'>(),
  accessReview: id<'AccessReviewId'>(),
  supportGrant: id<'SupportGrantId'>(),
};

/** Makes an id of the wanted kind from 15 random bytes (120 bits, 20 characters). */
export function idFrom<T extends string>(random: Uint8Array): T {
  if (random.length < 15) throw new TypeError('an id needs at least 15 random bytes');
  // The caller chooses the brand; the text is random in every case.
  return base64url(random.subarray(0, 15)).replace(/^__/, '_A') as T;
}

function base64url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
