/** One field for an e-mail address, and a button. */
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { FormText, showBesideField } from '../../../app/formFields.tsx';
import { useText } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { emailRules } from '../emailRules.ts';

/** The form; what `onSubmit` throws is shown, beside the field if it is about it. */
export function EmailForm({
  submitLabel,
  onSubmit,
}: {
  readonly submitLabel: string;
  readonly onSubmit: (email: string) => Promise<void>;
}) {
  const text = useText();
  const { identity } = text;
  const [failure, setFailure] = useState<unknown>(null);
  const { control, handleSubmit, setError, formState } = useForm({ defaultValues: { email: '' } });
  const submit = handleSubmit(async ({ email }) => {
    setFailure(null);
    try {
      await onSubmit(email.trim());
    } catch (error) {
      if (!showBesideField(error, setError, { email: identity.invalidEmail })) setFailure(error);
    }
  });
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="form">
      {failure !== null && <ErrorPanel error={failure} />}
      <FormText
        control={control}
        name="email"
        label={identity.email}
        type="email"
        inputMode="email"
        autoComplete="username"
        rules={emailRules(text)}
        isRequired
      />
      <div className="actions">
        <Button type="submit" isPending={formState.isSubmitting}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
