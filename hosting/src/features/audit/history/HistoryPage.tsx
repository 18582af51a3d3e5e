/**
 * One person's history: which fields were changed and read, when and by whom. For the reader's eyes with names; on paper,
 * which is for the person concerned, with roles instead, as in the register extract. Networks of the staff are in neither.
 */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useParams } from 'react-router';
import { idPattern } from '../../../../../functions/src/shared/ids.ts';
import { readAuditPage, type AuditPage } from '../../../api/auditEvents.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { ButtonLink } from '../../../app/links.tsx';
import { NotFoundPage } from '../../../app/NotFoundPage.tsx';
import { useCan, useMembership } from '../../../app/organisation.tsx';
import { Page } from '../../../app/Page.tsx';
import { Requires } from '../../../app/Requires.tsx';
import { formatNumber } from '../../../i18n/format.ts';
import { useLanguage } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Card } from '../../../ui/Card.tsx';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { Loading } from '../../../ui/Loading.tsx';
import '../../../ui/audit.css';
import { useMembers } from '../../orgs/data.ts';
import { FieldTable } from './FieldTable.tsx';
import { Timeline } from './Timeline.tsx';

/** The page of the history. */
export function HistoryPage() {
  const { dataSubjectId = '' } = useParams();
  if (!idPattern.test(dataSubjectId)) return <NotFoundPage />;
  return (
    <Requires permission="audit.read">
      <History dataSubjectId={dataSubjectId} />
    </Requires>
  );
}

function History({ dataSubjectId }: { readonly dataSubjectId: string }) {
  const { history: words } = useLanguage().text;
  const { orgId } = useMembership();
  const can = useCan();
  return (
    <Page
      title={words.title}
      heading={words.heading(dataSubjectId.slice(0, 6))}
      intro={words.intro}
      actions={
        <>
          {can('register.read').isAllowed && (
            <ButtonLink to={`/o/${orgId}/persons/${dataSubjectId}`} look="secondary">
              {words.toPerson}
            </ButtonLink>
          )}
          <ButtonLink to={`/o/${orgId}/audit?person=${dataSubjectId}`} look="secondary">
            {words.toLog}
          </ButtonLink>
        </>
      }
    >
      <Events key={dataSubjectId} dataSubjectId={dataSubjectId} />
    </Page>
  );
}

function Events({ dataSubjectId }: { readonly dataSubjectId: string }) {
  const { locale, text } = useLanguage();
  const { app, audit, history: words } = text;
  const { orgId, name } = useMembership();
  const members = useMembers(orgId);
  const { data, error, isPending, isFetchNextPageError, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: ['history', orgId, dataSubjectId],
    queryFn: ({ pageParam }) => readAuditPage(orgId, { dataSubjectId }, pageParam),
    // null: from the newest.
    initialPageParam: null as AuditPage['last'],
    getNextPageParam: (page) => page.last,
    staleTime: 0,
    gcTime: 0,
  });
  const [isPrinting, setIsPrinting] = useState(false);
  useEffect(() => {
    // What is printed is the whole history: the rest is fetched first, page by page.
    if (!isPrinting || isFetchingNextPage) return;
    if (hasNextPage && !isFetchNextPageError) return void fetchNextPage();
    setIsPrinting(false);
    if (!isFetchNextPageError) window.print();
  }, [isPrinting, isFetchingNextPage, hasNextPage, isFetchNextPageError, fetchNextPage]);
  if (isPending || members.isPending) return <Loading label={app.loading} />;
  if (data === undefined) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  // Without the members everybody would look like somebody who has left, on paper too.
  if (members.data === undefined) return <ErrorPanel error={members.error} onRetry={() => void members.refetch()} />;
  const events = data.pages.flatMap((page) => page.events);
  if (events.length === 0 && !hasNextPage) return <EmptyState icon="log" title={words.emptyTitle} text={words.emptyText} />;
  return (
    <>
      <div className="actions no-print">
        <Button
          isPending={isPrinting}
          onPress={() => {
            // A page that failed is asked for again.
            if (isFetchNextPageError) void fetchNextPage();
            setIsPrinting(true);
          }}
        >
          {words.print}
        </Button>
        <p className="field-hint">{words.printHint}</p>
      </div>
      <p className="only-print">{words.onPaper(name, dataSubjectId)}</p>
      <Card title={words.fieldsTitle}>
        <p>{words.fieldsIntro}</p>
        <FieldTable events={events} members={members.data} />
      </Card>
      <Card title={words.timelineTitle}>
        <p role="status" className="result-count">
          {audit.shown(formatNumber(locale, events.length))}.
        </p>
        <Timeline events={events} members={members.data} />
        {isFetchNextPageError && <ErrorPanel error={error} />}
        <div className="actions no-print">
          {hasNextPage ? (
            <Button variant="secondary" isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
              {audit.older}
            </Button>
          ) : (
            <p className="field-hint">{audit.end}</p>
          )}
        </div>
      </Card>
    </>
  );
}
