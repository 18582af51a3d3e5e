/** The words of recovery's mail, in Swedish and English. */
import type { Mail } from '../../platform/email.ts';
import { codeRules, type Locale } from '../contract.ts';

/** The mail that carries the code of a recovery. */
export function recoveryCodeMail(to: string, locale: Locale, code: string): Mail {
  if (locale === 'sv') {
    return {
      to,
      subject: `Din kod för att återställa kontot: ${code}`,
      text: `Någon, förhoppningsvis du, vill komma in på ditt konto i Valv utan lösenord. Koden är ${code}.\n\nDen gäller i ${codeRules.lifetimeMinutes} minuter och kan användas en gång. Lämna aldrig ut den.\nOm det inte var du behöver du inte göra något: koden räcker inte för att komma in.\n`,
    };
  }
  return {
    to,
    subject: `Your code for recovering the account: ${code}`,
    text: `Somebody, hopefully you, wants to get into your account with Valv without a password. The code is ${code}.\n\nIt is valid for ${codeRules.lifetimeMinutes} minutes and can be used once. Never give it to anyone.\nIf it was not you, there is nothing to do: the code alone does not open the account.\n`,
  };
}

/** The mail to an address that has no account. */
export function noAccountMail(to: string, locale: Locale, appUrl: string): Mail {
  if (locale === 'sv') {
    return {
      to,
      subject: 'Det finns inget konto i Valv med den här adressen',
      text: `Någon, kanske du, försökte återställa ett konto i Valv med den här adressen. Det finns inget: kanske används en annan adress. Du kan skapa ett konto på ${appUrl}.\n\nOm det inte var du behöver du inte göra något.\n`,
    };
  }
  return {
    to,
    subject: 'There is no account with Valv for this address',
    text: `Somebody, perhaps you, tried to recover an account with Valv using this address. There is none: perhaps another address is used. You can create an account at ${appUrl}.\n\nIf it was not you, there is nothing to do.\n`,
  };
}

/** The mail to an owner or administrator whom a member asks for approval. `page` is where to decide. */
export function approvalAskedMail(to: string, locale: Locale, organisationName: string, page: string): Mail {
  if (locale === 'sv') {
    return {
      to,
      subject: `En medlem behöver hjälp att logga in (${organisationName})`,
      text: `En medlem i ${organisationName} har förlorat sitt lösenord och ber två administratörer att godkänna ett nytt.\n\nGodkänn bara om du har talat med personen, sett eller känt igen rösten, och fått ett nummer på åtta siffror uppläst för dig:\n${page}\n\nOm något känns fel: neka.\n`,
    };
  }
  return {
    to,
    subject: `A member needs help to sign in (${organisationName})`,
    text: `A member of ${organisationName} has lost the password and asks two administrators to approve a new one.\n\nApprove only if you have talked to the person, recognised face or voice, and were read a number of eight digits:\n${page}\n\nIf anything seems wrong: decline.\n`,
  };
}
