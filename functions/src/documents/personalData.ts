/** The part of documents in the inventory of personal data. */
import { technical } from '../shared/declare.ts';
import type { PersonalDataDeclaration } from '../shared/personalData.ts';

/** Declaration of folders: how an organisation sorts, nothing about anybody. */
export const documentsPersonalData: readonly PersonalDataDeclaration[] = [
  {
    collection: 'orgs/{orgId}/folders/{folderId}',
    store: 'firestore',
    concerns: 'nobody',
    legalBasis: null,
    retention: { sv: 'Så länge avtalet gäller', en: 'As long as the contract runs' },
    recipients: [],
    onErasure: 'kept, holds no personal data',
    fields: {
      v: technical('Formatversion', 'Format version'),
      state: technical('Status', 'State'),
      sealed: technical('Mappens namn och beskrivning, förseglade', 'Name and description of the folder, sealed'),
      openTo: technical('Öppen för', 'Open to'),
      readTeams: technical('Grupper som läser', 'Teams that read'),
      writeTeams: technical('Grupper som skriver', 'Teams that write'),
      version: technical('Version', 'Version'),
      createdAt: technical('Skapad', 'Created'),
      updatedAt: technical('Ändrad', 'Changed'),
      lastEventId: technical('Senaste händelse', 'Last event'),
    },
  },
];
