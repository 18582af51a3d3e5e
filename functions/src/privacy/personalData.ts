/** The part of privacy in the inventory of personal data: extracts, certificates and the erasure ledger. */
import { filesBucket } from '../platform/config.ts';
import { deleteObjects, listObjects } from '../platform/storage.ts';
import { pseudonymous, technical } from '../shared/declare.ts';
import type { PersonalDataDeclaration, SubjectCollection } from '../shared/personalData.ts';
import { exportLifetimeMinutes } from './approvals/contract.ts';
import { extractLifetimeMinutes } from './contract.ts';
import { copyLifetimeDays } from './erasurePlan.ts';

/** Where the extracts of a data subject are in the bucket of sealed files. */
export const extractsPrefix = (orgId: string, dataSubjectId: string): string => `orgs/${orgId}/extracts/${dataSubjectId}/`;

const extracts: PersonalDataDeclaration = {
  collection: 'orgs/{orgId}/extracts/{dataSubjectId}/{jobId}',
  store: 'storage',
  concerns: 'dataSubject',
  legalBasis: '6(1)(c)',
  retention: { sv: `${extractLifetimeMinutes} minuter`, en: `${extractLifetimeMinutes} minutes` },
  recipients: [],
  onErasure: 'key destroyed and document deleted',
  fields: {},
};

/** An export of the whole register, in which nobody can be erased alone: its key lives for an hour. */
const registerExports: PersonalDataDeclaration = {
  ...extracts,
  collection: 'orgs/{orgId}/registerExports/{jobId}',
  legalBasis: '6(1)(f)',
  retention: { sv: `${exportLifetimeMinutes} minuter`, en: `${exportLifetimeMinutes} minutes` },
  onErasure: 'key destroyed within a day',
};

const approvals: PersonalDataDeclaration = {
  collection: 'orgs/{orgId}/approvals/{approvalId}',
  store: 'firestore',
  concerns: 'nobody',
  legalBasis: '6(1)(c)',
  retention: { sv: 'Så länge avtalet gäller', en: 'As long as the contract runs' },
  recipients: [],
  onErasure: 'kept, pseudonymous evidence',
  fields: {
    v: technical('Formatversion', 'Format version'),
    kind: technical('Slag', 'Kind'),
    state: technical('Status', 'State'),
    requestedBy: pseudonymous('Begärt av', 'Asked for by'),
    createdAt: technical('Begärt', 'Asked for'),
    expiresAt: technical('Upphör', 'Expires'),
    input: pseudonymous('Vad som begärs: id och inställningar', 'What is asked for: ids and settings'),
    decidedBy: pseudonymous('Avgjort av', 'Decided by'),
    decidedAt: technical('Avgjort', 'Decided'),
    jobId: technical('Jobb', 'Job'),
    version: technical('Version', 'Version'),
    lastEventId: technical('Senaste händelse', 'Last event'),
  },
};

const certificates: PersonalDataDeclaration = {
  collection: 'orgs/{orgId}/erasureCertificates/{jobId}',
  store: 'firestore',
  concerns: 'nobody',
  legalBasis: '6(1)(c)',
  retention: { sv: 'Så länge avtalet gäller', en: 'As long as the contract runs' },
  recipients: [],
  onErasure: 'kept, pseudonymous evidence',
  fields: {
    v: technical('Formatversion', 'Format version'),
    jws: pseudonymous('Signerat intyg', 'Signed certificate'),
    dataSubjectId: pseudonymous('Raderad person', 'Erased person'),
    createdAt: technical('Skapat', 'Created'),
  },
};

const ledger: PersonalDataDeclaration = {
  ...certificates,
  collection: 'erasureLedger/{jobId}',
  retention: { sv: 'Så länge en säkerhetskopia kan återställas', en: 'As long as a backup can be restored' },
  fields: {
    v: technical('Formatversion', 'Format version'),
    orgId: technical('Organisation', 'Organisation'),
    dataSubjectId: pseudonymous('Raderad person', 'Erased person'),
    recordedAt: technical('Antecknad', 'Recorded'),
  },
};

/** The same entries, signed, in both buckets of exports. */
const ledgerCopies: PersonalDataDeclaration = {
  ...ledger,
  collection: 'ledger/{file}',
  store: 'storage',
  retention: { sv: `${copyLifetimeDays.dailyExports + 1} dagar`, en: `${copyLifetimeDays.dailyExports + 1} days` },
  fields: {},
};

/** Declarations of privacy. */
export const privacyPersonalData: readonly PersonalDataDeclaration[] = [
  extracts,
  registerExports,
  approvals,
  certificates,
  ledger,
  ledgerCopies,
];

/** Extracts made earlier: copies of the person's data that live for an hour. A later extract holds the data itself, not its copies. */
export const privacySubjectCollections: readonly SubjectCollection[] = [
  {
    declaration: extracts,
    label: { sv: 'Tidigare registerutdrag', en: 'Earlier register extracts' },
    fields: {},
    read: async () => [],
    count: async (orgId, id) => (await listObjects(filesBucket(), extractsPrefix(orgId, id))).length,
    erase: async (orgId, id) => {
      await deleteObjects(filesBucket(), extractsPrefix(orgId, id));
    },
  },
];
