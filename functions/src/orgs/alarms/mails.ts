/** The words of an alarm's mail, in Swedish and English. A mail names the organisation and nobody else. */
import type { Locale } from '../../identity/contract.ts';
import type { Mail } from '../../platform/email.ts';
import type { BilingualText } from '../../shared/personalData.ts';
import type { AlarmKind } from './contract.ts';

const what: Readonly<Record<AlarmKind, BilingualText>> = {
  readBudgetSpent: {
    sv: 'En medlem har läst så många personer i registret som läsgränsen tillåter. Fler visas inte förrän det gått en tid eller någon häver gränsen.',
    en: 'A member has read as many persons in the register as the read budget allows. Nothing more is shown until the budget refills or somebody lifts the stop.',
  },
  canaryRead: {
    sv: 'Någon har öppnat eller sökt fram en lockperson. Lockpersoner är påhittade, så ingen behöver slå upp dem i sitt arbete.',
    en: 'Somebody has opened or searched out a decoy person. Decoys are made up, so nobody needs to look them up in their work.',
  },
  accessReviewDue: {
    sv: 'Det är dags att gå igenom vilka som har åtkomst till organisationens uppgifter.',
    en: 'It is time to review who has access to the organisation’s data.',
  },
  recoveryApproved: {
    sv: 'Två administratörer har godkänt att en medlem får tillbaka sitt konto med ett nytt lösenord.',
    en: 'Two administrators have approved that a member gets an account back with a new password.',
  },
  approvalRequested: {
    sv: 'Någon begär en åtgärd som en andra person måste godkänna: att radera många personer eller att exportera registret.',
    en: 'Somebody asks for something that a second person must approve: erasing many persons or exporting the register.',
  },
  identityProviderChanged: {
    sv: 'En ägare har satt, ändrat eller tagit bort organisationens egen inloggningstjänst. Den avgör vem som släpps in som medlem.',
    en: 'An owner has set, changed or removed the organisation’s own identity provider. It decides who is let in as a member.',
  },
  auditGap: {
    sv: 'Uppgifter har ändrats utan att ändringen står i loggen. Valvs drift har också larmats och utreder vad som har hänt.',
    en: 'Data has been changed without the change being in the log. The operators of Valv have been alarmed too and find out what happened.',
  },
  auditDifference: {
    sv: 'Händelser i loggen stämmer inte med det som förseglades. Valvs drift har också larmats. Ladda ner loggen och spara den: den hämtas ur förseglingarna.',
    en: 'Events in the log are not as they were sealed. The operators of Valv have been alarmed too. Download the log and keep it: it is taken from the seals.',
  },
};

const subjects: Readonly<Record<AlarmKind, BilingualText>> = {
  readBudgetSpent: { sv: 'Larm: läsgränsen är nådd', en: 'Alarm: the read budget is spent' },
  canaryRead: { sv: 'Larm: en lockperson har lästs', en: 'Alarm: a decoy person was read' },
  accessReviewDue: { sv: 'Dags att granska åtkomster', en: 'Time to review access' },
  recoveryApproved: { sv: 'Larm: ett konto har återställts', en: 'Alarm: an account was recovered' },
  approvalRequested: { sv: 'Ett godkännande väntar på dig', en: 'An approval is waiting for you' },
  identityProviderChanged: { sv: 'Larm: inloggningstjänsten har ändrats', en: 'Alarm: the identity provider was changed' },
  auditGap: { sv: 'Larm: en ändring saknas i loggen', en: 'Alarm: a change is missing in the log' },
  auditDifference: { sv: 'Larm: loggen har ändrats', en: 'Alarm: the log was changed' },
};

/** The mail about an alarm. `page` is where to see it. */
export function alarmMail(
  to: string,
  locale: Locale,
  alarm: { readonly kind: AlarmKind; readonly at: Date; readonly organisationName: string; readonly page: string },
): Mail {
  const { kind, organisationName: name } = alarm;
  const at = new Intl.DateTimeFormat(locale === 'sv' ? 'sv-SE' : 'en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'Europe/Stockholm',
  }).format(alarm.at);
  const words = what[kind][locale];
  const text =
    locale === 'sv'
      ? `${words}\n\nOrganisation: ${name}\nTidpunkt: ${at} (svensk tid)\n\nSe vem det gäller och kvittera larmet:\n${alarm.page}\n\nMejlet går till organisationens ägare och administratörer.\n`
      : `${words}\n\nOrganisation: ${name}\nTime: ${at} (Swedish time)\n\nSee whom it is about and acknowledge the alarm:\n${alarm.page}\n\nThis mail goes to the owners and administrators of the organisation.\n`;
  return { to, subject: `${subjects[kind][locale]} (${name})`, text };
}
