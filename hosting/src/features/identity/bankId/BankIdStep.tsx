/** BankID at work: the code to scan or the app to open, what to do next, and a way on when it fails. */
import { useEffect, useRef, useState } from 'react';
import type { Input } from '../../../api/callables.ts';
import { deviceId } from '../../../api/device.ts';
import { errorText } from '../../../app/errorText.ts';
import { useLanguage } from '../../../i18n/language.tsx';
import { Banner } from '../../../ui/Banner.tsx';
import { Button } from '../../../ui/Button.tsx';
import type { Frame } from '../flow/frames.tsx';
import { QrCode } from '../QrCode.tsx';
import { toApiError } from '../../../api/apiError.ts';
import { awaitsApp, failedHint, pendingHint } from './hints.ts';
import { followOrder, type BankIdOutcome, type OrderView } from './order.ts';
import { returnHash } from './returning.ts';

type BankIdStepProps = {
  readonly Frame: Frame;
  readonly purpose: Input<'bankIdStart'>['purpose'];
  readonly sameDevice: boolean;
  /** What is signed; for the purpose `sign` only. */
  readonly signing?: NonNullable<Input<'bankIdStart'>['signing']>;
  readonly onOutcome: (outcome: BankIdOutcome) => void | Promise<void>;
  /** The person cancels, or wants another way. */
  readonly onBack: () => void;
};

/** Runs one order, and another when the person tries again. */
export function BankIdStep({ Frame, purpose, sameDevice, signing, onOutcome, onBack }: BankIdStepProps) {
  const { text, locale } = useLanguage();
  const { bankId } = text;
  const [view, setView] = useState<OrderView>({ status: 'starting' });
  const [round, setRound] = useState(0);
  // The order outlives a re-render; what it leads to is looked up when it ends.
  const finish = useRef(onOutcome);
  finish.current = onOutcome;
  const input = useRef<Input<'bankIdStart'>>(null);
  input.current = {
    purpose,
    locale,
    sameDevice,
    returnPath: `${window.location.pathname}${returnHash}`,
    deviceId: deviceId(),
    ...(signing === undefined ? {} : { signing }),
  };
  useEffect(() => {
    if (input.current === null) return;
    const leaving = new AbortController();
    void followOrder(input.current, setView, leaving.signal)
      .then((outcome) => (outcome === null ? undefined : finish.current(outcome)))
      .catch((error: unknown) => setView({ status: 'failed', hintCode: null, error: toApiError(error) }));
    return () => leaving.abort();
  }, [round]);
  return (
    <Frame title={bankId.titles[purpose]}>
      {view.status === 'pending' && (sameDevice || view.qr !== null || awaitsApp(view.hintCode)) && (
        <div className="bankid">
          {sameDevice ? (
            <a className="button-link button-link-primary" href={view.launchUrl}>
              {bankId.open}
            </a>
          ) : (
            <>
              <p>{bankId.qrIntro}</p>
              <div className="qr-place">{view.qr !== null && <QrCode text={view.qr} label={bankId.qrLabel} />}</div>
            </>
          )}
        </div>
      )}
      {/* Only what changes in words is read out: the code changes each second. */}
      <p role="status" className="bankid-hint">
        {view.status === 'starting' && bankId.starting}
        {view.status === 'pending' && pendingHint(text, view.hintCode, sameDevice, purpose === 'sign')}
        {view.status === 'pending' && view.isRestarted && ` ${bankId.restarted}`}
      </p>
      {view.status === 'failed' ? (
        <>
          <Banner kind="warning" role="alert" title={bankId.failedTitle}>
            {view.error === null ? failedHint(text, view.hintCode) : errorText(text, view.error)}
          </Banner>
          <div className="actions">
            <Button onPress={() => setRound(round + 1)}>{bankId.again}</Button>
            <Button variant="secondary" onPress={onBack}>
              {bankId.otherWay}
            </Button>
          </div>
        </>
      ) : (
        <div className="actions">
          <Button variant="secondary" onPress={onBack}>
            {bankId.cancel}
          </Button>
        </div>
      )}
    </Frame>
  );
}
