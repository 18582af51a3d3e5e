/** The part of backup in the inventory of personal data. */
import { pseudonymous, technical } from '../shared/declare.ts';
import type { PersonalDataDeclaration } from '../shared/personalData.ts';
import { exportLifetimeDays, keysLifetimeDays } from './exportPlan.ts';

const nobodys = { concerns: 'nobody', legalBasis: null, recipients: [], onErasure: 'kept, holds no personal data' } as const;

/**
 * Copies of everybody's documents, sealed as they are in the database. An erasure destroys the key that opens them, whose own
 * backups are gone after seven days; a restore replays the ledger.
 */
const everybodys = {
  concerns: 'dataSubject',
  legalBasis: '6(1)(c)',
  recipients: [],
  onErasure: 'key destroyed, backup removed in its time',
} as const;
const fourWeeks = { sv: `${exportLifetimeDays} dagar`, en: `${exportLifetimeDays} days` };
const anHour = { sv: 'Till nästa timmes inkrement', en: "Until the next hour's increment" };

/** Declarations of backups: lists, journal, and what is in the buckets. */
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
      counts: technical('Antal nycklar av varje slag', 'Number of keys of each kind'),
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
    retention: { sv: 'Skrivs över varje timme', en: 'Written over each hour' },
    fields: {
      v: technical('Formatversion', 'Format version'),
      writtenAt: technical('Skriven', 'Written'),
    },
  },
  {
    ...everybodys,
    collection: 'changes/{changeId}',
    store: 'firestore/journal',
    retention: anHour,
    fields: {
      v: technical('Formatversion', 'Format version'),
      path: pseudonymous('Dokumentets plats', 'Place of the document'),
      at: technical('Ändrat', 'Changed'),
      before: technical('Tidigare version', 'Version before'),
      body: pseudonymous('Dokumentet, förseglat som det är', 'The document, sealed as it is'),
      parts: technical('Antal delar till', 'Number of further parts'),
    },
  },
  {
    ...everybodys,
    collection: 'changes/{changeId}/parts/{part}',
    store: 'firestore/journal',
    retention: anHour,
    fields: { bytes: pseudonymous('Resten av ett stort dokument, förseglat som det är', 'The rest of a large document, sealed as it is') },
  },
  {
    ...nobodys,
    collection: 'restoreState/{id}',
    store: 'firestore/scratch',
    retention: { sv: 'Till återställningen är klar', en: 'Until the restore is finished' },
    fields: {
      target: technical('Vad som återställs', 'What is restored'),
      bucket: technical('Varifrån', 'From where'),
      exportId: technical('Export', 'Export'),
      manifestSha256: technical('Manifestets hash', 'Hash of the manifest'),
      snapshotAt: technical('Exportens ögonblick', 'Moment of the export'),
      moment: technical('Ögonblick', 'Moment'),
      step: technical('Steg', 'Step'),
      createdAt: technical('Skapad', 'Created'),
      runId: technical('Körning', 'Run'),
      at: technical('Senast', 'Last at'),
    },
  },
  {
    ...nobodys,
    collection: 'restoreLedger/{id}',
    store: 'firestore/scratch',
    retention: { sv: 'Till återställningen är klar', en: 'Until the restore is finished' },
    onErasure: 'kept, pseudonymous evidence',
    fields: {
      orgId: technical('Organisation', 'Organisation'),
      dataSubjectId: pseudonymous('Raderad person', 'Person who was erased'),
    },
  },
  {
    ...nobodys,
    collection: 'keysRestore/{id}',
    store: 'firestore/scratch',
    retention: { sv: 'Till återställningen är klar', en: 'Until the restore is finished' },
    fields: {
      exportId: technical('Export', 'Export'),
      isImported: technical('Allt är inläst', 'All of it is imported'),
      runId: technical('Körning', 'Run'),
      at: technical('Senast', 'Last at'),
    },
  },
  {
    ...nobodys,
    collection: 'restoreWithdrawn/{id}',
    store: 'firestore/scratch',
    retention: { sv: 'Till återställningen är klar', en: 'Until the restore is finished' },
    onErasure: 'kept, pseudonymous evidence',
    fields: {
      path: pseudonymous('Dokumentets plats', 'Place of the document'),
      what: technical('Vad som inte kommer tillbaka', 'What does not come back'),
    },
  },
  { ...everybodys, collection: 'daily/{exportId}/{file}', store: 'storage', retention: fourWeeks, fields: {} },
  { ...everybodys, collection: 'increments/{file}', store: 'storage', retention: fourWeeks, fields: {} },
  { ...everybodys, collection: 'unfinished/{file}', store: 'storage', retention: anHour, fields: {} },
  {
    ...nobodys,
    collection: 'keys/{exportId}/{file}',
    store: 'storage',
    retention: { sv: `${keysLifetimeDays} dagar`, en: `${keysLifetimeDays} days` },
    onErasure: 'key destroyed, backup removed in its time',
    fields: {},
  },
];
