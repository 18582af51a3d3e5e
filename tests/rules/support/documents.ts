/** Valid documents of every collection, as they stand in the database. A test changes one thing at a time. */
import { Bytes, Timestamp } from 'firebase/firestore';
import { randomId } from './ids.ts';

/** Fields of a document. */
export type Fields = Record<string, unknown>;

/** An instant so many minutes from now; negative is past. */
export const minutesFromNow = (minutes: number): Timestamp => Timestamp.fromMillis(Date.now() + minutes * 60_000);

/** Bytes that look like ciphertext of format v1. */
export const sealedBytes = (size = 96): Bytes => Bytes.fromUint8Array(new Uint8Array(size).fill(1));

/** A keyed hash as the blind index stores it; 22 characters. */
export const blindIndex = (): string => `${randomId()}AA`;

export const accountDoc = (over: Fields = {}): Fields => ({
  v: 1,
  state: 'active',
  emailIndex: blindIndex(),
  sealed: sealedBytes(),
  createdAt: minutesFromNow(-600),
  ...over,
});

export const sessionDoc = (accountId: string, over: Fields = {}): Fields => ({
  accountId,
  state: 'active',
  createdAt: minutesFromNow(-10),
  lastSeenAt: minutesFromNow(-1),
  idleExpiresAt: minutesFromNow(29),
  absoluteExpiresAt: minutesFromNow(700),
  endedAt: null,
  endedReason: null,
  ...over,
});

export const memberDoc = (role: string, over: Fields = {}): Fields => ({
  v: 1,
  role,
  state: 'active',
  sealed: sealedBytes(),
  createdAt: minutesFromNow(-600),
  updatedAt: minutesFromNow(-600),
  lastEventId: randomId(),
  ...over,
});

export const organisationDoc = (over: Fields = {}): Fields => ({
  v: 1,
  name: 'Föreningen Exempel',
  organisationNumber: '8020000000',
  identityNumberGround: { ground: 'secureIdentification', explanation: 'members are identified at the door' },
  version: 1,
  createdAt: minutesFromNow(-600),
  updatedAt: minutesFromNow(-600),
  lastEventId: randomId(),
  ...over,
});

export const dataSubjectDoc = (over: Fields = {}): Fields => ({
  v: 1,
  state: 'active',
  isProtected: false,
  version: 1,
  createdAt: minutesFromNow(-60),
  updatedAt: minutesFromNow(-60),
  importJobId: null,
  lastEventId: randomId(),
  sealed: { ordinary: sealedBytes(512), identity: sealedBytes(64) },
  hasIdentityNumber: true,
  searchTokens: [blindIndex(), blindIndex()],
  emailIndex: blindIndex(),
  identityNumberIndex: blindIndex(),
  ...over,
});

export const uploadDoc = (createdBy: string, over: Fields = {}): Fields => ({
  v: 1,
  state: 'stored',
  sizeBytes: 1000,
  createdBy,
  createdAt: minutesFromNow(-5),
  expiresAt: minutesFromNow(60),
  lastEventId: randomId(),
  ...over,
});

/** What an import job is to do: column by column, '' is not imported. */
export const importInput = (uploadId: string, over: Fields = {}): Fields => ({
  uploadId,
  encoding: 'utf-8',
  delimiter: ';',
  mapping: ['givenName', 'familyName', 'personalIdentityNumber', '', 'isProtected'],
  skipInvalidRows: false,
  ...over,
});

export const jobDoc = (orgId: string, createdBy: string, over: Fields = {}): Fields => ({
  orgId,
  kind: 'import',
  state: 'queued',
  step: 'queued',
  done: 0,
  total: 0,
  createdBy,
  createdAt: minutesFromNow(-5),
  updatedAt: minutesFromNow(-5),
  attempts: 0,
  error: null,
  input: importInput(randomId()),
  result: null,
  lastEventId: randomId(),
  ...over,
});

export const certificateDoc = (over: Fields = {}): Fields => ({
  v: 1,
  jws: 'header.payload.signature',
  createdAt: minutesFromNow(-5),
  dataSubjectId: randomId(),
  ...over,
});

export const exportDoc = (over: Fields = {}): Fields => ({
  v: 1,
  kind: 'daily',
  state: 'complete',
  startedAt: minutesFromNow(-90),
  completedAt: minutesFromNow(-80),
  snapshotAt: minutesFromNow(-91),
  documentCount: 10,
  sizeBytes: 1000,
  uri: 'gs://exports/daily',
  operation: 'op',
  error: null,
  ...over,
});

export const eventDoc = (actorId: string, over: Fields = {}): Fields => ({
  v: 1,
  at: minutesFromNow(-5),
  actorKind: 'member',
  actorId,
  sessionId: randomId(),
  jobId: null,
  action: 'register.dataSubject.read',
  targetKind: 'dataSubject',
  targetIds: [randomId()],
  fields: ['givenName'],
  ...over,
});
