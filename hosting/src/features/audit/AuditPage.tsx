/** The organisation's log: read from the database directly, under the rules, newest first. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { readAuditPage, type AuditPage as Events } from '../../api/auditEvents.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { ButtonLink } from '../../app/links.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { Requires } from '../../app/Requires.tsx';
import { Page } from '../../app/Page.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { useMembers } from '../orgs/data.ts';
import '../../ui/audit.css';
import { AuditFilters } from './AuditFilters.tsx';
import { AuditTable } from './AuditTable.tsx';
import { addressOf, filterOf, queryOf, type FilterForm } from './filter.ts';

/** The page of the log. */
export function AuditPage() {
  const { audit } = useLanguage().text;
  return (
    <Requires permission="audit.read">
      <Page title={audit.title} intro={audit.intro} actions={<VerifyLink />}>
        <Log />
      </Page>
    </Requires>
  );
}

function VerifyLink() {
  const { verification } = useLanguage().text;
  const { orgId } = useMembership();
  return (
    <ButtonLink to={`/o/${orgId}/audit/verify`} look="secondary">
      {verification.link}
    </ButtonLink>
  );
}

function Log() {
  const { app } = useLanguage().text;
  const { orgId } = useMembership();
  const [address, setAddress] = useSearchParams();
  const form = useMemo(() => filterOf(address), [address]);
  const members = useMembers(orgId);
  return (
    <>
      <AuditFilters form={form} members={members.data ?? null} onApply={(next) => setAddress(addressOf(next))} />
      {/* Whoever cannot be named is not to look like somebody who has left. */}
      {members.isPending && <Loading label={app.loading} />}
      {members.data === undefined && members.isError && <ErrorPanel error={members.error} onRetry={() => void members.refetch()} />}
      {members.data !== undefined && <Events form={form} members={members.data} />}
    </>
  );
}

function Events({ form, members }: { readonly form: FilterForm; readonly members: NonNullable<ReturnType<typeof useMembers>['data']> }) {
  const { locale, text } = useLanguage();
  const { app, audit } = text;
  const { orgId } = useMembership();
  const log = useInfiniteQuery({
    queryKey: ['audit', orgId, form],
    queryFn: ({ pageParam }) => readAuditPage(orgId, queryOf(form), pageParam),
    // null: from the newest.
    initialPageParam: null as Events['last'],
    getNextPageParam: (page) => page.last,
    staleTime: 0,
    gcTime: 0,
  });
  if (log.isPending) return <Loading label={app.loading} />;
  if (log.data === undefined) return <ErrorPanel error={log.error} onRetry={() => void log.refetch()} />;
  const events = log.data.pages.flatMap((page) => page.events);
  if (events.length === 0 && !log.hasNextPage) return <EmptyState icon="log" title={audit.emptyTitle} text={audit.emptyText} />;
  return (
    <>
      <p role="status" className="result-count">
        {audit.shown(formatNumber(locale, events.length))}. {events.length > 0 && audit.detailsHint}
      </p>
      {events.length > 0 && <AuditTable events={events} members={members} />}
      {log.isFetchNextPageError && <ErrorPanel error={log.error} />}
      <div className="actions">
        {log.hasNextPage ? (
          <Button variant="secondary" isPending={log.isFetchingNextPage} onPress={() => void log.fetchNextPage()}>
            {audit.older}
          </Button>
        ) : (
          <p className="field-hint">{audit.end}</p>
        )}
      </div>
    </>
  );
}
