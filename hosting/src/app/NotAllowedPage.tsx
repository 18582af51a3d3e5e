/** The page for a role that has no access to what the address names. */
import { useText } from '../i18n/language.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { useMembership } from './organisation.tsx';
import { Page } from './Page.tsx';

/** Says which role the reader has and whom to ask. */
export function NotAllowedPage() {
  const text = useText();
  const { role } = useMembership();
  return (
    <Page title={text.app.notAllowedTitle}>
      <EmptyState icon="shield" title={text.app.notAllowedTitle} text={text.app.notAllowedText(text.orgs.roles[role])} />
    </Page>
  );
}
