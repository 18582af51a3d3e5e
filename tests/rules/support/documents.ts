/** Valid documents of every collection, as they stand in the database. A test changes one thing at a time. */
import { Bytes, Timestamp } from 'firebase/firestore/lite';
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
  method: 'passkey',
  strength: 3,
  idleMinutes: 30,
  authenticatedAt: minutesFromNow(-2),
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
  teamIds: [],
  expiresAt: null,
  grantId: null,
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
  ownerCount: 2,
  idleMinutes: 30,
  minimumStrength: everyStrength(1),
  maskedFields: { editor: [], reader: ['note'], support: ['email', 'phone'] },
  readBudget: { perHour: 500, perDay: 2000 },
  identityProvider: null,
  lastAccessReviewAt: null,
  reviewEveryMonths: 12,
  version: 1,
  createdAt: minutesFromNow(-600),
  updatedAt: minutesFromNow(-600),
  lastEventId: randomId(),
  ...over,
});

/** The same strength for all roles, as an organisation asks for it. */
export const everyStrength = (strength: number): Fields => ({
  owner: strength,
  administrator: strength,
  editor: strength,
  reader: strength,
  auditor: strength,
  billing: strength,
});

export const invitationDoc = (over: Fields = {}): Fields => ({
  v: 1,
  state: 'open',
  role: 'editor',
  teamIds: [],
  sealed: sealedBytes(),
  emailIndex: blindIndex(),
  tokenHash: blindIndex(),
  invitedBy: randomId(),
  createdAt: minutesFromNow(-60),
  expiresAt: minutesFromNow(13 * 24 * 60),
  resends: 0,
  lastEventId: randomId(),
  ...over,
});

export const teamDoc = (over: Fields = {}): Fields => ({
  v: 1,
  state: 'active',
  sealed: sealedBytes(),
  version: 1,
  createdAt: minutesFromNow(-60),
  updatedAt: minutesFromNow(-60),
  lastEventId: randomId(),
  ...over,
});

export const folderDoc = (over: Fields = {}): Fields => ({
  ...teamDoc(),
  openTo: 'everyone',
  readTeams: [],
  writeTeams: [],
  ...over,
});

export const approvalDoc = (requestedBy: string, over: Fields = {}): Fields => ({
  v: 1,
  kind: 'massErasure',
  state: 'waiting',
  requestedBy,
  createdAt: minutesFromNow(-60),
  expiresAt: minutesFromNow(71 * 60),
  input: { dataSubjectIds: [randomId(), randomId()], reason: 'notNeeded' },
  decidedBy: null,
  decidedAt: null,
  jobId: null,
  version: 1,
  lastEventId: randomId(),
  ...over,
});

export const alarmDoc = (over: Fields = {}): Fields => ({
  v: 1,
  kind: 'readBudgetSpent',
  at: minutesFromNow(-60),
  actorId: randomId(),
  targetIds: [randomId()],
  count: 1,
  state: 'open',
  acknowledgedBy: null,
  acknowledgedAt: null,
  mailedAt: null,
  mailedTo: [],
  lastEventId: null,
  ...over,
});

export const canaryDoc = (createdBy: string, over: Fields = {}): Fields => ({
  v: 1,
  state: 'active',
  createdBy,
  createdAt: minutesFromNow(-60),
  lastEventId: randomId(),
  ...over,
});

export const reviewDoc = (startedBy: string, over: Fields = {}): Fields => ({
  v: 1,
  state: 'open',
  startedBy,
  startedAt: minutesFromNow(-60),
  completedAt: null,
  completedBy: null,
  decisions: {},
  evidenceId: null,
  version: 1,
  lastEventId: randomId(),
  ...over,
});

export const grantDoc = (createdBy: string, over: Fields = {}): Fields => ({
  v: 1,
  state: 'open',
  problem: sealedBytes(),
  hours: 24,
  createdBy,
  createdAt: minutesFromNow(-60),
  expiresAt: minutesFromNow(23 * 60),
  claimedBy: null,
  claimedAt: null,
  endedAt: null,
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

export const drillDoc = (over: Fields = {}): Fields => ({
  v: 1,
  state: 'passed',
  startedAt: minutesFromNow(-90),
  completedAt: minutesFromNow(-80),
  note: 'the newest export was restored and is whole',
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
  from: null,
  grantId: null,
  outcome: 'done',
  sealSeq: null,
  ...over,
});
