/** Another e-mail address: the code that is sent there proves it. */
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useQueryClient } from '@tanstack/react-query';
import { call } from '../../../api/call.ts';
import type { Output } from '../../../api/callables.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { FormText, showBesideField } from '../../../app/formFields.tsx';
import { Said } from '../../../app/Said.tsx';
import { workIsSent } from '../../../app/unsavedWork.ts';
import { useText } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Card } from '../../../ui/Card.tsx';
import { emailRules } from '../emailRules.ts';
import { EmailCode } from '../flow/EmailCode.tsx';

/** The form, then the code. */
export function EmailCard({ email }: { readonly email: string }) {
  const text = useText();
  const { identity, ownAccount } = text;
  const queries = useQueryClient();
  const [attempt, setAttempt] = useState<Output<'changeEmailBegin'> | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [said, setSaid] = useState<string | null>(null);
  const { control, handleSubmit, setError, formState, getValues, reset } = useForm({ defaultValues: { newEmail: '' } });
  const begin = handleSubmit(async ({ newEmail }) => {
    setFailure(null);
    setSaid(null);
    try {
      setAttempt(await call('changeEmailBegin', { email: newEmail.trim() }));
      workIsSent();
    } catch (error) {
      if (!showBesideField(error, setError, { newEmail: identity.invalidEmail })) setFailure(error);
    }
  });
  const done = async () => {
    workIsSent();
    await queries.invalidateQueries({ queryKey: ['account'] });
    setAttempt(null);
    reset();
    setSaid(ownAccount.emailChanged);
  };
  return (
    <Card title={ownAccount.emailTitle}>
      <Said words={said} />
      {failure !== null && <ErrorPanel error={failure} />}
      {attempt === null ? (
        <>
          <p>{ownAccount.emailNow(email)}</p>
          <form onSubmit={(event) => void begin(event)} noValidate className="form narrow-form">
            <FormText
              control={control}
              name="newEmail"
              label={ownAccount.newEmail}
              type="email"
              inputMode="email"
              autoComplete="email"
              rules={emailRules(text)}
              isRequired
            />
            <div className="actions">
              <Button type="submit" variant="secondary" isPending={formState.isSubmitting}>
                {ownAccount.changeEmail}
              </Button>
            </div>
          </form>
        </>
      ) : (
        <>
          <p>{identity.codeSent(getValues('newEmail').trim())}</p>
          <EmailCode
            attempt={attempt}
            onAttempt={setAttempt}
            confirm={(code) => call('changeEmailConfirm', { attemptId: attempt.attemptId, code })}
            confirmLabel={ownAccount.changeEmail}
            onConfirmed={done}
            onStartOver={() => setAttempt(null)}
            takesFocus
          />
        </>
      )}
    </Card>
  );
}
