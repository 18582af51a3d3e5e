/** Catches what no screen expected and what could not be loaded, so that the reader is never left with a blank page. */
import { Component, Suspense, type ComponentType, type ReactNode } from 'react';
import type { ApiError } from '../api/apiError.ts';
import { LoadError } from '../api/loadError.ts';
import { useText } from '../i18n/language.tsx';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Loading } from '../ui/Loading.tsx';
import { errorText } from './errorText.ts';
import { Page } from './Page.tsx';

function Crash() {
  const { app } = useText();
  return (
    <main className="crash" role="alert">
      <h1>{app.crashTitle}</h1>
      <p>{app.crashText}</p>
      <Button onPress={() => window.location.reload()}>{app.reload}</Button>
    </main>
  );
}

/** What is shown in place of what could not be loaded; `onRetry` loads it anew. */
type Instead = ComponentType<{ readonly error: ApiError; readonly onRetry: () => void }>;

/** Says so where a part of a page would have been. */
export const NotLoaded: Instead = function NotLoaded({ error, onRetry }) {
  const text = useText();
  return (
    <Banner kind="warning" role="alert">
      <p>{errorText(text, error)}</p>
      <div className="actions">
        <Button variant="secondary" onPress={onRetry}>
          {text.app.retry}
        </Button>
        <Button variant="tertiary" onPress={() => window.location.reload()}>
          {text.app.reload}
        </Button>
      </div>
    </Banner>
  );
};

const PageNotLoaded: Instead = function PageNotLoaded(props) {
  const { app } = useText();
  return (
    <Page title={app.notLoadedTitle}>
      <NotLoaded {...props} />
    </Page>
  );
};

/** Says so in place of everything. */
export const AppNotLoaded: Instead = function AppNotLoaded(props) {
  return (
    <main className="crash">
      <PageNotLoaded {...props} />
    </main>
  );
};

type ErrorBoundaryProps = {
  readonly children: ReactNode;
  /** The address: what failed at one is tried again at another. */
  readonly path?: string;
  /** With it, only what could not be loaded is caught; the rest is for the boundary around this one. */
  readonly instead?: Instead;
};
type ErrorBoundaryState = { readonly failure: { readonly error: unknown } | null; readonly path: string | undefined };

/** Shows a way out when anything below throws. React wants a class for this. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { failure: null, path: this.props.path };

  static getDerivedStateFromError(error: unknown) {
    return { failure: { error } };
  }

  static getDerivedStateFromProps({ path }: ErrorBoundaryProps, state: ErrorBoundaryState) {
    return path === state.path ? null : { failure: null, path };
  }

  override componentDidCatch(error: unknown) {
    if (error instanceof LoadError) error.forget();
  }

  override render() {
    const { failure } = this.state;
    const { children, instead: Instead = AppNotLoaded } = this.props;
    if (failure === null) return children;
    const { error } = failure;
    if (error instanceof LoadError) return <Instead error={error} onRetry={() => this.setState({ failure: null })} />;
    if (this.props.instead !== undefined) throw error;
    return <Crash />;
  }
}

/** A page that is loaded when it is reached: a sign meanwhile, and a way to try again when it fails. */
export function Loads({ children }: { readonly children: ReactNode }) {
  const { app } = useText();
  return (
    <ErrorBoundary instead={PageNotLoaded}>
      <Suspense fallback={<Loading label={app.loading} />}>{children}</Suspense>
    </ErrorBoundary>
  );
}
