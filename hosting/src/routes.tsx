/** The addresses of the app. What needs a session is in a chunk of its own, loaded after sign-in. */
import { Suspense, type ReactNode } from 'react';
import { createBrowserRouter, Navigate, Outlet, Route, RouterProvider, Routes, useLocation } from 'react-router';
import { ApiError } from './api/apiError.ts';
import { restoreSession } from './api/session.ts';
import { AppNotLoaded, ErrorBoundary } from './app/ErrorBoundary.tsx';
import { lazily } from './app/lazily.tsx';
import { useSession } from './app/useSession.ts';
import { SignInPage } from './features/identity/SignInPage.tsx';
import { useText, WholeText } from './i18n/language.tsx';
import { Loading } from './ui/Loading.tsx';

const SignUpPage = lazily(async () => (await import('./features/identity/SignUpPage.tsx')).SignUpPage);
const RecoveryPage = lazily(async () => (await import('./features/identity/recovery/RecoveryPage.tsx')).RecoveryPage);
const OrganisationReturnPage = lazily(
  async () => (await import('./features/identity/organisation/OrganisationReturnPage.tsx')).OrganisationReturnPage,
);
const InvitationPage = lazily(async () => (await import('./features/orgs/InvitationPage.tsx')).InvitationPage);
const SignedIn = lazily(async () => (await import('./app/SignedIn.tsx')).SignedIn);

/** One route for all addresses: the router is of the kind that can be stopped from leaving a page (LeaveGuard). */
const router = createBrowserRouter([
  {
    path: '*',
    element: (
      <Bounded>
        <Addresses />
      </Bounded>
    ),
  },
]);

/** Every address, behind the error boundary. */
export function AppRoutes() {
  return <RouterProvider router={router} />;
}

function Bounded({ children }: { readonly children: ReactNode }) {
  return <ErrorBoundary path={useLocation().pathname}>{children}</ErrorBoundary>;
}

function Addresses() {
  const { app } = useText();
  return (
    <Suspense fallback={<Loading label={app.loading} />}>
      <Routes>
        <Route path="/sign-in" element={<SignInPage />} />
        <Route element={<WithAllWords />}>
          <Route path="/sign-in/organisation/:orgId" element={<OrganisationReturnPage />} />
          <Route path="/sign-up" element={<SignUpPage />} />
          <Route path="/recovery" element={<RecoveryPage />} />
          <Route
            path="/invitation/:orgId/:invitationId"
            element={
              <WhenReached>
                <InvitationPage />
              </WhenReached>
            }
          />
          <Route
            path="*"
            element={
              <WhenReached>
                <NeedsSession />
              </WhenReached>
            }
          />
        </Route>
      </Routes>
    </Suspense>
  );
}

function WithAllWords() {
  return (
    <WholeText>
      <Outlet />
    </WholeText>
  );
}

/** The session may well live: nobody is sent to sign in again for a lost network. */
function WhenReached({ children }: { readonly children: ReactNode }) {
  const { status } = useSession();
  if (status !== 'unreachable') return children;
  return <AppNotLoaded error={new ApiError('shared/unavailable')} onRetry={() => void restoreSession()} />;
}

/** The signed-in area, or the way to it. Decided here, so that whoever must sign in first does not fetch the area. */
function NeedsSession() {
  const { app } = useText();
  const session = useSession();
  const location = useLocation();
  if (session.status === 'loading') return <Loading label={app.loading} />;
  // A locked tab keeps its page for its own account; anybody else gets a new one.
  if (session.status === 'signedIn' || session.status === 'locked') return <SignedIn key={session.accountId} />;
  // Who signed out by choice begins at the start next time; everyone else comes back to the same place.
  const from =
    session.status === 'signedOut' && session.reason === 'byUser' ? '/' : `${location.pathname}${location.search}${location.hash}`;
  return <Navigate to="/sign-in" replace state={{ from }} />;
}
