/** The part of backup in the inventory of personal data. */
import { pseudonymous, technical } from '../shared/declare.ts';
import type { PersonalDataDeclaration } from '../shared/personalData.ts';

const nobodys = { concerns: 'nobody', legalBasis: null, recipients: [], onErasure: 'kept, holds no personal data' } as const;

/** Declaration of the list of exports. The exports themselves are copies of the database, sealed as it is. */
export const backupPersonalData: readonly PersonalDataDeclaration[] = [
  {
    collection: 'exports/{exportId}',
    store: 'firestore',
    concerns: 'nobody',
    legalBasis: null,
    retention: { sv: 'Så länge tjänsten drivs', en: 'As long as the service runs' },
    recipients: [],
    onErasure: 'kept, holds no personal data',
    fields: {
      v: technical('Formatversion', 'Format version'),
      kind: technical('Slag', 'Kind'),
      state: technical('Status', 'State'),
      startedAt: technical('Påbörjad', 'Started'),
      completedAt: technical('Klar', 'Completed'),
      snapshotAt: technical('Ögonblick', 'Snapshot'),
      documentCount: technical('Antal dokument', 'Number of documents'),
      sizeBytes: technical('Storlek', 'Size'),
      fileCount: technical('Antal filer', 'Number of files'),
      uri: technical('Plats', 'Place'),
      operation: technical('Åtgärd hos Google', 'Operation at Google'),
      error: technical('Fel', 'Error'),
      prunedAt: technical('Borttagen', 'Removed'),
      expiresAt: technical('Upphör', 'Expires'),
      copiedAt: technical('Kopierad', 'Copied'),
      manifestSha256: technical('Manifestets SHA-256', "The manifest's SHA-256"),
      note: technical('I klartext', 'In plain words'),
      probe: technical('Journalens prov', "The journal's probe"),
    },
  },
  {
    ...nobodys,
    collection: 'backupCanaries/{exportId}',
    store: 'firestore',
    retention: { sv: 'Fem veckor', en: 'Five weeks' },
    fields: {
      v: technical('Formatversion', 'Format version'),
      sealed: technical('Påhittad post, förseglad', 'Made-up record, sealed'),
      createdAt: technical('Skapad', 'Created'),
    },
  },
  {
    ...nobodys,
    collection: 'drills/{drillId}',
    store: 'firestore',
    retention: { sv: 'Ett år', en: 'One year' },
    fields: {
      v: technical('Formatversion', 'Format version'),
      state: technical('Status', 'State'),
      exportId: technical('Export', 'Export'),
      startedAt: technical('Påbörjad', 'Started'),
      completedAt: technical('Klar', 'Completed'),
      expiresAt: technical('Upphör', 'Expires'),
      recoverySeconds: technical('Tid att återställa', 'Time to recover'),
      recoveryPointSeconds: technical('Ålder på det återställda', 'Age of what was restored'),
      checks: technical('Kontroller', 'Checks'),
      tries: technical('Försök i rad', 'Tries in a row'),
      note: technical('Anteckning', 'Note'),
    },
  },
  {
    ...nobodys,
    collection: 'drillReports/{drillId}',
    store: 'firestore',
    retention: { sv: 'Ett år', en: 'One year' },
    fields: {
      v: technical('Formatversion', 'Format version'),
      checks: technical('Kontroller med siffror', 'Checks with figures'),
      expiresAt: technical('Upphör', 'Expires'),
    },
  },
  {
    ...nobodys,
    collection: 'journalProbes/{probeId}',
    store: 'firestore',
    retention: { sv: 'Till nästa timmes inkrement', en: "Until the next hour's increment" },
    fields: {
      v: technical('Formatversion', 'Format version'),
      writtenAt: technical('Skriven', 'Written'),
    },
  },
  {
    ...nobodys,
    collection: 'changes/{changeId}',
    store: 'firestore/journal',
    retention: { sv: 'Till nästa timmes inkrement', en: "Until the next hour's increment" },
    onErasure: 'kept, pseudonymous evidence',
    fields: {
      v: technical('Formatversion', 'Format version'),
      path: pseudonymous('Dokumentets plats', 'Place of the document'),
      at: technical('Ändrat', 'Changed'),
      before: technical('Tidigare version', 'Version before'),
      body: pseudonymous('Dokumentet, förseglat som det är', 'The document, sealed as it is'),
      parts: technical('Antal delar till', 'Number of further parts'),
    },
  },
];
