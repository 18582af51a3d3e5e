/** The part of audit in the inventory of personal data. */
import { pseudonymous, technical } from '../shared/declare.ts';
import type { PersonalDataDeclaration } from '../shared/personalData.ts';

/** Of the service, about no person. */
const kept = {
  store: 'firestore',
  concerns: 'nobody',
  legalBasis: null,
  retention: { sv: 'Så länge tjänsten drivs', en: 'As long as the service runs' },
  recipients: [],
  onErasure: 'kept, holds no personal data',
} as const;

const ofContract = {
  store: 'firestore',
  concerns: 'nobody',
  legalBasis: '6(1)(c)',
  retention: { sv: 'Så länge avtalet gäller', en: 'As long as the contract runs' },
  recipients: [],
  onErasure: 'kept, pseudonymous evidence',
} as const;

/** Declaration of audit events: ids and field names, no values. */
export const auditPersonalData: readonly PersonalDataDeclaration[] = [
  {
    collection: 'orgs/{orgId}/auditEvents/{eventId}',
    ...ofContract,
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
  {
    collection: 'orgs/{orgId}/auditSeals/{seq}',
    ...ofContract,
    fields: {
      v: technical('Formatversion', 'Format version'),
      header: technical('Förseglingens huvud', 'Header of the seal'),
      events: pseudonymous('Händelser, förseglade', 'Events, sealed'),
      leaves: technical('Händelsernas kontrollsummor', 'Checksums of the events'),
      sealedAt: technical('Förseglad', 'Sealed'),
      count: technical('Antal händelser', 'Number of events'),
    },
  },
  {
    collection: 'auditHeads/{orgId}',
    ...kept,
    fields: {
      v: technical('Formatversion', 'Format version'),
      orgId: technical('Organisation', 'Organisation'),
      seq: technical('Senaste försegling', 'Newest seal'),
      count: technical('Antal händelser', 'Number of events'),
      head: technical('Kontrollsumma', 'Checksum'),
      sealedAt: technical('Förseglad', 'Sealed'),
      checkpoint: technical('Kontrollpunkt', 'Checkpoint'),
      signed: technical('Senast underskrivna försegling', 'Newest signed seal'),
      signedBefore: technical('Den underskrivna före den', 'The signed one before it'),
      mailed: technical('Senast mejlade kvitto', 'Receipt mailed last'),
    },
  },
  {
    collection: 'auditCheckpoints/{n}',
    ...kept,
    fields: {
      v: technical('Formatversion', 'Format version'),
      n: technical('Nummer', 'Number'),
      size: technical('Antal löv', 'Number of leaves'),
      start: technical('Antal löv före', 'Number of leaves before'),
      root: technical('Rot', 'Root'),
      leaves: technical('Organisationers kontrollsummor', 'Checksums of organisations'),
      frontierBefore: technical('Trädets kant före', 'Frontier of the tree before'),
      frontierAfter: technical('Trädets kant efter', 'Frontier of the tree after'),
      note: technical('Underskriven anteckning', 'Signed note'),
      signedAt: technical('Underskriven', 'Signed'),
      storedAt: technical('Sparad i det låsta lagret', 'In the locked bucket'),
    },
  },
  {
    collection: 'auditSignedHeads/{shard}',
    ...kept,
    fields: {
      v: technical('Formatversion', 'Format version'),
      n: technical('Kontrollpunkt', 'Checkpoint'),
      text: technical('Var organisationer står i kontrollpunkten', 'Where organisations stand in the checkpoint'),
    },
  },
  {
    collection: 'auditReconciliation/{id}',
    ...kept,
    fields: {
      v: technical('Formatversion', 'Format version'),
      collection: technical('Samling som granskas', 'Collection that is looked through'),
      after: technical('Senast granskade dokument', 'Document looked at last'),
      updatedAt: technical('Ändrad', 'Changed'),
      roundEndedAt: technical('Senaste varv klart', 'Last round ended'),
      orgId: technical('Organisation', 'Organisation'),
      path: pseudonymous('Dokument utan händelse', 'Document without an event'),
      version: technical('Dokumentets version', 'Version of the document'),
      of: technical('Slag av varv', 'Kind of round'),
      round: technical('Varvets nummer', 'Number of the round'),
      metAt: technical('Senast funnen', 'Found last'),
      what: technical('Vad som inte stämmer', 'What is not right'),
      isDone: technical('Organisationen klar', 'Organisation done'),
      seq: technical('Senast jämförda försegling', 'Seal compared last'),
      head: technical('Kontrollsumma', 'Checksum'),
      count: technical('Antal händelser', 'Number of events'),
    },
  },
];
