/** One's own account: details, ways to sign in, password, sessions, and closing it. */
import { useAccount } from '../../../app/account.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { Page } from '../../../app/Page.tsx';
import { useText } from '../../../i18n/language.tsx';
import { Loading } from '../../../ui/Loading.tsx';
import { CloseCard } from './CloseCard.tsx';
import { DetailsCard } from './DetailsCard.tsx';
import { EmailCard } from './EmailCard.tsx';
import { FactorsCard } from './FactorsCard.tsx';
import { PasswordCard } from './PasswordCard.tsx';
import { SessionsCard } from './SessionsCard.tsx';

/** The page. */
export function AccountPage() {
  const { app, ownAccount } = useText();
  const account = useAccount();
  return (
    <Page title={ownAccount.title}>
      {account.isPending && <Loading label={app.loading} />}
      {account.isError && account.data === undefined && <ErrorPanel error={account.error} onRetry={() => void account.refetch()} />}
      {account.data !== undefined && (
        <>
          <FactorsCard />
          <SessionsCard />
          <DetailsCard account={account.data} />
          <EmailCard email={account.data.email} />
          <PasswordCard />
          <CloseCard />
        </>
      )}
    </Page>
  );
}
