/** BankID and passkeys: the strong ways, first on every page where somebody shows who they are. */
import { call } from '../../../api/call.ts';
import type { Output } from '../../../api/callables.ts';
import { useText } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import type { Go } from './steps.ts';
import { usePasskey } from './usePasskey.ts';

const anyPasskey = () => call('passkeyOptions', {});

type WayButtonsProps = {
  readonly go: Go;
  readonly hasBankId?: boolean;
  /** Whether an organisation may vouch for the person; only where a session begins. */
  readonly hasOrganisation?: boolean;
  /** Fetches a challenge; null where passkeys have no place. */
  readonly passkey?: (() => Promise<Output<'passkeyOptions'>>) | null;
};

/** The buttons. Without more said, both BankID and a passkey of anybody. */
export function WayButtons({ go, hasBankId = true, hasOrganisation = false, passkey = anyPasskey }: WayButtonsProps) {
  const { bankId, identity, identityProvider } = useText();
  const { problem, isBusy, use } = usePasskey(passkey ?? anyPasskey, go.confirmed);
  return (
    <div className="ways">
      {hasBankId && (
        <>
          <Button onPress={() => go.bankId(true)}>{bankId.thisDevice}</Button>
          <Button variant="secondary" onPress={() => go.bankId(false)}>
            {bankId.otherDevice}
          </Button>
        </>
      )}
      {passkey !== null && (
        <Button variant="secondary" onPress={use} isPending={isBusy}>
          {identity.usePasskey}
        </Button>
      )}
      {hasOrganisation && (
        <Button variant="secondary" onPress={go.organisation}>
          {identityProvider.signIn}
        </Button>
      )}
      {problem !== null && (
        <p role="alert" className="field-error">
          {problem}
        </p>
      )}
    </div>
  );
}
