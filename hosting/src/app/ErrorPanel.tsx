/** A failure in the page, with a way to try again. */
import { Suspense } from 'react';
import { ApiError } from '../api/apiError.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { useText } from '../i18n/language.tsx';
import { ErrorBoundary, NotLoaded } from './ErrorBoundary.tsx';
import { errorText } from './errorText.ts';
import { lazily } from './lazily.tsx';

// Only where somebody is signed in.
const StrengthNeeded = lazily(async () => (await import('../features/identity/StrengthNeeded.tsx')).StrengthNeeded);

/** Says what went wrong; `onRetry` gives the button. */
export function ErrorPanel({ error, title, onRetry }: { readonly error: unknown; readonly title?: string; readonly onRetry?: () => void }) {
  const text = useText();
  if (error instanceof ApiError && error.code === 'orgs/stronger-sign-in-needed') {
    const { needed } = error.details;
    return (
      <ErrorBoundary instead={NotLoaded}>
        <Suspense>
          <StrengthNeeded needed={needed === 2 ? 2 : 3} />
        </Suspense>
      </ErrorBoundary>
    );
  }
  // Asking again for what is not there does not bring it back.
  const isGone = error instanceof ApiError && error.code === 'shared/not-found';
  return (
    <Banner kind="warning" role="alert" {...(title === undefined ? {} : { title })}>
      <p>{errorText(text, error)}</p>
      {onRetry !== undefined && !isGone && (
        <Button variant="secondary" onPress={onRetry}>
          {text.app.retry}
        </Button>
      )}
    </Banner>
  );
}
