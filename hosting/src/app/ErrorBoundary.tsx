/** Catches what no screen expected, so that the reader is never left with a blank page. */
import { Component, type ReactNode } from 'react';
import { useText } from '../i18n/language.tsx';
import { Button } from '../ui/Button.tsx';

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

/** Shows a way out when anything below throws. React wants a class for this. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    return this.state.hasFailed ? <Crash /> : this.props.children;
  }
}
