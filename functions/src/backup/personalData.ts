/** The part of backup in the inventory of personal data. */
import { technical } from '../shared/declare.ts';
import type { PersonalDataDeclaration } from '../shared/personalData.ts';

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
    },
  },
];
