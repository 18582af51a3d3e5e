/** How long a code still is valid. */
import { useSecondsLeft } from '../../../app/useSecondsLeft.ts';
import { formatCountdown } from '../../../i18n/format.ts';
import { useText } from '../../../i18n/language.tsx';

/** Counts down to an instant (ISO 8601), then says `expired`. */
export function TimeLeft({ expiresAt, expired }: { readonly expiresAt: string; readonly expired: string }) {
  const { identity } = useText();
  const secondsLeft = useSecondsLeft(Date.parse(expiresAt));
  return (
    <p className="field-hint" role="timer">
      {secondsLeft === 0 ? expired : secondsLeft !== null && identity.codeValid(formatCountdown(secondsLeft))}
    </p>
  );
}
