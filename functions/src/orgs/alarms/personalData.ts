/** The part of alarms in the inventory of personal data. */
import { pseudonymous, technical } from '../../shared/declare.ts';
import type { PersonalDataDeclaration } from '../../shared/personalData.ts';

/** Declaration of alarms: ids, no values. */
export const alarmsPersonalData: readonly PersonalDataDeclaration[] = [
  {
    collection: 'orgs/{orgId}/alarms/{alarmId}',
    store: 'firestore',
    concerns: 'nobody',
    legalBasis: '6(1)(c)',
    retention: { sv: 'Så länge avtalet gäller', en: 'As long as the contract runs' },
    recipients: [],
    onErasure: 'kept, pseudonymous evidence',
    fields: {
      v: technical('Formatversion', 'Format version'),
      kind: technical('Slag', 'Kind'),
      at: technical('Tidpunkt', 'Time'),
      actorId: pseudonymous('Vem', 'Who'),
      targetIds: pseudonymous('Vad', 'What'),
      count: technical('Antal', 'Number'),
      state: technical('Status', 'State'),
      acknowledgedBy: pseudonymous('Kvitterat av', 'Acknowledged by'),
      acknowledgedAt: technical('Kvitterat', 'Acknowledged'),
      mailedAt: technical('Mejlat', 'Mailed'),
      mailedTo: pseudonymous('Mejlat till', 'Mailed to'),
      lastEventId: technical('Senaste händelse', 'Last event'),
    },
  },
];
