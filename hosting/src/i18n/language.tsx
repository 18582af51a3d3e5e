/** The language of the interface: Swedish or English, chosen by the browser until somebody chooses otherwise. */
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { I18nProvider } from 'react-aria-components';
import type { Locale } from '../../../functions/src/identity/contract.ts';
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

async function loadWhole(locale: Locale): Promise<Messages> {
  return locale === 'sv' ? (await import('./sv/catalogue.ts')).sv : (await import('./en/catalogue.ts')).en;
}

/** One promise for each language, so that React knows it again. One that failed is not kept. */
function wholeOf(locale: Locale): Promise<Messages> {
  const loading = whole.get(locale) ?? loadWhole(locale);
  whole.set(locale, loading);
  loading.catch(() => whole.delete(locale));
  return loading;
}

/** Gives the tree below it a language, and keeps `<html lang>` with it. */
export function LanguageProvider({ initial, children }: { initial: { locale: Locale; text: Messages }; children: ReactNode }) {
  const [{ locale, text }, setLanguage] = useState(initial);
  const choose = useCallback((next: Locale) => {
    localStorage.setItem(storageKey, next);
    // A page that needs all words goes on showing the old ones until the new are there.
    const rest = whole.size === 0 ? null : wholeOf(next);
    void Promise.all([loadMessages(next), rest]).then(([loaded]) => setLanguage({ locale: next, text: loaded }));
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
