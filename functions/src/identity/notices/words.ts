/** The words of mail about something that happened to an account, in Swedish and English. */
import type { Mail } from '../../platform/email.ts';
import type { BilingualText } from '../../shared/personalData.ts';
import type { Locale } from '../contract.ts';
import { placeText, type SessionPlace } from '../sessions/newSession.ts';

/** What a person is told of by mail. */
export const noticeKinds = [
  'newDevice',
  'passwordChanged',
  'emailChanged',
  'factorAdded',
  'factorRemoved',
  'recoveryCodesMade',
  'recoveryCodeUsed',
  'secondStepFailed',
  'recoveryAsked',
  'recoveryApproved',
  'recoveryDeclined',
  'recoveryFinished',
] as const;
/** One of {@link noticeKinds}. */
export type NoticeKind = (typeof noticeKinds)[number];

const subjects: Readonly<Record<NoticeKind, BilingualText>> = {
  newDevice: { sv: 'Inloggning från en ny enhet', en: 'Sign-in from a new device' },
  passwordChanged: { sv: 'Ditt lösenord är ändrat', en: 'Your password was changed' },
  emailChanged: { sv: 'Din e-postadress är ändrad', en: 'Your e-mail address was changed' },
  factorAdded: { sv: 'Ett nytt sätt att logga in', en: 'A new way to sign in' },
  factorRemoved: { sv: 'Ett sätt att logga in är borttaget', en: 'A way to sign in was removed' },
  recoveryCodesMade: { sv: 'Nya återställningskoder', en: 'New recovery codes' },
  recoveryCodeUsed: { sv: 'En återställningskod är använd', en: 'A recovery code was used' },
  secondStepFailed: { sv: 'Någon kan ditt lösenord', en: 'Somebody knows your password' },
  recoveryAsked: { sv: 'Någon vill återställa ditt konto', en: 'Somebody wants to recover your account' },
  recoveryApproved: { sv: 'Ditt konto kan återställas', en: 'Your account can be recovered' },
  recoveryDeclined: { sv: 'Ditt konto återställs inte', en: 'Your account is not recovered' },
  recoveryFinished: { sv: 'Ditt konto är återställt', en: 'Your account was recovered' },
};

const what: Readonly<Record<NoticeKind, BilingualText>> = {
  newDevice: {
    sv: 'Någon, troligen du, loggade in på ditt konto i Valv från en enhet som kontot inte har använts från förut.',
    en: 'Somebody, probably you, signed in to your account with Valv from a device that the account was not used from before.',
  },
  passwordChanged: { sv: 'Lösenordet till ditt konto i Valv är ändrat.', en: 'The password of your account with Valv was changed.' },
  emailChanged: {
    sv: 'Den här adressen hör från och med nu till ditt konto i Valv.',
    en: 'From now on this address belongs to your account with Valv.',
  },
  factorAdded: {
    sv: 'Ditt konto i Valv har fått ett nytt sätt att logga in.',
    en: 'A new way to sign in was added to your account with Valv.',
  },
  factorRemoved: {
    sv: 'Ett sätt att logga in är borttaget från ditt konto i Valv.',
    en: 'A way to sign in was removed from your account with Valv.',
  },
  recoveryCodesMade: {
    sv: 'Nya återställningskoder är gjorda för ditt konto i Valv. De tidigare gäller inte längre.',
    en: 'New recovery codes were made for your account with Valv. Earlier ones no longer work.',
  },
  recoveryCodeUsed: {
    sv: 'En av återställningskoderna till ditt konto i Valv är använd vid en inloggning. Den gäller inte längre.',
    en: 'One of the recovery codes of your account with Valv was used to sign in. It no longer works.',
  },
  secondStepFailed: {
    sv: 'Någon, kanske du, angav rätt lösenord till ditt konto i Valv men fel kod fem gånger. Ingen har kommit in.',
    en: 'Somebody, perhaps you, gave the right password of your account with Valv but a wrong code five times. Nobody got in.',
  },
  recoveryAsked: {
    sv: 'Någon, kanske du, har bett administratörerna i dina organisationer att släppa in dig på ditt konto i Valv med ett nytt lösenord. Om det inte är du: logga in som vanligt, eller säg till en administratör att neka.',
    en: 'Somebody, perhaps you, has asked the administrators of your organisations to let you back into your account with Valv with a new password. If it is not you: sign in as usual, or tell an administrator to decline.',
  },
  recoveryApproved: {
    sv: 'Administratörerna har godkänt att ditt konto i Valv återställs. Gå tillbaka till sidan där du började och välj ett nytt lösenord.',
    en: 'The administrators have approved the recovery of your account with Valv. Go back to the page where you began and choose a new password.',
  },
  recoveryDeclined: {
    sv: 'En administratör har nekat, eller fel nummer har angetts för många gånger. Du kan börja om.',
    en: 'An administrator has declined, or a wrong number was given too often. You can begin again.',
  },
  recoveryFinished: {
    sv: 'Ditt konto i Valv har ett nytt lösenord efter en återställning. Alla tidigare inloggningar är avslutade.',
    en: 'Your account with Valv has a new password after a recovery. All earlier sign-ins have ended.',
  },
};

/** What a notice says besides its kind. `place` is where a session runs; `page` is where to see to it. */
export type NoticeFacts = { readonly at: Date; readonly place: SessionPlace | null; readonly page: string };

/** The mail of a notice. */
export function noticeMail(to: string, locale: Locale, kind: NoticeKind, facts: NoticeFacts): Mail {
  const isSwedish = locale === 'sv';
  const style = { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Stockholm' } as const;
  const at = new Intl.DateTimeFormat(isSwedish ? 'sv-SE' : 'en-GB', style).format(facts.at);
  const lines = [...placeLines(facts.place, isSwedish), isSwedish ? `Tidpunkt: ${at} (svensk tid)` : `Time: ${at} (Swedish time)`];
  const end = isSwedish
    ? `Om det inte var du: byt lösenord och avsluta andra inloggningar på ${facts.page}`
    : `If it was not you: change your password and end other sign-ins at ${facts.page}`;
  return { to, subject: subjects[kind][locale], text: `${what[kind][locale]}\n\n${lines.join('\n')}\n\n${end}\n` };
}

function placeLines(place: SessionPlace | null, isSwedish: boolean): string[] {
  if (place === null) return [];
  const device = place.device ?? (isSwedish ? 'okänd' : 'unknown');
  const network = placeText(place) ?? (isSwedish ? 'okänt' : 'unknown');
  return isSwedish ? [`Enhet: ${device}`, `Nätverk: ${network}`] : [`Device: ${device}`, `Network: ${network}`];
}
