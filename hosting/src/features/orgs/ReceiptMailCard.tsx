/** Where receipts of the log are mailed; for owners. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import * as z from 'zod/mini';
import { emailSchema } from '../../../../functions/src/identity/basics/contract.ts';
import { call } from '../../api/call.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { FormText } from '../../app/formFields.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { Said } from '../../app/Said.tsx';
import { useChange } from '../../app/useChange.ts';
import { formatDateTime } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Loading } from '../../ui/Loading.tsx';

const keyOf = (orgId: string) => ['receiptMail', orgId] as const;

/** The card. */
export function ReceiptMailCard() {
  const { locale, text } = useLanguage();
  const { app, receipts: words } = text;
  const { orgId } = useMembership();
  const [said, setSaid] = useState<string | null>(null);
  const shown = useQuery({ queryKey: keyOf(orgId), queryFn: () => call('getReceiptMail', { orgId }) });
  return (
    <Card title={words.title}>
      <p className="field-hint">{words.intro}</p>
      <Said words={said} />
      {shown.isPending && <Loading label={app.loading} />}
      {shown.isError && shown.data === undefined && <ErrorPanel error={shown.error} onRetry={() => void shown.refetch()} />}
      {shown.data !== undefined && (
        <>
          {shown.data.mailedAt !== null && <p>{words.mailed(formatDateTime(locale, new Date(shown.data.mailedAt)))}</p>}
          <AddressForm key={shown.data.receiver?.email ?? ''} email={shown.data.receiver?.email ?? ''} onSaid={setSaid} />
        </>
      )}
    </Card>
  );
}

function AddressForm({ email, onSaid }: { readonly email: string; readonly onSaid: (words: string | null) => void }) {
  const { locale, text } = useLanguage();
  const { app, receipts: words } = text;
  const { orgId } = useMembership();
  const { control, handleSubmit, formState } = useForm({ defaultValues: { email } });
  const [error, setError] = useState<unknown>(null);
  const change = useChange(
    (typed: string) => call('setReceiptMail', { orgId, receiver: typed === '' ? null : { email: typed, locale } }),
    [[...keyOf(orgId)]],
    () => onSaid(words.saved),
  );
  const save = handleSubmit(async (form) => {
    onSaid(null);
    setError(null);
    await change.mutateAsync(form.email.trim()).catch(setError);
  });
  const isAddress = (typed: string) => typed.trim() === '' || z.safeParse(emailSchema, typed).success || words.invalid;
  return (
    <>
      {error !== null && <ErrorPanel error={error} />}
      <form className="form" noValidate onSubmit={(event) => void save(event)}>
        <FormText
          control={control}
          name="email"
          type="email"
          autoComplete="off"
          label={words.email}
          hint={words.hint}
          rules={{ validate: isAddress }}
        />
        <div className="actions">
          <Button type="submit" isPending={formState.isSubmitting}>
            {app.save}
          </Button>
        </div>
      </form>
    </>
  );
}
