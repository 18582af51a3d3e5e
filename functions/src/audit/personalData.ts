/** The part of audit in the inventory of personal data. */
import { pseudonymous, technical } from '../shared/declare.ts';
import type { PersonalDataDeclaration } from '../shared/personalData.ts';

/** Declaration of audit events: ids and field names, no values. */
export const auditPersonalData: readonly PersonalDataDeclaration[] = [
  {
    collection: 'orgs/{orgId}/auditEvents/{eventId}',
    store: 'firestore',
    concerns: 'nobody',
    legalBasis: '6(1)(c)',
    retention: { sv: 'Så länge avtalet gäller', en: 'As long as the contract runs' },
    recipients: [],
    onErasure: 'kept, pseudonymous evidence',
    fields: {
      v: technical('Formatversion', 'Format version'),
      at: technical('Tidpunkt', 'Time'),
      actorKind: technical('Slag av aktör', 'Kind of actor'),
      actorId: pseudonymous('Aktör', 'Actor'),
      sessionId: pseudonymous('Session', 'Session'),
      jobId: technical('Jobb', 'Job'),
      action: technical('Åtgärd', 'Action'),
      targetKind: technical('Slag av föremål', 'Kind of target'),
      targetIds: pseudonymous('Föremål', 'Targets'),
      fields: technical('Fältnamn', 'Field names'),
      from: pseudonymous('Nätverk', 'Network'),
      grantId: technical('Supportärende', 'Support grant'),
      outcome: technical('Utfall', 'Outcome'),
      sealSeq: technical('Sigill', 'Seal'),
    },
  },
];
