/** Approve, decline, withdraw, start. Approving asks for a fresh sign-in; `call` sees to that by itself. */
import { useState } from 'react';
import type { ApprovalView } from '../../../../functions/src/privacy/approvals/contract.ts';
import { call } from '../../api/call.ts';
import { Confirm } from '../../app/Confirm.tsx';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { useChange } from '../../app/useChange.ts';
import { formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';

type ApprovalActionsProps = { readonly approval: ApprovalView; readonly onSaid: (words: string | null) => void };

/** The buttons that the reader may press now. */
export function ApprovalActions({ approval, onSaid }: ApprovalActionsProps) {
  const { locale, text } = useLanguage();
  const { approvals: words } = text;
  const { orgId } = useMembership();
  const [asked, setAsked] = useState<'approve' | 'start' | null>(null);
  const one = { orgId, approvalId: approval.approvalId };
  const refreshes = [
    ['approvals', orgId],
    ['alarms', orgId],
  ];
  const done = (said: string | null) => {
    setAsked(null);
    onSaid(said);
  };
  const approve = useChange(
    () => call('decideApproval', { ...one, approve: true }),
    refreshes,
    () => done(words.approved),
  );
  const decline = useChange(
    () => call('decideApproval', { ...one, approve: false }),
    refreshes,
    () => done(words.declined),
  );
  const withdraw = useChange(
    () => call('withdrawApproval', one),
    refreshes,
    () => done(words.withdrawn),
  );
  const start = useChange(
    () => call('startApproved', one),
    [...refreshes, ['persons', orgId]],
    () => done(null),
  );
  // The same words twice are two messages only when they were gone in between.
  const begin = (change: { readonly mutate: (nothing: undefined) => void }) => {
    onSaid(null);
    change.mutate(undefined);
  };
  const isErasure = approval.kind === 'massErasure';
  const count = isErasure ? formatNumber(locale, approval.input.dataSubjectIds.length) : '';
  const failure = decline.error ?? withdraw.error ?? (isErasure ? null : start.error);
  return (
    <>
      {failure !== null && <ErrorPanel error={failure} />}
      <div className="actions">
        {approval.may.decide && <Button onPress={() => setAsked('approve')}>{words.approve}</Button>}
        {approval.may.decide && (
          <Button variant="secondary" isPending={decline.isPending} onPress={() => begin(decline)}>
            {words.decline}
          </Button>
        )}
        {approval.may.start && (
          <Button
            variant={isErasure ? 'danger' : 'primary'}
            isPending={start.isPending}
            onPress={() => (isErasure ? setAsked('start') : begin(start))}
          >
            {isErasure ? words.startErasure : words.startExport}
          </Button>
        )}
        {approval.may.withdraw && (
          <Button variant="secondary" isPending={withdraw.isPending} onPress={() => begin(withdraw)}>
            {words.withdraw}
          </Button>
        )}
      </div>
      <Confirm
        title={isErasure ? words.approveErasureAsk(count) : words.approveExportAsk}
        isOpen={asked === 'approve'}
        action={words.approve}
        isPending={approve.isPending}
        error={approve.error}
        onConfirm={() => begin(approve)}
        onClose={() => setAsked(null)}
      >
        <p>{isErasure ? words.approveErasureText : words.approveExportText}</p>
      </Confirm>
      <Confirm
        title={words.startErasureAsk(count)}
        isOpen={asked === 'start'}
        action={words.startErasure}
        isDanger
        isPending={start.isPending}
        error={start.error}
        onConfirm={() => begin(start)}
        onClose={() => setAsked(null)}
      >
        <p>{words.startErasureText}</p>
      </Confirm>
    </>
  );
}
