/** The register's part of the inventory of personal data, and how it is extracted and erased. */
import { Timestamp } from 'firebase-admin/firestore';
import { adminFirestore } from '../platform/firestore.ts';
import { subjectKey } from '../platform/keyring.ts';
import { pseudonymous, technical } from '../shared/declare.ts';
import type { PersonalDataDeclaration, SubjectCollection, SubjectRecord } from '../shared/personalData.ts';
import { standardFields } from './fields.ts';
import { openClass } from './sealedPerson.ts';

const membership = { sv: 'Medlemskapets förvaltning', en: 'Administration of the membership' };

const dataSubjects: PersonalDataDeclaration = {
  collection: 'orgs/{orgId}/dataSubjects/{dataSubjectId}',
  store: 'firestore',
  concerns: 'dataSubject',
  legalBasis: '6(1)(b)',
  retention: {
    sv: 'Så länge medlemskapet varar, därefter tills organisationen raderar',
    en: 'As long as the membership lasts, then until the organisation erases',
  },
  recipients: [
    { sv: 'Valv (personuppgiftsbiträde), Google Cloud EU (underbiträde)', en: 'Valv (processor), Google Cloud EU (sub-processor)' },
  ],
  onErasure: 'key destroyed and document deleted',
  fields: {
    v: technical('Formatversion', 'Format version'),
    state: technical('Status', 'State'),
    isProtected: {
      class: 'none',
      label: { sv: 'Skyddad identitet', en: 'Protected identity' },
      purpose: { sv: 'Skydd av personen', en: 'Protection of the person' },
    },
    version: technical('Version', 'Version'),
    createdAt: technical('Skapad', 'Created'),
    updatedAt: technical('Ändrad', 'Changed'),
    importJobId: technical('Importjobb', 'Import job'),
    lastEventId: technical('Senaste händelse', 'Last event'),
    sealed: { class: 'identity', label: { sv: 'Personens uppgifter, förseglade', en: 'The person’s data, sealed' }, purpose: membership },
    hasIdentityNumber: technical('Har personnummer', 'Has a personal identity number'),
    searchTokens: pseudonymous('Blinda sökord', 'Blind search words'),
    emailIndex: pseudonymous('Nyckelhash av e-postadressen', 'Keyed hash of the e-mail address'),
    identityNumberIndex: pseudonymous('Nyckelhash av personnumret', 'Keyed hash of the personal identity number'),
  },
};

const uploads: PersonalDataDeclaration = {
  collection: 'orgs/{orgId}/uploads/{uploadId}',
  store: 'firestore',
  concerns: 'nobody',
  legalBasis: null,
  retention: {
    sv: 'Ett dygn; filens nyckel förstörs när den importerats',
    en: 'One day; the key of the file is destroyed when it has been imported',
  },
  recipients: [],
  onErasure: 'kept, holds no personal data',
  fields: {
    v: technical('Formatversion', 'Format version'),
    state: technical('Status', 'State'),
    sizeBytes: technical('Storlek', 'Size'),
    createdBy: pseudonymous('Uppladdad av', 'Uploaded by'),
    createdAt: technical('Uppladdad', 'Uploaded'),
    expiresAt: technical('Upphör', 'Expires'),
    lastEventId: technical('Senaste händelse', 'Last event'),
  },
};

/** The sealed file itself: a list of persons under one key, in which nobody can be found without opening all of it. */
const uploadedFiles: PersonalDataDeclaration = {
  ...uploads,
  store: 'storage',
  concerns: 'dataSubject',
  legalBasis: '6(1)(b)',
  recipients: dataSubjects.recipients,
  onErasure: 'key destroyed within a day',
  fields: {},
};

const nobodys = { store: 'firestore', concerns: 'nobody', legalBasis: '6(1)(f)', recipients: [] } as const;

const canaries: PersonalDataDeclaration = {
  ...nobodys,
  collection: 'orgs/{orgId}/canaries/{dataSubjectId}',
  retention: { sv: 'Så länge avtalet gäller', en: 'As long as the contract runs' },
  onErasure: 'kept, pseudonymous evidence',
  fields: {
    v: technical('Formatversion', 'Format version'),
    state: technical('Status', 'State'),
    createdBy: pseudonymous('Utlagd av', 'Planted by'),
    createdAt: technical('Utlagd', 'Planted'),
    lastEventId: technical('Senaste händelse', 'Last event'),
  },
};

const readBudgets: PersonalDataDeclaration = {
  ...nobodys,
  collection: 'readBudgets/{orgId.accountId}',
  retention: { sv: 'Två dygn efter senaste läsningen', en: 'Two days after the last reading' },
  onErasure: 'kept, pseudonymous evidence',
  fields: {
    v: technical('Formatversion', 'Format version'),
    orgId: technical('Organisation', 'Organisation'),
    accountId: pseudonymous('Medlem', 'Member'),
    hourSpent: technical('Läst den senaste timmen', 'Read in the last hour'),
    daySpent: technical('Läst det senaste dygnet', 'Read in the last day'),
    at: technical('Räknat', 'Counted'),
    seen: pseudonymous('Hashar av lästa personers id', 'Hashes of the ids of persons who were read'),
    seenSince: technical('Räknat från', 'Counted from'),
    alarmedAt: technical('Senaste larm', 'Last alarm'),
    expiresAt: technical('Upphör', 'Expires'),
  },
};

/** Declarations of the register. */
export const registerPersonalData: readonly PersonalDataDeclaration[] = [dataSubjects, uploads, uploadedFiles, canaries, readBudgets];

const documentOf = (orgId: string, id: string) => adminFirestore().doc(`orgs/${orgId}/dataSubjects/${id}`);

/** The person's own record. */
export const registerSubjectCollections: readonly SubjectCollection[] = [
  {
    declaration: dataSubjects,
    label: { sv: 'Medlemsuppgifter', en: 'Member details' },
    fields: {
      ...standardFields,
      isProtected: {
        label: { sv: 'Skyddad identitet', en: 'Protected identity' },
        purpose: { sv: 'Skydd av personen', en: 'Protection of the person' },
      },
    },
    read: readPerson,
    count: async (orgId, id) => ((await documentOf(orgId, id).get()).exists ? 1 : 0),
    erase: async (orgId, id) => {
      await documentOf(orgId, id).delete();
    },
  },
];

async function readPerson(orgId: string, dataSubjectId: string, locale: 'sv' | 'en'): Promise<readonly SubjectRecord[]> {
  const snapshot = await documentOf(orgId, dataSubjectId).get();
  if (!snapshot.exists) return [];
  const dek = await subjectKey(orgId, dataSubjectId);
  const place = { orgId, dataSubjectId };
  const sealed = snapshot.get('sealed') as { ordinary: Uint8Array; identity?: Uint8Array }; // written by register/sealedPerson.ts only
  const values = { ...openClass(dek, place, 'ordinary', sealed.ordinary), ...openClass(dek, place, 'identity', sealed.identity) };
  return [
    {
      id: dataSubjectId,
      source: snapshot.get('importJobId') === null ? 'organisation' : 'import',
      values: { ...values, ...(snapshot.get('isProtected') === true ? { isProtected: locale === 'sv' ? 'ja' : 'yes' } : {}) },
      createdAt: iso(snapshot.get('createdAt')),
      updatedAt: iso(snapshot.get('updatedAt')),
    },
  ];
}

function iso(at: unknown): string {
  if (!(at instanceof Timestamp)) throw new TypeError('a data subject without its instants');
  return at.toDate().toISOString();
}
