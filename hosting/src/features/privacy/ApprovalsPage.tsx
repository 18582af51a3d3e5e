/** Four eyes: what was asked for, what another one decided, and the start of what was approved. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApprovalView } from '../../../../functions/src/privacy/approvals/contract.ts';
import { call } from '../../api/call.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { ButtonLink } from '../../app/links.tsx';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { Page } from '../../app/Page.tsx';
import { Requires } from '../../app/Requires.tsx';
import { Said } from '../../app/Said.tsx';
import { formatDateTime, formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Tag, type TagKind } from '../../ui/Tag.tsx';
import { useMembers, type Member } from '../orgs/data.ts';
import { useNotice } from '../orgs/notice.ts';
import { ApprovalActions } from './ApprovalActions.tsx';
import { ApprovalJob } from './ApprovalJob.tsx';
import { ApprovalPersons } from './ApprovalPersons.tsx';

/** The page of the approvals. */
export function ApprovalsPage() {
  return (
    <Requires permission="approvals.read">
      <Approvals />
    </Requires>
  );
}

function Approvals() {
  const { app, approvals: words } = useLanguage().text;
  const { orgId } = useMembership();
  const can = useCan();
  const notice = useNotice();
  const [said, setSaid] = useState<string | null>(notice);
  const approvals = useQuery({ queryKey: ['approvals', orgId], queryFn: () => call('listApprovals', { orgId }) });
  const members = useMembers(orgId, (approvals.data?.approvals.length ?? 0) > 0);
  const mayDecide = can('approvals.decide').isAllowed;
  return (
    <Page title={words.title} intro={words.intro}>
      <Said words={said} />
      {approvals.isPending && <Loading label={app.loading} />}
      {approvals.isError && <ErrorPanel error={approvals.error} onRetry={() => void approvals.refetch()} />}
      {members.isError && members.data === undefined && <ErrorPanel error={members.error} onRetry={() => void members.refetch()} />}
      {approvals.data?.hasSecondPerson === false && (
        <Banner kind="important">
          <p>{words.alone}</p>
          {can('orgs.invite').isAllowed && (
            <ButtonLink to={`/o/${orgId}/members/invite`} look="secondary">
              {words.toInvite}
            </ButtonLink>
          )}
        </Banner>
      )}
      {approvals.data?.approvals.length === 0 && (
        <EmptyState icon="people" title={words.emptyTitle} text={mayDecide ? words.emptyText : words.emptyReader} />
      )}
      {approvals.data !== undefined && approvals.data.approvals.length > 0 && (
        <ul className="entries">
          {approvals.data.approvals.map((approval) => (
            <ApprovalEntry key={approval.approvalId} approval={approval} members={members.data ?? null} onSaid={setSaid} />
          ))}
        </ul>
      )}
    </Page>
  );
}

const kindOfState = {
  waiting: 'important',
  approved: 'good',
  declined: 'bad',
  withdrawn: 'neutral',
  used: 'good',
  expired: 'neutral',
} as const satisfies Record<ApprovalView['state'], TagKind>;

type ApprovalEntryProps = {
  readonly approval: ApprovalView;
  /** Null while they are not known yet. */
  readonly members: readonly Member[] | null;
  readonly onSaid: (words: string | null) => void;
};

function ApprovalEntry({ approval, members, onSaid }: ApprovalEntryProps) {
  const { locale, text } = useLanguage();
  const { approvals: words } = text;
  const can = useCan();
  const nameOf = (accountId: string) =>
    members === null ? '…' : (members.find((member) => member.accountId === accountId)?.displayName ?? words.unknownMember);
  const at = (instant: string) => formatDateTime(locale, new Date(instant));
  const { state, may } = approval;
  const isLive = state === 'waiting' || state === 'approved';
  return (
    <li className="entry">
      <div className="entry-head">
        <h2>{words.kinds[approval.kind]}</h2>
        <Tag kind={kindOfState[state]}>{words.states[state]}</Tag>
      </div>
      <What approval={approval} />
      <p className="entry-note">
        {words.askedBy(nameOf(approval.requestedBy), at(approval.createdAt))}{' '}
        {approval.decidedBy !== null &&
          approval.decidedAt !== null &&
          `${words.decidedBy(nameOf(approval.decidedBy), at(approval.decidedAt))} `}
        {isLive && words.expires(at(approval.expiresAt))}
      </p>
      {approval.kind === 'massErasure' && state !== 'used' && can('register.read').isAllowed && (
        <ApprovalPersons ids={approval.input.dataSubjectIds} />
      )}
      {state === 'waiting' && !may.decide && <p>{words.waitsForOther}</p>}
      {(may.decide || may.withdraw || may.start) && <ApprovalActions approval={approval} onSaid={onSaid} />}
      {approval.jobId !== null && can('approvals.decide').isAllowed && <ApprovalJob kind={approval.kind} jobId={approval.jobId} />}
    </li>
  );
}

function What({ approval }: { readonly approval: ApprovalView }) {
  const { locale, text } = useLanguage();
  const { approvals: words, privacy } = text;
  if (approval.kind === 'registerExport') return <p>{approval.input.includeProtected ? words.withProtected : words.withoutProtected}</p>;
  return (
    <p>
      {words.persons(formatNumber(locale, approval.input.dataSubjectIds.length))}. {words.reason(privacy.reasons[approval.input.reason])}.
    </p>
  );
}
