/** The part of support in the inventory of personal data. */
import { pseudonymous, technical } from '../shared/declare.ts';
import type { PersonalDataDeclaration } from '../shared/personalData.ts';

/** Declaration of support grants. */
export const supportPersonalData: readonly PersonalDataDeclaration[] = [
  {
    collection: 'orgs/{orgId}/supportGrants/{grantId}',
    store: 'firestore',
    concerns: 'account',
    legalBasis: '6(1)(f)',
    retention: { sv: 'Så länge avtalet gäller', en: 'As long as the contract runs' },
    recipients: [],
    onErasure: 'not about data subjects',
    fields: {
      v: technical('Formatversion', 'Format version'),
      state: technical('Status', 'State'),
      problem: {
        class: 'ordinary',
        label: { sv: 'Problemet', en: 'The problem' },
        purpose: { sv: 'Avgränsa supportens åtkomst', en: 'Limit the access of support' },
      },
      hours: technical('Timmar', 'Hours'),
      createdBy: pseudonymous('Medgivet av', 'Granted by'),
      createdAt: technical('Medgivet', 'Granted'),
      expiresAt: technical('Upphör', 'Expires'),
      claimedBy: pseudonymous('Tekniker', 'Technician'),
      claimedAt: technical('Antaget', 'Taken up'),
      endedAt: technical('Avslutat', 'Ended'),
      lastEventId: technical('Senaste händelse', 'Last event'),
    },
  },
];
