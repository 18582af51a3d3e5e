/** The end of the account. */
import { useState } from 'react';
import { call } from '../../../api/call.ts';
import { endSession } from '../../../api/session.ts';
import { Confirm } from '../../../app/Confirm.tsx';
import { useChange } from '../../../app/useChange.ts';
import { useText } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Card } from '../../../ui/Card.tsx';

/** The button, and the question before it happens. */
export function CloseCard() {
  const { ownAccount } = useText();
  const [isAsked, setAsked] = useState(false);
  const close = useChange(
    () => call('closeAccount', {}),
    [],
    () => void endSession('byUser'),
  );
  return (
    <Card title={ownAccount.closeTitle}>
      <p>{ownAccount.closeText}</p>
      <div className="actions">
        <Button variant="danger" onPress={() => setAsked(true)}>
          {ownAccount.closeButton}
        </Button>
      </div>
      <Confirm
        title={ownAccount.closeSure}
        isOpen={isAsked}
        action={ownAccount.closeConfirm}
        isDanger
        isPending={close.isPending}
        error={close.error}
        onConfirm={() => close.mutate()}
        onClose={() => setAsked(false)}
      >
        <p>{ownAccount.closeText}</p>
      </Confirm>
    </Card>
  );
}
