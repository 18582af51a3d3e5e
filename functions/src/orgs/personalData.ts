/** The part of orgs in the inventory of personal data. */
import { pseudonymous, technical } from '../shared/declare.ts';
import type { PersonalDataDeclaration } from '../shared/personalData.ts';

/** Declarations of organisations and their members. */
export const orgsPersonalData: readonly PersonalDataDeclaration[] = [
  {
    collection: 'orgs/{orgId}',
    store: 'firestore',
    concerns: 'nobody',
    legalBasis: null,
    retention: { sv: 'Så länge avtalet gäller', en: 'As long as the contract runs' },
    recipients: [],
    onErasure: 'kept, holds no personal data',
    fields: {
      v: technical('Formatversion', 'Format version'),
      name: technical('Namn', 'Name'),
      organisationNumber: technical('Organisationsnummer', 'Organisation number'),
      identityNumberGround: technical('Grund för personnummer', 'Ground for personal identity numbers'),
      version: technical('Version', 'Version'),
      createdAt: technical('Skapad', 'Created'),
      updatedAt: technical('Ändrad', 'Changed'),
      lastEventId: technical('Senaste händelse', 'Last event'),
    },
  },
  {
    collection: 'orgs/{orgId}/members/{accountId}',
    store: 'firestore',
    concerns: 'account',
    legalBasis: '6(1)(f)',
    retention: { sv: 'Så länge behörigheten gäller', en: 'As long as the access lasts' },
    recipients: [],
    onErasure: 'not about data subjects',
    fields: {
      v: technical('Formatversion', 'Format version'),
      role: technical('Roll', 'Role'),
      state: technical('Status', 'State'),
      accountId: pseudonymous('Konto', 'Account'),
      sealed: {
        class: 'ordinary',
        label: { sv: 'Namn och e-post', en: 'Name and e-mail' },
        purpose: { sv: 'Visa vem som har åtkomst', en: 'Show who has access' },
      },
      createdAt: technical('Skapad', 'Created'),
      updatedAt: technical('Ändrad', 'Changed'),
      lastEventId: technical('Senaste händelse', 'Last event'),
    },
  },
];
