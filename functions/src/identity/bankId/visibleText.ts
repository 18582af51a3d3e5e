/** What the BankID app shows before the person gives the security code, for everything but signatures. */
import type { Locale } from '../basics/contract.ts';
import type { BankIdPurpose } from './contract.ts';

const texts = {
  signIn: { sv: 'Logga in i Valv.', en: 'Sign in to Valv.' },
  signUp: { sv: 'Skapa ett konto i Valv, eller logga in om du har ett.', en: 'Create an account with Valv, or sign in if you have one.' },
  reauth: { sv: 'Bekräfta i Valv att det är du.', en: 'Confirm to Valv that it is you.' },
  addFactor: { sv: 'Koppla ditt BankID till ditt konto i Valv.', en: 'Connect your BankID to your account with Valv.' },
} as const satisfies Record<Exclude<BankIdPurpose, 'sign'>, Record<Locale, string>>;

const warning = {
  sv: 'Har någon ringt eller skrivit och bett dig göra detta? Avbryt: det är ett bedrägeriförsök.',
  en: 'Has anybody called or written and asked you to do this? Cancel: it is fraud.',
} as const;

/** The text for a purpose: what happens, and a warning against being talked into it. */
export const visibleText = (purpose: Exclude<BankIdPurpose, 'sign'>, locale: Locale): string =>
  `${texts[purpose][locale]}\n\n${warning[locale]}`;
