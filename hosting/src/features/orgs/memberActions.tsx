/** What can happen to a member besides a change of role: each with its consequences, each asked about first. */
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { call } from '../../api/call.ts';
import { Confirm } from '../../app/Confirm.tsx';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useMembership, type Membership } from '../../app/organisation.tsx';
import { Said } from '../../app/Said.tsx';
import { useChange } from '../../app/useChange.ts';
import { useNavigate } from '../../app/useNavigate.ts';
import { formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { useOrganisation, type Member } from './data.ts';
import { leaveNotice } from './notice.ts';

type AskedProps = {
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly question: string;
  readonly isDanger?: boolean;
  readonly isDisabled?: boolean;
  readonly change: {
    readonly isPending: boolean;
    readonly error: unknown;
    readonly reset: () => void;
    readonly mutate: (input: undefined) => void;
  };
  /** What the dialog says more than the card. */
  readonly consequences?: ReactNode;
};

/** A card with one button, and the question before it is done. */
function AskedCard({ title, text, button, question, isDanger = false, isDisabled = false, change, consequences }: AskedProps) {
  const [isAsked, setIsAsked] = useState(false);
  return (
    <Card title={title}>
      <p>{text}</p>
      {!isDisabled && (
        <div className="actions">
          <Button
            variant={isDanger ? 'danger' : 'secondary'}
            onPress={() => {
              change.reset();
              setIsAsked(true);
            }}
          >
            {button}
          </Button>
        </div>
      )}
      <Confirm
        title={question}
        isOpen={isAsked}
        action={button}
        isDanger={isDanger}
        isPending={change.isPending}
        error={change.error}
        onConfirm={() => change.mutate(undefined)}
        onClose={() => setIsAsked(false)}
      >
        {consequences ?? <p>{text}</p>}
      </Confirm>
    </Card>
  );
}

/** Gives a member the whole reading budget again. */
export function LiftBudgetCard({ member }: { readonly member: Member }) {
  const { locale, text } = useLanguage();
  const { members: words } = text;
  const { orgId } = useMembership();
  const organisation = useOrganisation(orgId);
  const lift = useChange(() => call('liftReadBudget', { orgId, accountId: member.accountId }), []);
  const budget = organisation.data?.readBudget;
  if (budget === undefined) return null;
  return (
    <Card title={words.budgetTitle}>
      <p>{words.budgetText(formatNumber(locale, budget.perHour), formatNumber(locale, budget.perDay))}</p>
      <Said words={lift.isSuccess ? words.budgetLifted : null} />
      {lift.isError && <ErrorPanel error={lift.error} />}
      <div className="actions">
        <Button variant="secondary" isPending={lift.isPending} onPress={() => lift.mutate(undefined)}>
          {words.budgetLift}
        </Button>
      </div>
    </Card>
  );
}

/** Makes the member owner and oneself administrator. */
export function TransferCard({ member }: { readonly member: Member }) {
  const { members: words } = useLanguage().text;
  const { orgId } = useMembership();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const transfer = useChange(
    () => call('transferOwnership', { orgId, accountId: member.accountId }),
    [
      ['members', orgId],
      ['organisation', orgId],
    ],
    () => {
      leaveNotice(words.transferred(member.displayName));
      void navigate(`/o/${orgId}/members`);
      // Last: with the new role this page is another.
      void queries.invalidateQueries({ queryKey: ['organisations'] });
    },
  );
  return (
    <AskedCard
      title={words.transferTitle}
      text={words.transferText(member.displayName)}
      button={words.transfer}
      question={words.transferTo(member.displayName)}
      change={transfer}
      consequences={
        <ul>
          <li>{words.transferGives(member.displayName)}</li>
          <li>{words.transferKeeps}</li>
          <li>{words.transferConfirms}</li>
        </ul>
      }
    />
  );
}

/** Removes the member from the organisation. */
export function RemoveCard({ member }: { readonly member: Member }) {
  const { members: words } = useLanguage().text;
  const { orgId } = useMembership();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const remove = useChange(
    () => call('removeMember', { orgId, accountId: member.accountId }),
    [],
    () => {
      leaveNotice(words.removed);
      void navigate(`/o/${orgId}/members`);
      // Last: without the member this page has nobody to show.
      for (const key of ['members', 'teams', 'organisation']) void queries.invalidateQueries({ queryKey: [key, orgId] });
    },
  );
  return (
    <AskedCard
      title={words.removeTitle}
      text={words.removeText(member.displayName)}
      button={words.remove}
      question={words.removeAsk(member.displayName)}
      isDanger
      change={remove}
    />
  );
}

/** One owner of several becomes administrator. */
export function StepDownCard({ member }: { readonly member: Member }) {
  const { members: words } = useLanguage().text;
  const { orgId } = useMembership();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const stepDown = useChange(
    () => {
      const { accountId, teamIds } = member;
      return call('changeMember', { orgId, accountId, role: 'administrator', teamIds, was: { role: 'owner', teamIds } });
    },
    [
      ['members', orgId],
      ['organisation', orgId],
    ],
    () => {
      leaveNotice(words.steppedDown);
      void navigate(`/o/${orgId}/members`);
      void queries.invalidateQueries({ queryKey: ['organisations'] });
    },
  );
  return (
    <AskedCard
      title={words.stepDownTitle}
      text={words.stepDownText}
      button={words.stepDown}
      question={words.stepDownAsk}
      change={stepDown}
    />
  );
}

/** Leaves the organisation; the last owner is told what to do first. */
export function LeaveCard({ isLastOwner }: { readonly isLastOwner: boolean }) {
  const { members: words } = useLanguage().text;
  const { orgId, name } = useMembership();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const leave = useChange(
    () => call('leaveOrganisation', { orgId }),
    [],
    () => {
      // Out of the list first, or the start page would lead back here.
      queries.setQueryData<readonly Membership[]>(['organisations'], (known) => known?.filter((one) => one.orgId !== orgId));
      void navigate('/');
      void queries.invalidateQueries({ queryKey: ['organisations'] });
    },
  );
  return (
    <AskedCard
      title={words.leaveTitle}
      text={isLastOwner ? words.leaveLastOwner : words.leaveText}
      button={words.leave}
      question={words.leaveAsk(name)}
      isDanger
      isDisabled={isLastOwner}
      change={leave}
    />
  );
}
