/** English: recovering an account. */
import type { Messages } from '../messages.ts';

export const recovery: Messages['recovery'] = {
  title: 'Recover the account',
  intro:
    'For when you have forgotten the password or lost what you sign in with. If BankID or a passkey is connected to the account, signing in with that is quicker.',
  start: 'Send code',
  codeIntro: (email) => `If ${email} has an account with Valv, we have sent a code there.`,
  howTitle: 'Show that it is you',
  howIntro: 'Your e-mail alone is not enough. Choose one of two ways.',
  withCodeTitle: 'I have a recovery code',
  withCodeText: 'Enter one of the codes that you kept and choose a new password.',
  withAdminsTitle: 'I have no code',
  withAdminsText:
    'Two administrators of every organisation that you are a member of confirm that it is you. You call or visit them and read out a number.',
  withAdmins: 'Ask two administrators',
  passwordTitle: 'New password',
  finish: 'Save and recover',
  waitTitle: 'Waiting for the administrators',
  waitIntro:
    'Get in touch with two owners or administrators, best by phone or in person, and read out the reference. They enter it in Valv under Members.',
  reference: 'Your reference',
  until: (time) => `It holds until ${time}.`,
  keepOpen: 'Leave this tab open. If you close it you have to start over.',
  approvals: (done, needed) => `${done} of ${needed} have confirmed`,
  approvedTitle: 'Confirmed. Choose a new password',
  declinedTitle: 'An administrator said no',
  declinedText: 'The recovery is stopped. Talk to those who run the organisation.',
  expiredTitle: 'The recovery has expired',
  expiredText: 'Start over, and ask the administrators again.',
  doneTitle: 'The account is recovered',
  aloneText:
    'You are in no organisation. If you have only a password and e-mail, choosing a new password is enough; otherwise sign in with your passkey or BankID.',
  doneText: 'Sign in with your new password. All old sessions are ended.',
  doneApprovedText:
    'Sign in with your new password. All old sessions are ended, and apps, passkeys, BankID and recovery codes are disconnected.',
  startOver: 'Start over',
};
