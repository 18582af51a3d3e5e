/** The frame of the pages before sign-in: the mark, what Valv promises, the language. */
import type { ReactNode } from 'react';
import { useText } from '../i18n/language.tsx';
import { Banner } from '../ui/Banner.tsx';
import { Mark } from '../ui/Icon.tsx';
import { LanguageSwitch } from './LanguageSwitch.tsx';
import { useOnline } from './useOnline.ts';

/** Puts a form beside the mark. */
export function Entrance({ children }: { readonly children: ReactNode }) {
  const { app, identity } = useText();
  const isOnline = useOnline();
  return (
    <div className="entrance">
      <header className="entrance-side">
        <div className="entrance-top">
          <span className="brand">
            <Mark />
            <span>{app.name}</span>
          </span>
          <LanguageSwitch />
        </div>
        <div className="entrance-words">
          <p className="entrance-tagline">{app.tagline}</p>
          <p className="entrance-promise">{identity.promise}</p>
        </div>
      </header>
      <main className="entrance-main">
        {!isOnline && (
          <Banner kind="important" role="alert">
            {app.offline}
          </Banner>
        )}
        {children}
      </main>
    </div>
  );
}
