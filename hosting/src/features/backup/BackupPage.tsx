/** Whether there are backups, and whether they can be restored, in plain words. */
import { Page } from '../../app/Page.tsx';
import { Requires } from '../../app/Requires.tsx';
import { useText } from '../../i18n/language.tsx';
import { DrillCard } from './DrillCard.tsx';
import { ExportsCard } from './ExportsCard.tsx';

/** The page of backups. */
export function BackupPage() {
  const { backup } = useText();
  return (
    <Requires permission="orgs.readMembers">
      <Page title={backup.title} intro={backup.intro}>
        <ExportsCard />
        <DrillCard />
      </Page>
    </Requires>
  );
}
