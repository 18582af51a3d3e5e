/** The addresses of the app. What needs a session is in a chunk of its own, loaded after sign-in. */
import { lazy, Suspense } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { ErrorBoundary } from './app/ErrorBoundary.tsx';
import { SignInPage } from './features/identity/SignInPage.tsx';
import { useText } from './i18n/language.tsx';
import { Loading } from './ui/Loading.tsx';

const SignUpPage = lazy(async () => ({ default: (await import('./features/identity/SignUpPage.tsx')).SignUpPage }));
const SignedIn = lazy(async () => ({ default: (await import('./app/SignedIn.tsx')).SignedIn }));

/** Every address, behind the error boundary. */
export function AppRoutes() {
  const { app } = useText();
  return (
    <ErrorBoundary>
      <BrowserRouter>
        <Suspense fallback={<Loading label={app.loading} />}>
          <Routes>
            <Route path="/sign-in" element={<SignInPage />} />
            <Route path="/sign-up" element={<SignUpPage />} />
            <Route path="*" element={<SignedIn />} />
          </Routes>
        </Suspense>
      </BrowserRouter>
    </ErrorBoundary>
  );
}
