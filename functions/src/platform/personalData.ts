/** The part of platform in the inventory of personal data: jobs, locks and wrapped keys. */
import { pseudonymous, technical } from '../shared/declare.ts';
import type { PersonalDataDeclaration } from '../shared/personalData.ts';

const nobodys = { concerns: 'nobody', legalBasis: null, recipients: [], onErasure: 'kept, holds no personal data' } as const;

/** Declarations of jobs, locks and keys. */
export const platformPersonalData: readonly PersonalDataDeclaration[] = [
  {
    ...nobodys,
    collection: 'jobs/{jobId}',
    store: 'firestore',
    retention: { sv: 'Så länge avtalet gäller', en: 'As long as the contract runs' },
    fields: {
      orgId: technical('Organisation', 'Organisation'),
      kind: technical('Slag', 'Kind'),
      state: technical('Status', 'State'),
      step: technical('Steg', 'Step'),
      done: technical('Klart', 'Done'),
      total: technical('Totalt', 'Total'),
      createdBy: pseudonymous('Startat av', 'Started by'),
      createdAt: technical('Skapat', 'Created'),
      updatedAt: technical('Ändrat', 'Changed'),
      leaseUntil: technical('Lån till', 'Lease until'),
      attempts: technical('Försök', 'Attempts'),
      round: technical('Omgång', 'Round'),
      error: technical('Fel', 'Error'),
      input: pseudonymous('Indata: id och inställningar', 'Input: ids and settings'),
      cursor: technical('Läge', 'Cursor'),
      result: technical('Resultat', 'Result'),
      lastEventId: technical('Senaste händelse', 'Last event'),
    },
  },
  {
    ...nobodys,
    collection: 'schedules/{name}',
    store: 'firestore',
    retention: { sv: 'Så länge tjänsten drivs', en: 'As long as the service runs' },
    fields: {
      v: technical('Formatversion', 'Format version'),
      cron: technical('Tider', 'Times'),
      state: technical('Status', 'State'),
      knownSince: technical('Känt sedan', 'Known since'),
      lastStartedAt: technical('Senast påbörjat', 'Last started'),
      lastSucceededAt: technical('Senast lyckat', 'Last succeeded'),
      lastFailedAt: technical('Senast misslyckat', 'Last failed'),
      lastError: technical('Senaste felkod', 'Last error code'),
      lateAfter: technical('Försenat efter', 'Late after'),
      alarmedAt: technical('Larmat', 'Alarmed'),
      alarmedFor: technical('Larmat för', 'Alarmed for'),
      note: technical('I klartext', 'In plain words'),
    },
  },
  {
    ...nobodys,
    collection: 'locks/{lockId}',
    store: 'firestore',
    retention: { sv: 'Tills nästa import', en: 'Until the next import' },
    fields: {
      orgId: technical('Organisation', 'Organisation'),
      jobId: technical('Jobb', 'Job'),
      holdId: technical('Anrop', 'Call'),
      until: technical('Hålls till', 'Held until'),
    },
  },
  {
    ...nobodys,
    collection: 'restoreHolds/{orgId}',
    store: 'firestore',
    retention: { sv: 'Tills återställningen är klar', en: 'Until the restore is finished' },
    fields: {
      v: technical('Formatversion', 'Format version'),
      restoreId: technical('Återställning', 'Restore'),
      runId: technical('Körning', 'Run'),
      at: technical('Senast', 'Last at'),
      earlierIds: technical('Tidigare återställningar', 'Earlier restores'),
      since: technical('Sedan', 'Since'),
      writingSince: technical('Skriver sedan', 'Writing since'),
    },
  },
  {
    ...nobodys,
    collection: 'orgKeys/{orgId}',
    store: 'firestore/keys',
    retention: { sv: 'Så länge avtalet gäller', en: 'As long as the contract runs' },
    fields: {
      v: technical('Formatversion', 'Format version'),
      kmsKeyName: technical('Nyckel i KMS', 'Key in KMS'),
      wrapped: technical('Inslagen nyckel', 'Wrapped key'),
      createdAt: technical('Skapad', 'Created'),
    },
  },
  {
    ...nobodys,
    collection: 'subjectKeys/{subjectId}',
    store: 'firestore/keys',
    retention: { sv: 'Tills den registrerade raderas', en: 'Until the data subject is erased' },
    onErasure: 'key destroyed and document deleted',
    fields: {
      v: technical('Formatversion', 'Format version'),
      orgId: technical('Organisation', 'Organisation'),
      kind: technical('Slag', 'Kind'),
      wrapped: technical('Inslagen nyckel', 'Wrapped key'),
      createdAt: technical('Skapad', 'Created'),
    },
  },
];
