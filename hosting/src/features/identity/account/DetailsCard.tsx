/** Name and language of the account. */
import { useState } from 'react';
import { useController, useForm } from 'react-hook-form';
import type { Locale } from '../../../../../functions/src/identity/contract.ts';
import { call } from '../../../api/call.ts';
import type { Output } from '../../../api/callables.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { FormText } from '../../../app/formFields.tsx';
import { Said } from '../../../app/Said.tsx';
import { useChange } from '../../../app/useChange.ts';
import { useText } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Card } from '../../../ui/Card.tsx';
import { Select } from '../../../ui/Select.tsx';

/** The form of one's details. */
export function DetailsCard({ account }: { readonly account: Output<'getAccount'> }) {
  const { app, identity, ownAccount } = useText();
  const [said, setSaid] = useState<string | null>(null);
  const { displayName, locale } = account;
  const { control, handleSubmit } = useForm<{ displayName: string; locale: Locale }>({ defaultValues: { displayName, locale } });
  const { field } = useController({ control, name: 'locale' });
  const save = useChange(
    (form: { displayName: string; locale: Locale }) => call('updateAccount', { ...form, displayName: form.displayName.trim() }),
    [['account']],
    () => setSaid(ownAccount.saved),
  );
  const submit = handleSubmit((form) => {
    setSaid(null);
    save.mutate(form);
  });
  return (
    <Card title={ownAccount.detailsTitle}>
      <Said words={said} />
      {save.isError && <ErrorPanel error={save.error} />}
      <form onSubmit={(event) => void submit(event)} noValidate className="form">
        <div className="field-grid">
          <FormText
            control={control}
            name="displayName"
            label={identity.displayName}
            autoComplete="name"
            rules={{ validate: (value) => value.trim() !== '' || app.required, maxLength: { value: 120, message: app.tooLong(120) } }}
            isRequired
          />
          <Select
            label={ownAccount.language}
            value={field.value}
            onChange={field.onChange}
            ref={field.ref}
            options={[
              { value: 'sv', label: app.swedish },
              { value: 'en', label: app.english },
            ]}
          />
        </div>
        <p className="field-hint">
          {ownAccount.accountId} <code>{account.accountId}</code>
        </p>
        <div className="actions">
          <Button type="submit" isPending={save.isPending}>
            {app.save}
          </Button>
        </div>
      </form>
    </Card>
  );
}
