/** The language of the interface: Swedish or English, chosen by the browser until somebody chooses otherwise. */
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { I18nProvider } from 'react-aria-components';
import type { Locale } from '../../../functions/src/identity/contract.ts';
import { LoadError } from '../api/loadError.ts';
import { once } from '../api/once.ts';
import type { Messages } from './messages.ts';

type Language = { readonly locale: Locale; readonly text: Messages; readonly choose: (locale: Locale) => void };

const storageKey = 'valv.locale';
const LanguageContext = createContext<Language | null>(null);

/** The language to begin with: the one chosen before, else the browser's, else English. */
export function initialLocale(): Locale {
  const chosen = localStorage.getItem(storageKey);
  if (chosen === 'sv' || chosen === 'en') return chosen;
  return /^(sv|nb|nn|no|da)\b/i.test(navigator.language) ? 'sv' : 'en';
}

/** Loads the words of the first page in one language. Those who need others are below {@link WholeText}. */
export async function loadMessages(locale: Locale): Promise<Messages> {
  const { entrance } = locale === 'sv' ? await import('./sv/entrance.ts') : await import('./en/entrance.ts');
  return entrance as Messages; // the rest is never asked for, as said above
}

/** All words of the languages that were needed. Filled by {@link wholeOf} alone. */
const whole = new Map<Locale, Promise<Messages>>();

const loadWhole: Readonly<Record<Locale, () => Promise<Messages>>> = {
  sv: once(async () => (await import('./sv/catalogue.ts')).sv),
  en: once(async () => (await import('./en/catalogue.ts')).en),
};

/** One promise for each language, so that React knows it again; it is kept when it failed too, until whoever shows that forgets it. */
function wholeOf(locale: Locale): Promise<Messages> {
  const known = whole.get(locale);
  if (known !== undefined) return known;
  const loading = loadWhole[locale]().catch(() => {
    throw new LoadError(() => whole.delete(locale));
  });
  whole.set(locale, loading);
  return loading;
}

/** Gives the tree below it a language, and keeps `<html lang>` with it. */
export function LanguageProvider({ initial, children }: { initial: { locale: Locale; text: Messages }; children: ReactNode }) {
  const [{ locale, text }, setLanguage] = useState(initial);
  const choose = useCallback((next: Locale) => {
    localStorage.setItem(storageKey, next);
    // A page that needs all words goes on showing the old ones until the new are there.
    const rest = whole.size === 0 ? null : wholeOf(next);
    void Promise.all([loadMessages(next), rest]).then(
      ([loaded]) => setLanguage({ locale: next, text: loaded }),
      // It stays as it is; the next choice, or page, asks again.
      (error: unknown) => (error instanceof LoadError ? error.forget() : undefined),
    );
  }, []);
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const language = useMemo(() => ({ locale, text, choose }), [locale, text, choose]);
  return (
    <I18nProvider locale={locale === 'sv' ? 'sv-SE' : 'en-GB'}>
      <LanguageContext value={language}>{children}</LanguageContext>
    </I18nProvider>
  );
}

/** Gives the tree below it all words; suspends until they are there. */
export function WholeText({ children }: { readonly children: ReactNode }) {
  const { locale, choose } = useLanguage();
  const text = use(wholeOf(locale));
  const language = useMemo(() => ({ locale, text, choose }), [locale, text, choose]);
  return <LanguageContext value={language}>{children}</LanguageContext>;
}

/** The language in force. Throws a TypeError outside of {@link LanguageProvider}. */
export function useLanguage(): Language {
  const language = use(LanguageContext);
  if (language === null) throw new TypeError('no LanguageProvider above');
  return language;
}

/** The texts in the language in force. */
export function useText(): Messages {
  return useLanguage().text;
}
