/** The words of an invitation's mail, in Swedish and English. The link in it is the only secret. */
import type { Locale } from '../../identity/contract.ts';
import type { Mail } from '../../platform/email.ts';
import type { BilingualText } from '../../shared/personalData.ts';
import type { GivenRole } from '../contract.ts';
import { invitationRules } from './contract.ts';

const roleWords: Readonly<Record<GivenRole, BilingualText>> = {
  owner: { sv: 'ägare, som får göra allt', en: 'an owner, who may do everything' },
  administrator: {
    sv: 'administratör, som sköter register, medlemmar och inställningar',
    en: 'an administrator, who looks after the register, members and settings',
  },
  editor: { sv: 'redaktör, som läser och ändrar i registret', en: 'an editor, who reads and changes the register' },
  reader: { sv: 'läsare, som läser i registret', en: 'a reader, who reads the register' },
  auditor: { sv: 'granskare, som läser loggen och behörighetsgenomgångarna', en: 'an auditor, who reads the log and the access reviews' },
  billing: {
    sv: 'fakturaansvarig, som ser organisationens uppgifter men inget register',
    en: 'the one for billing, who sees the details of the organisation but no register',
  },
};

/** What an invitation's mail says. */
export type InvitationWords = {
  readonly organisationName: string;
  readonly invitedBy: string;
  readonly role: GivenRole;
  /** The whole address, token and all. */
  readonly link: string;
};

/** The mail that invites somebody. */
export function invitationMail(to: string, locale: Locale, { organisationName, invitedBy, role, link }: InvitationWords): Mail {
  const words = roleWords[role][locale];
  const days = invitationRules.lifetimeDays;
  if (locale === 'sv') {
    return {
      to,
      subject: `Inbjudan till ${organisationName} i Valv`,
      text: `${invitedBy} bjuder in dig till ${organisationName} i Valv som ${words}.\n\nÖppna länken för att logga in eller skapa ett konto och tacka ja:\n${link}\n\nLänken gäller i ${days} dagar, bara en gång och bara för den här e-postadressen. Skicka den inte vidare.\nKänner du inte igen avsändaren behöver du inte göra något.\n`,
    };
  }
  return {
    to,
    subject: `Invitation to ${organisationName} in Valv`,
    text: `${invitedBy} invites you to ${organisationName} in Valv as ${words}.\n\nOpen the link to sign in or create an account, and accept:\n${link}\n\nThe link is valid for ${days} days, once, and for this e-mail address only. Do not pass it on.\nIf you do not know the sender, there is nothing to do.\n`,
  };
}
