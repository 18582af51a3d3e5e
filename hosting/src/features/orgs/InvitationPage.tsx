/**
 * Where a mailed invitation leads: who invites, where to, as what. Its token is in the fragment of the address, which
 * browsers do not send to the server; it leaves this page only in the calls that check it.
 */
import { QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useLocation, useNavigate, useParams } from 'react-router';
import { ApiError } from '../../api/apiError.ts';
import { call } from '../../api/call.ts';
import type { Output } from '../../api/callables.ts';
import { useAccount } from '../../app/account.ts';
import { Entrance } from '../../app/Entrance.tsx';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { Page } from '../../app/Page.tsx';
import { queryClient } from '../../app/queries.ts';
import { signOut } from '../../app/signOut.ts';
import { useChange } from '../../app/useChange.ts';
import { useSession } from '../../app/useSession.ts';
import { formatDateTime } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Loading } from '../../ui/Loading.tsx';

type Invitation = Output<'getInvitation'>;
type InvitationLink = { readonly orgId: string; readonly invitationId: string; readonly token: string };

/** The page of an invitation; needs no session to be read. */
export function InvitationPage() {
  return (
    <QueryClientProvider client={queryClient}>
      <Entrance>
        <LoadedInvitation />
      </Entrance>
    </QueryClientProvider>
  );
}

function LoadedInvitation() {
  const { app, members } = useLanguage().text;
  const { orgId = '', invitationId = '' } = useParams();
  const token = useLocation().hash.slice(1);
  const link = { orgId, invitationId, token };
  const invitation = useQuery({
    queryKey: ['invitation', orgId, invitationId, token],
    queryFn: () => call('getInvitation', link),
    gcTime: 0,
    retry: false,
  });
  const isBroken =
    invitation.error instanceof ApiError &&
    ['orgs/invitation-ended', 'shared/invalid-input', 'shared/not-found'].includes(invitation.error.code);
  const hasEnded = isBroken || (invitation.data !== undefined && invitation.data.state !== 'open');
  return (
    <Page title={hasEnded ? members.landingEnded : members.landingTitle}>
      {invitation.isPending && <Loading label={app.loading} />}
      {invitation.isError && !isBroken && <ErrorPanel error={invitation.error} onRetry={() => void invitation.refetch()} />}
      {isBroken && <p>{members.landingBroken}</p>}
      {invitation.data !== undefined && <Landing invitation={invitation.data} link={link} />}
    </Page>
  );
}

/** A masked address that does not break over two lines after its ellipsis. */
const inOnePiece = (emailHint: string): string => emailHint.replace('…', '…\u2060');

function Landing({ invitation, link }: { readonly invitation: Invitation; readonly link: InvitationLink }) {
  const { locale, text } = useLanguage();
  const { members, orgs } = text;
  const { status } = useSession();
  const { invitedBy, organisationName, role, expiresAt, state } = invitation;
  return (
    <>
      <p className="invitation">
        <strong>{members.landingText(invitedBy, organisationName)}</strong> {members.landingRole(orgs.roles[role])}
      </p>
      {state !== 'open' && <Banner kind="important">{members.landingStates[state]}</Banner>}
      {state === 'open' && (
        <p>
          {members.landingFor(inOnePiece(invitation.emailHint))}. {members.landingUntil(formatDateTime(locale, new Date(expiresAt)))}
        </p>
      )}
      {state === 'open' && status === 'signedIn' && <Accept invitation={invitation} link={link} />}
      {state === 'open' && status === 'signedOut' && <p>{members.landingHow}</p>}
      {status === 'signedOut' && <WaysIn isOpen={state === 'open'} />}
      {state !== 'open' && status === 'signedIn' && (
        <div className="actions">
          <Link to="/" className="button-link button-link-primary">
            {text.app.toStart}
          </Link>
        </div>
      )}
    </>
  );
}

/** Sign-in and sign-up, which lead back here. */
function WaysIn({ isOpen }: { readonly isOpen: boolean }) {
  const { members } = useLanguage().text;
  const { pathname, hash } = useLocation();
  const state = { from: isOpen ? `${pathname}${hash}` : '/' };
  return (
    <div className="actions">
      <Link to="/sign-in" state={state} className="button-link button-link-primary">
        {members.landingSignIn}
      </Link>
      {isOpen && (
        <Link to="/sign-up" state={state} className="button-link button-link-secondary">
          {members.landingSignUp}
        </Link>
      )}
    </div>
  );
}

function Accept({ invitation, link }: { readonly invitation: Invitation; readonly link: InvitationLink }) {
  const { app, members } = useLanguage().text;
  const navigate = useNavigate();
  const queries = useQueryClient();
  const account = useAccount();
  // Whoever signs out here leaves nothing behind.
  useEffect(() => () => queries.removeQueries({ queryKey: ['account'] }), [queries]);
  const accept = useChange(
    () => call('acceptInvitation', link),
    [['organisations']],
    ({ orgId }) => void navigate(`/o/${orgId}`, { replace: true }),
  );
  if (account.isPending) return <Loading label={app.loading} />;
  if (account.data === undefined) return <ErrorPanel error={account.error} onRetry={() => void account.refetch()} />;
  const { email } = account.data;
  const isForAnother = accept.error instanceof ApiError && accept.error.code === 'orgs/invitation-for-another';
  if (isForAnother) {
    return (
      <Banner kind="important" role="alert" title={members.wrongAccountTitle}>
        <p>{members.wrongAccountText(email, inOnePiece(invitation.emailHint))}</p>
        <Button variant="secondary" onPress={() => void signOut()}>
          {members.switchAccount}
        </Button>
      </Banner>
    );
  }
  return (
    <>
      <p>{members.landingAs(email)}</p>
      {accept.isError && <ErrorPanel error={accept.error} />}
      <div className="actions">
        <Button isPending={accept.isPending} onPress={() => accept.mutate(undefined)}>
          {members.accept}
        </Button>
        <Button variant="secondary" onPress={() => void signOut()}>
          {members.switchAccount}
        </Button>
      </div>
    </>
  );
}
