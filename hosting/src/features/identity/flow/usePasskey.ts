/** Signing in, or confirming who one is, by a passkey. */
import { useState } from 'react';
import { call } from '../../../api/call.ts';
import type { Output } from '../../../api/callables.ts';
import { deviceId } from '../../../api/device.ts';
import { errorText } from '../../../app/errorText.ts';
import { useText } from '../../../i18n/language.tsx';
import { answerChallenge } from './passkey.ts';
import type { Confirmed } from './steps.ts';

type Passkey = { readonly problem: string | null; readonly isBusy: boolean; readonly use: () => void };

/** `ask` fetches the challenge, `onConfirmed` gets the answer of the server. `problem` is in words. */
export function usePasskey(ask: () => Promise<Output<'passkeyOptions'>>, onConfirmed: (answer: Confirmed) => Promise<void>): Passkey {
  const text = useText();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const confirm = async () => {
    setProblem(null);
    setBusy(true);
    try {
      const { challengeId, options } = await ask();
      const response = await answerChallenge(options);
      if (typeof response === 'string') {
        return setProblem(response === 'unsupported' ? text.identity.passkeyUnsupported : text.identity.passkeyCancelled);
      }
      await onConfirmed(await call('passkeyConfirm', { challengeId, response, deviceId: deviceId() }));
    } catch (error) {
      setProblem(errorText(text, error));
    } finally {
      setBusy(false);
    }
  };
  return { problem, isBusy, use: () => void confirm() };
}
