/** What Valv's technicians see: organisations that have let support in. Nobody else gets more than the page's name. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/call.ts';
import type { Output } from '../../api/callables.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { ButtonLink } from '../../app/links.tsx';
import { Page } from '../../app/Page.tsx';
import { useChange } from '../../app/useChange.ts';
import { useNavigate } from '../../app/useNavigate.ts';
import { formatDateTime } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Loading } from '../../ui/Loading.tsx';

type Case = Output<'listOpenGrants'>['grants'][number];

/** The open grants; asked for anew each time the page is opened. */
export function useCases() {
  return useQuery({ queryKey: ['cases'], queryFn: () => call('listOpenGrants', {}) });
}

/** The page of the technicians. */
export function CasesPage() {
  const { app, support } = useLanguage().text;
  const cases = useCases();
  const mine = cases.data?.isTechnician === true ? cases.data.grants : null;
  return (
    <Page title={support.technicianTitle} {...(mine !== null ? { intro: support.technicianIntro } : {})}>
      {cases.isPending && <Loading label={app.loading} />}
      {cases.isError && <ErrorPanel error={cases.error} onRetry={() => void cases.refetch()} />}
      {cases.data !== undefined && mine === null && (
        <EmptyState icon="shield" title={app.notAllowedTitle} text={support.notTechnician}>
          <ButtonLink to="/">{app.toStart}</ButtonLink>
        </EmptyState>
      )}
      {mine?.length === 0 && <EmptyState icon="check" title={support.technicianEmpty} text={support.technicianEmptyText} />}
      {mine !== null && mine.length > 0 && (
        <ul className="entries">
          {mine.map((one) => (
            <CaseEntry key={one.grantId} one={one} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function CaseEntry({ one }: { readonly one: Case }) {
  const { locale, text } = useLanguage();
  const { support } = text;
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { orgId, grantId, organisationName, problem, state, expiresAt, createdAt, isMine } = one;
  const at = (instant: string) => formatDateTime(locale, new Date(instant));
  const claim = useChange(async () => {
    await call('claimSupportGrant', { orgId, grantId });
    await queries.invalidateQueries({ queryKey: ['organisations'] });
    await navigate(`/o/${orgId}`);
  }, [['cases']]);
  return (
    <li className="entry">
      <div className="entry-head">
        <h2>{organisationName}</h2>
        <span className="entry-note">
          {support.createdAt(at(createdAt))}, {support.expiresAt(at(expiresAt))}
        </span>
      </div>
      {problem === null ? <p className="field-hint">{support.problemOnceClaimed}</p> : <p>{problem}</p>}
      {claim.isError && <ErrorPanel error={claim.error} />}
      {isMine && (
        <div className="actions">
          <ButtonLink to={`/o/${orgId}`}>{support.enterOf(organisationName)}</ButtonLink>
        </div>
      )}
      {!isMine && state === 'claimed' && <p className="entry-note">{support.claimedByOther}</p>}
      {!isMine && state === 'open' && (
        <div className="actions">
          <Button label={support.claimOf(organisationName)} isPending={claim.isPending} onPress={() => claim.mutate(undefined)}>
            {support.claim}
          </Button>
        </div>
      )}
    </li>
  );
}
