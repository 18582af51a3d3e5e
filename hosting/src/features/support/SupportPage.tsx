/** Support access as the organisation sees it: letting a technician in, who is in, ending it. */
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useForm } from 'react-hook-form';
import { grantHours } from '../../../../functions/src/support/contract.ts';
import { call } from '../../api/call.ts';
import type { Output } from '../../api/callables.ts';
import { Confirm } from '../../app/Confirm.tsx';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { FormText, showBesideField } from '../../app/formFields.tsx';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { Page } from '../../app/Page.tsx';
import { Requires } from '../../app/Requires.tsx';
import { Said } from '../../app/Said.tsx';
import { useChange } from '../../app/useChange.ts';
import { formatDateTime, formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { NumberField, wholeNumber } from '../../ui/NumberField.tsx';
import { Tag } from '../../ui/Tag.tsx';

type Grant = Output<'listSupportGrants'>['grants'][number];

/** The page of support access. */
export function SupportPage() {
  return (
    <Requires permission="support.readGrants">
      <Support />
    </Requires>
  );
}

function Support() {
  const { app, support } = useLanguage().text;
  const { orgId } = useMembership();
  const can = useCan();
  const [said, setSaid] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const grants = useQuery({ queryKey: ['supportGrants', orgId], queryFn: async () => (await call('listSupportGrants', { orgId })).grants });
  return (
    <Page title={support.title} intro={support.intro}>
      <Said words={said} />
      {can('support.grant').isAllowed ? (
        <GrantForm
          key={round}
          onBegin={() => setSaid(null)}
          onGranted={() => {
            setSaid(support.granted);
            setRound(round + 1);
          }}
        />
      ) : (
        <p className="field-hint">{support.readOnly}</p>
      )}
      <Card title={support.listTitle}>
        {grants.isPending && <Loading label={app.loading} />}
        {grants.isError && <ErrorPanel error={grants.error} onRetry={() => void grants.refetch()} />}
        {grants.data?.length === 0 && <p>{support.emptyText}</p>}
        {grants.data !== undefined && grants.data.length > 0 && (
          <ul className="entries">
            {grants.data.map((grant) => (
              <GrantEntry key={grant.grantId} grant={grant} onSaid={setSaid} />
            ))}
          </ul>
        )}
      </Card>
    </Page>
  );
}

function GrantForm({ onBegin, onGranted }: { readonly onBegin: () => void; readonly onGranted: () => void }) {
  const { locale, text } = useLanguage();
  const { support } = text;
  const { orgId } = useMembership();
  const { control, handleSubmit, setError } = useForm({ defaultValues: { problem: '' } });
  const [typed, setTyped] = useState('24');
  const hours = wholeNumber(typed, grantHours.min, grantHours.max);
  const limits = [formatNumber(locale, grantHours.min), formatNumber(locale, grantHours.max)] as const;
  const [failure, setFailure] = useState<unknown>(null);
  const form = useRef<HTMLFormElement>(null);
  const grant = useChange(
    (problem: string) => call('createSupportGrant', { orgId, problem, hours: hours ?? 0 }),
    [['supportGrants', orgId]],
    onGranted,
  );
  const send = handleSubmit(async ({ problem }) => {
    onBegin();
    setFailure(null);
    if (hours === null) return form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    await grant.mutateAsync(problem.trim()).catch((error: unknown) => {
      if (!showBesideField(error, setError, { problem: support.problemLength })) setFailure(error);
    });
  });
  const isRightLength = (value: string) => value.trim().length >= 10 && value.trim().length <= 1000;
  return (
    <Card title={support.grantTitle}>
      <p>{support.seesWhat}</p>
      {failure !== null && <ErrorPanel error={failure} />}
      <form className="form" noValidate onSubmit={(event) => void send(event)} ref={form}>
        <FormText
          control={control}
          name="problem"
          label={support.problem}
          hint={support.problemHint}
          isLong
          isRequired
          rules={{ validate: (value) => isRightLength(value) || support.problemLength }}
        />
        <NumberField
          label={support.hours}
          hint={support.hoursHint(...limits)}
          value={typed}
          onChange={setTyped}
          error={hours === null ? support.hoursInvalid(...limits) : undefined}
        />
        <div className="actions">
          <Button type="submit" isPending={grant.isPending}>
            {support.grant}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function GrantEntry({ grant, onSaid }: { readonly grant: Grant; readonly onSaid: (words: string | null) => void }) {
  const { locale, text } = useLanguage();
  const { support } = text;
  const { orgId } = useMembership();
  const can = useCan();
  const [isAsked, setIsAsked] = useState(false);
  const { grantId, state, problem, createdAt, expiresAt, endedAt, claimedBy, claimedByName } = grant;
  const at = (instant: string) => formatDateTime(locale, new Date(instant));
  const end = useChange(
    () => call('endSupportGrant', { orgId, grantId }),
    [
      ['supportGrants', orgId],
      ['members', orgId],
    ],
    () => {
      setIsAsked(false);
      onSaid(support.ended);
    },
  );
  return (
    <li className="entry">
      <div className="entry-head">
        <h3>{problem}</h3>
        <Tag kind={state === 'ended' ? 'neutral' : 'important'}>{support.states[state]}</Tag>
      </div>
      <p className="entry-note">
        {support.createdAt(at(createdAt))}, {endedAt === null ? support.expiresAt(at(expiresAt)) : support.endedAt(at(endedAt))}
        {claimedBy !== null && `. ${support.byTechnician(claimedByName ?? support.formerTechnician)}`}
      </p>
      {state !== 'ended' && can('support.grant').isAllowed && (
        <div className="actions">
          <Button
            variant="secondary"
            label={support.endOf(problem)}
            onPress={() => {
              onSaid(null);
              setIsAsked(true);
            }}
          >
            {support.end}
          </Button>
        </div>
      )}
      <Confirm
        title={support.endAsk}
        isOpen={isAsked}
        action={support.end}
        isPending={end.isPending}
        error={end.error}
        onConfirm={() => end.mutate(undefined)}
        onClose={() => setIsAsked(false)}
      >
        <p>{support.endText}</p>
      </Confirm>
    </li>
  );
}
