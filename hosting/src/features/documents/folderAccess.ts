/** Who may read and write in a folder, in words. */
import type { FolderView } from '../../../../functions/src/documents/contract.ts';
import type { Messages } from '../../i18n/messages.ts';
import type { Team } from '../orgs/data.ts';
import { teamNames } from '../orgs/WithTeams.tsx';

/** Names of the readers and the writers. */
export function accessWords({ documents }: Messages, folder: FolderView, teams: readonly Team[]) {
  const writers = teamNames(folder.writeTeams, teams);
  const isOpen = folder.openTo === 'everyone';
  const nobody = documents.onlyManagers;
  return {
    readers: isOpen ? documents.audiences.everyone : teamNames(folder.readTeams, teams) || nobody,
    writers: writers !== '' ? writers : isOpen && folder.writeTeams.length === 0 ? documents.everyEditor : nobody,
  };
}
