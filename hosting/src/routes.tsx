/** The addresses of the app. What needs a session is in a chunk of its own, loaded after sign-in. */
import { lazy, Suspense } from 'react';
import { createBrowserRouter, Navigate, Outlet, Route, RouterProvider, Routes, useLocation } from 'react-router';
import { ErrorBoundary } from './app/ErrorBoundary.tsx';
import { useSession } from './app/useSession.ts';
import { SignInPage } from './features/identity/SignInPage.tsx';
import { useText, WholeText } from './i18n/language.tsx';
import { Loading } from './ui/Loading.tsx';

const SignUpPage = lazy(async () => ({ default: (await import('./features/identity/SignUpPage.tsx')).SignUpPage }));
const RecoveryPage = lazy(async () => ({ default: (await import('./features/identity/recovery/RecoveryPage.tsx')).RecoveryPage }));
const OrganisationReturnPage = lazy(async () => ({
  default: (await import('./features/identity/organisation/OrganisationReturnPage.tsx')).OrganisationReturnPage,
}));
const InvitationPage = lazy(async () => ({ default: (await import('./features/orgs/InvitationPage.tsx')).InvitationPage }));
const SignedIn = lazy(async () => ({ default: (await import('./app/SignedIn.tsx')).SignedIn }));

/** One route for all addresses: the router is of the kind that can be stopped from leaving a page (LeaveGuard). */
const router = createBrowserRouter([
  {
    path: '*',
    element: (
      <ErrorBoundary>
        <Addresses />
      </ErrorBoundary>
    ),
  },
]);

/** Every address, behind the error boundary. */
export function AppRoutes() {
  return <RouterProvider router={router} />;
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
          <Route path="/invitation/:orgId/:invitationId" element={<InvitationPage />} />
          <Route path="*" element={<NeedsSession />} />
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

/** The signed-in area, or the way to it. Decided here, so that whoever must sign in first does not fetch the area. */
function NeedsSession() {
  const { app } = useText();
  const session = useSession();
  const location = useLocation();
  if (session.status === 'loading') return <Loading label={app.loading} />;
  // A locked tab keeps its page for its own account; anybody else gets a new one.
  if (session.status === 'signedIn' || session.status === 'locked') return <SignedIn key={session.accountId} />;
  // Who signed out by choice begins at the start next time; everyone else comes back to the same place.
  const from = session.reason === 'byUser' ? '/' : `${location.pathname}${location.search}${location.hash}`;
  return <Navigate to="/sign-in" replace state={{ from }} />;
}
