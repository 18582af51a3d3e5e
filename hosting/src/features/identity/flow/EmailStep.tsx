/** After BankID has named a newcomer: the e-mail address of the new account. */
import { call } from '../../../api/call.ts';
import { useLanguage } from '../../../i18n/language.tsx';
import { EmailForm } from './EmailForm.tsx';
import type { Frame } from './frames.tsx';
import type { Opened } from './steps.ts';

type EmailStepProps = {
  readonly Frame: Frame;
  readonly attemptId: Opened['attemptId'];
  /** As BankID has it. */
  readonly displayName: string;
  readonly onOpened: (attempt: Opened, email: string) => void;
};

/** Asks for the address and sends a code there. */
export function EmailStep({ Frame, attemptId, displayName, onOpened }: EmailStepProps) {
  const { locale, text } = useLanguage();
  const { identity } = text;
  return (
    <Frame title={identity.signUpTitle} heading={identity.emailTitle(displayName)} intro={identity.emailIntro}>
      <EmailForm
        submitLabel={identity.continue}
        onSubmit={async (email) => onOpened(await call('bankIdSignUp', { attemptId, email, locale }), email)}
      />
    </Frame>
  );
}
