/** The access review: one page that a small board finishes in minutes. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import type { Output } from '../../api/callables.ts';
import { nowMs } from '../../api/clock.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { Page } from '../../app/Page.tsx';
import { Requires } from '../../app/Requires.tsx';
import { Said } from '../../app/Said.tsx';
import { useChange } from '../../app/useChange.ts';
import { formatDateTime, formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Table } from '../../ui/Table.tsx';
import { useMembers, type Member } from './data.ts';
import { OpenReview } from './OpenReview.tsx';

type Answer = Output<'getAccessReview'>;

/** The page of the review. */
export function AccessReviewPage() {
  return (
    <Requires permission="orgs.readReviews">
      <AccessReview />
    </Requires>
  );
}

function AccessReview() {
  const { app, reviews } = useLanguage().text;
  const { orgId } = useMembership();
  const can = useCan();
  const [said, setSaid] = useState<string | null>(null);
  const review = useQuery({ queryKey: ['accessReview', orgId], queryFn: () => call('getAccessReview', { orgId }) });
  const members = useMembers(orgId);
  const isBusy = review.isPending || members.isPending;
  const failed = review.isError ? review : members.isError ? members : null;
  const open = review.data?.review?.state === 'open' ? review.data.review : null;
  return (
    <Page title={reviews.title} heading={reviews.heading} intro={reviews.intro}>
      <Said words={said} />
      {isBusy && <Loading label={app.loading} />}
      {failed !== null && <ErrorPanel error={failed.error} onRetry={() => void failed.refetch()} />}
      {review.data !== undefined && members.data !== undefined && (
        <>
          {open === null ? (
            <Rest answer={review.data} members={members.data} onBegin={() => setSaid(null)} />
          ) : can('orgs.review').isAllowed ? (
            <OpenReview key={open.reviewId} review={open} members={members.data} onSaid={setSaid} />
          ) : (
            <Banner kind="info" title={reviews.openTitle}>
              {reviews.readOnly}
            </Banner>
          )}
          <History history={review.data.history} members={members.data} />
        </>
      )}
    </Page>
  );
}

/** No review is open: when the next one is due, and the button that begins it. */
function Rest({
  answer,
  members,
  onBegin,
}: {
  readonly answer: Answer;
  readonly members: readonly Member[];
  readonly onBegin: () => void;
}) {
  const { locale, text } = useLanguage();
  const { reviews } = text;
  const { orgId } = useMembership();
  const can = useCan();
  const start = useChange(() => call('startAccessReview', { orgId }), [['accessReview', orgId]]);
  const isOverdue = Date.parse(answer.dueAt) < nowMs();
  const dueAt = formatDateTime(locale, new Date(answer.dueAt));
  const latest = answer.history[0];
  return (
    <Card title={reviews.heading}>
      <Banner kind={isOverdue ? 'important' : 'info'}>{isOverdue ? reviews.overdue(dueAt) : reviews.due(dueAt)}</Banner>
      <p>
        {latest === undefined
          ? reviews.never
          : reviews.latest(
              formatDateTime(locale, new Date(latest.completedAt)),
              nameOf(members, latest.completedBy, reviews.unknownMember),
            )}
      </p>
      {start.isError && <ErrorPanel error={start.error} />}
      {can('orgs.review').isAllowed ? (
        <div className="actions">
          <Button
            isPending={start.isPending}
            onPress={() => {
              onBegin();
              start.mutate(undefined);
            }}
          >
            {reviews.start}
          </Button>
        </div>
      ) : (
        <p className="field-hint">{reviews.readOnly}</p>
      )}
    </Card>
  );
}

function History({ history, members }: { readonly history: Answer['history']; readonly members: readonly Member[] }) {
  const { locale, text } = useLanguage();
  const { app, reviews } = text;
  return (
    <Card title={reviews.historyTitle}>
      {history.length === 0 ? (
        <p>{reviews.historyNone}</p>
      ) : (
        <Table
          label={reviews.historyTitle}
          columns={[
            { id: 'at', title: reviews.completedAt },
            { id: 'by', title: reviews.completedBy },
            { id: 'kept', title: reviews.kept, isNumeric: true, isOptional: true },
            { id: 'changed', title: reviews.changed, isNumeric: true, isOptional: true },
            { id: 'removed', title: reviews.removed, isNumeric: true },
            { id: 'signed', title: reviews.signed },
          ]}
          rows={history.map((past) => ({
            id: past.reviewId,
            cells: [
              formatDateTime(locale, new Date(past.completedAt)),
              nameOf(members, past.completedBy, reviews.unknownMember),
              formatNumber(locale, past.kept),
              formatNumber(locale, past.changed),
              formatNumber(locale, past.removed),
              past.isSigned ? reviews.signedByBankId : app.no,
            ],
          }))}
        />
      )}
    </Card>
  );
}

function nameOf(members: readonly Member[], accountId: string, unknown: string): string {
  return members.find((member) => member.accountId === accountId)?.displayName ?? unknown;
}
