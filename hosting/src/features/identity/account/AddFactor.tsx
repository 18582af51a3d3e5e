/** Adding a way to sign in: the strong ones first, one at a time. */
import { Suspense, useState } from 'react';
import { call } from '../../../api/call.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { ErrorBoundary, NotLoaded } from '../../../app/ErrorBoundary.tsx';
import { lazily } from '../../../app/lazily.tsx';
import { useChange } from '../../../app/useChange.ts';
import { useText } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Loading } from '../../../ui/Loading.tsx';
import { DialogStep } from '../flow/frames.tsx';
import { AddPasskey } from './AddPasskey.tsx';
import type { Factor } from './factors.ts';
import { RecoveryCodes } from './RecoveryCodes.tsx';

const AddTotp = lazily(async () => (await import('./AddTotp.tsx')).AddTotp);
const BankIdStep = lazily(async () => (await import('../bankId/BankIdStep.tsx')).BankIdStep);

/** What is being added; BankID here or on another device. */
export type Adding = 'passkey' | 'totp' | 'bankIdHere' | 'bankIdElsewhere';

type AddFactorProps = {
  readonly factors: readonly Factor[];
  readonly adding: Adding | null;
  readonly onChoose: (adding: Adding | null) => void;
  readonly onAdded: (name: string) => void;
};

/** The buttons, or what one of them began. */
export function AddFactor({ factors, adding, onChoose, onAdded }: AddFactorProps) {
  const { app, bankId, ownAccount } = useText();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const makeCodes = useChange(
    () => call('createRecoveryCodes', {}),
    [['factors']],
    (answer) => setCodes(answer.codes),
  );
  const has = (kind: Factor['kind']) => factors.some((factor) => factor.kind === kind);
  const close = () => onChoose(null);
  if (codes !== null) return <RecoveryCodes codes={codes} onDone={() => setCodes(null)} />;
  if (adding !== null) {
    return (
      <ErrorBoundary instead={NotLoaded}>
        <Suspense fallback={<Loading label={app.loading} />}>
          <div className="adding">
            {adding === 'passkey' && <AddPasskey onAdded={onAdded} onClose={close} />}
            {adding === 'totp' && <AddTotp onAdded={onAdded} onClose={close} />}
            {(adding === 'bankIdHere' || adding === 'bankIdElsewhere') && (
              <BankIdStep
                Frame={DialogStep}
                purpose="addFactor"
                sameDevice={adding === 'bankIdHere'}
                onOutcome={(outcome) => (outcome.kind === 'factorAdded' ? onAdded(ownAccount.kinds.bankId) : undefined)}
                onBack={close}
              />
            )}
          </div>
        </Suspense>
      </ErrorBoundary>
    );
  }
  return (
    <div className="adding">
      <h3>{ownAccount.addTitle}</h3>
      {makeCodes.isError && <ErrorPanel error={makeCodes.error} />}
      <div className="actions">
        {!has('bankId') && (
          <>
            <Button onPress={() => onChoose('bankIdHere')}>{bankId.thisDevice}</Button>
            <Button variant="secondary" onPress={() => onChoose('bankIdElsewhere')}>
              {bankId.otherDevice}
            </Button>
          </>
        )}
        <Button variant={has('bankId') ? 'primary' : 'secondary'} onPress={() => onChoose('passkey')}>
          {ownAccount.addPasskey}
        </Button>
        {!has('totp') && (
          <Button variant="secondary" onPress={() => onChoose('totp')}>
            {ownAccount.addTotp}
          </Button>
        )}
        <Button
          variant="secondary"
          isPending={makeCodes.isPending}
          onPress={() => {
            close();
            makeCodes.mutate(undefined);
          }}
        >
          {has('recoveryCodes') ? ownAccount.makeNewCodes : ownAccount.makeCodes}
        </Button>
      </div>
    </div>
  );
}
