/** Says that the reading limit is reached, when it ends, and who can lift it; any other failure as usual. */
import { useMemo } from 'react';
import { ApiError } from '../../api/apiError.ts';
import { nowMs } from '../../api/clock.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useSecondsLeft } from '../../app/useSecondsLeft.ts';
import { formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import type { Messages } from '../../i18n/messages.ts';
import type { Locale } from '../../../../functions/src/identity/contract.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';

/** A failure to read persons. */
export function ReadingFailure({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const isSpent = error instanceof ApiError && error.code === 'register/read-budget-spent';
  return isSpent ? <Spent error={error} onRetry={onRetry} /> : <ErrorPanel error={error} onRetry={onRetry} />;
}

function Spent({ error, onRetry }: { readonly error: ApiError; readonly onRetry: () => void }) {
  const { locale, text } = useLanguage();
  const { alarms, app } = text;
  const { waitSeconds, limit, per } = error.details;
  const untilMs = useMemo(() => nowMs() + (typeof waitSeconds === 'number' ? waitSeconds : 0) * 1000, [waitSeconds]);
  const secondsLeft = useSecondsLeft(untilMs) ?? 0;
  const span = alarms.budgetPer[per === 'day' ? 'day' : 'hour'];
  return (
    <Banner kind="warning" role="alert" title={alarms.budgetTitle}>
      <p>{alarms.budgetText(typeof limit === 'number' ? formatNumber(locale, limit) : '–', span)}</p>
      <p>{secondsLeft === 0 ? alarms.budgetNow : alarms.budgetWait(waitWords(alarms, locale, secondsLeft))}</p>
      <p>{alarms.budgetLift}</p>
      <Button variant="secondary" onPress={onRetry}>
        {app.retry}
      </Button>
    </Banner>
  );
}

/** `1 h 20 min`, in minutes so that it is not read out each second. */
function waitWords(words: Messages['alarms'], locale: Locale, seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  if (seconds < 60) return words.lessThanMinute;
  const parts = [Math.floor(minutes / 60), minutes % 60] as const;
  const hours = parts[0] === 0 ? [] : [words.hours(formatNumber(locale, parts[0]))];
  return [...hours, ...(parts[1] === 0 ? [] : [words.minutes(formatNumber(locale, parts[1]))])].join(' ');
}
