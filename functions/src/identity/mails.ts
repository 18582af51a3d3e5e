/** The words of identity's mail, in Swedish and English. A mail holds the code and nothing else of worth. */
import type { Mail } from '../platform/email.ts';
import { codeRules, type Locale } from './contract.ts';

/** The mail that carries a code. */
export function codeMail(to: string, locale: Locale, code: string): Mail {
  if (locale === 'sv') {
    return {
      to,
      subject: `Din säkerhetskod: ${code}`,
      text: `Din säkerhetskod till Valv är ${code}.\n\nDen gäller i ${codeRules.lifetimeMinutes} minuter och kan användas en gång.\nLämna aldrig ut koden. Om du inte försökte logga in kan du bortse från mejlet; byt lösenord om det upprepas.\n`,
    };
  }
  return {
    to,
    subject: `Your security code: ${code}`,
    text: `Your security code for Valv is ${code}.\n\nIt is valid for ${codeRules.lifetimeMinutes} minutes and can be used once.\nNever give the code to anyone. If you did not try to sign in, ignore this mail; change your password if it happens again.\n`,
  };
}

/** The mail to somebody who has an account already and signs up again. */
export function accountExistsMail(to: string, locale: Locale, appUrl: string): Mail {
  if (locale === 'sv') {
    return {
      to,
      subject: 'Du har redan ett konto i Valv',
      text: `Någon, kanske du, försökte skapa ett konto i Valv med den här adressen. Du har redan ett konto: logga in på ${appUrl}.\n\nOm det inte var du behöver du inte göra något.\n`,
    };
  }
  return {
    to,
    subject: 'You already have an account with Valv',
    text: `Somebody, perhaps you, tried to create an account with Valv using this address. You already have one: sign in at ${appUrl}.\n\nIf it was not you, there is nothing to do.\n`,
  };
}

/** The mail to the address that an account had until now. */
export function emailChangedMail(to: string, locale: Locale, appUrl: string): Mail {
  if (locale === 'sv') {
    return {
      to,
      subject: 'Ditt konto i Valv har fått en ny e-postadress',
      text: `Den här adressen hör inte längre till ditt konto i Valv: kontot har fått en annan.\n\nOm det inte var du som ändrade: kontakta genast en administratör i din organisation, och skriv till oss på ${appUrl}.\n`,
    };
  }
  return {
    to,
    subject: 'Your account with Valv has a new e-mail address',
    text: `This address no longer belongs to your account with Valv: the account has another one.\n\nIf it was not you who changed it: contact an administrator of your organisation at once, and write to us at ${appUrl}.\n`,
  };
}
