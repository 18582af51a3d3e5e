/** English: the security settings of an organisation. */
import type { Messages } from '../messages.ts';

export const settings: Messages['settings'] = {
  readOnly: 'Only owners and administrators can change the settings.',
  signInTitle: 'Sign-in',
  idleMinutes: 'Minutes without activity before a member is signed out',
  idleHint: (min, max) => `${min} to ${max} minutes. A lower limit applies at once, also to those who are signed in.`,
  idleInvalid: (min, max) => `Enter a whole number from ${min} to ${max}`,
  strengthTitle: 'Weakest sign-in allowed',
  strengthHint: 'Whoever signed in more weakly than this does not get into the organisation before signing in more strongly.',
  strengths: { 1: 'Weakest', 2: 'Medium', 3: 'Strong' },
  strengthNotes: {
    1: 'Weakest: password and a code by e-mail.',
    2: 'Medium: password and a code from an app on the phone.',
    3: 'Strong: BankID, or a passkey on the phone or computer.',
  },
  strengthFor: (role) => `For ${role}`,
  maskTitle: 'Masked fields',
  maskIntro:
    'The chosen fields are hidden from the role, in lists, in search and on the page of a person. An editor can show them; each showing is logged. A reader and the support of Valv never see them. Personal identity numbers are always masked.',
  maskFor: { editor: 'Hidden from editors', reader: 'Hidden from readers', support: 'Hidden from the support of Valv' },
  budgetTitle: 'Reading limit',
  budgetIntro:
    'How many different persons a member may open. At the limit reading stops, and owners and administrators get an alarm. It protects against somebody emptying the register.',
  perHour: 'Persons an hour',
  perDay: 'Persons a day',
  perHourInvalid: (min, max) => `Enter a whole number from ${min} to ${max}`,
  perDayInvalid: (max) => `Enter a whole number, at least that of the hour and at most ${max}`,
  reviewTitle: 'Review of access',
  reviewEvery: 'Months between reviews',
  reviewHint: (min, max) => `${min} to ${max}. When it is time, owners and administrators are reminded by e-mail.`,
  reviewInvalid: (min, max) => `Enter a whole number from ${min} to ${max}`,
  minutes: (count) => `${count} minutes`,
  none: 'Nothing',
  canariesTitle: 'Decoy persons',
  canariesIntro:
    'A decoy person is made up and looks like everybody else in the register. Nobody has a reason to open it, so whoever does sets off an alarm. Do not tell who they are.',
  canaryEmail: 'E-mail address of the decoy person (optional)',
  canaryEmailHint: 'An address of your own that is used for nothing else. Mail that arrives there means that the register has leaked.',
  canaryPlant: 'Plant a decoy person',
  canaryPlanted: 'A decoy person is planted.',
  canaryNone: 'No decoy persons are planted.',
  canaryGone: 'no longer in the register',
  canarySince: (at) => `planted ${at}`,
  canaryRemove: 'Stop watching',
  canaryRemoveOf: (name) => `Stop watching ${name}`,
  canaryRemoved: 'The person is no longer watched. It stays in the register until it is erased.',
};
