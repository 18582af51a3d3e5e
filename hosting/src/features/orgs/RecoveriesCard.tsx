/** Members who cannot sign in: an administrator who has talked with them types the reference that they read out. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../../api/apiError.ts';
import { call } from '../../api/call.ts';
import type { Output } from '../../api/callables.ts';
import { Confirm } from '../../app/Confirm.tsx';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { Said } from '../../app/Said.tsx';
import { useChange } from '../../app/useChange.ts';
import { formatDateTime, formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { TextField } from '../../ui/TextField.tsx';

type Recovery = Output<'listRecoveries'>['recoveries'][number];

/** The card; not shown while nobody asks. */
export function RecoveriesCard() {
  const { members } = useLanguage().text;
  const { orgId } = useMembership();
  const [said, setSaid] = useState<string | null>(null);
  const recoveries = useQuery({
    queryKey: ['recoveries', orgId],
    queryFn: async () => (await call('listRecoveries', { orgId })).recoveries,
    staleTime: 300_000,
  });
  if (recoveries.isError)
    return (
      <Card title={members.recoveriesTitle}>
        <ErrorPanel error={recoveries.error} onRetry={() => void recoveries.refetch()} />
      </Card>
    );
  // Nobody decides about their own account.
  const waiting = (recoveries.data ?? []).filter(({ isMe }) => !isMe);
  if (waiting.length === 0 && said === null) return null;
  return (
    <Card title={members.recoveriesTitle}>
      <p className="field-hint">{members.recoveriesIntro}</p>
      <Said words={said} />
      <ul className="entries">
        {waiting.map((recovery) => (
          <RecoveryEntry key={recovery.recoveryId} recovery={recovery} onSaid={setSaid} />
        ))}
      </ul>
    </Card>
  );
}

function RecoveryEntry({ recovery, onSaid }: { readonly recovery: Recovery; readonly onSaid: (words: string | null) => void }) {
  const { locale, text } = useLanguage();
  const { app, members } = text;
  const { orgId } = useMembership();
  const { recoveryId, displayName, askedAt, approvals, needed, approvedByMe } = recovery;
  const [reference, setReference] = useState('');
  const [isTried, setIsTried] = useState(false);
  const [isDeclining, setIsDeclining] = useState(false);
  const refreshes = [['recoveries', orgId]];
  const approve = useChange(
    () => call('approveRecovery', { orgId, recoveryId, reference: reference.trim() }),
    refreshes,
    () => onSaid(members.recoveryApproved),
  );
  const decline = useChange(
    () => call('declineRecovery', { orgId, recoveryId }),
    refreshes,
    () => {
      setIsDeclining(false);
      onSaid(members.recoveryDeclined);
    },
  );
  const isWrong = approve.error instanceof ApiError && approve.error.code === 'identity/wrong-code';
  const problem = isTried && reference.trim() === '' ? app.required : isWrong ? members.recoveryWrong : undefined;
  return (
    <li className="entry">
      <div className="entry-head">
        <h3>{displayName}</h3>
        <span className="entry-note">
          {members.recoveryAsked(formatDateTime(locale, new Date(askedAt)))}.{' '}
          {members.recoveryApprovals(formatNumber(locale, approvals), formatNumber(locale, needed))}
        </span>
      </div>
      {approve.isError && !isWrong && <ErrorPanel error={approve.error} />}
      {approvedByMe && <p>{approvals < needed ? members.recoveryApprovedByMe : members.recoveryWaitsElsewhere}</p>}
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSaid(null);
          setIsTried(true);
          if (reference.trim() !== '') approve.mutate(undefined);
        }}
      >
        {!approvedByMe && (
          <TextField label={members.recoveryReference} value={reference} onChange={setReference} error={problem} isRequired />
        )}
        <div className="actions">
          {!approvedByMe && (
            <Button type="submit" isPending={approve.isPending}>
              {members.recoveryApprove}
            </Button>
          )}
          <Button variant="secondary" onPress={() => setIsDeclining(true)}>
            {members.recoveryDecline}
          </Button>
        </div>
      </form>
      <Confirm
        title={members.recoveryDeclineAsk(displayName)}
        isOpen={isDeclining}
        action={members.recoveryDecline}
        isDanger
        isPending={decline.isPending}
        error={decline.error}
        onConfirm={() => {
          onSaid(null);
          decline.mutate(undefined);
        }}
        onClose={() => setIsDeclining(false)}
      >
        <p>{members.recoveryDeclineText}</p>
      </Confirm>
    </li>
  );
}
