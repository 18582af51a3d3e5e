/** English: support access. */
import type { Messages } from '../messages.ts';

export const support: Messages['support'] = {
  title: 'Support',
  intro:
    'The technicians of Valv see nothing in your organisation. If you need help, you can let one in for a certain problem, for at most 72 hours. Everything they open is in your log.',
  grantTitle: 'Let support in',
  problem: 'What do you need help with?',
  problemHint: 'At least ten characters. Write no personal data.',
  problemLength: 'Write between 10 and 1,000 characters',
  hours: 'Hours',
  hoursHint: (min, max) => `${min} to ${max} hours. Then the access ends by itself.`,
  hoursInvalid: (min, max) => `Enter a whole number from ${min} to ${max}`,
  seesWhat:
    'The technician can read the register, but not personal identity numbers, protected identities or fields that are hidden from support, and cannot change anything.',
  grant: 'Let support in',
  granted: 'Support is let in for this problem.',
  listTitle: 'Access now and before',
  emptyText: 'Support has never been let in.',
  states: { open: 'waits for a technician', claimed: 'a technician is in', ended: 'ended' },
  byTechnician: (name) => `Technician: ${name}`,
  formerTechnician: 'former technician',
  createdAt: (at) => `Opened ${at}`,
  expiresAt: (at) => `until ${at}`,
  endedAt: (at) => `ended ${at}`,
  end: 'End',
  endOf: (problem) => `End: ${problem}`,
  endAsk: 'End the access of support?',
  endText: 'The technician reaches nothing from the next call on.',
  ended: 'The access of support is ended.',
  readOnly: 'Owners and administrators let support in.',
  technicianTitle: 'Support cases',
  technicianIntro:
    'Organisations that have let support in. When you take a case you may read their register until the time is up. Everything you open is in their log.',
  technicianEmpty: 'No open cases.',
  technicianEmptyText: 'When an organisation lets support in, it shows here.',
  claim: 'Take the case',
  claimOf: (name) => `Take the case: ${name}`,
  enter: 'Open the organisation',
  enterOf: (name) => `Open ${name}`,
  claimedByOther: 'Another technician has taken it.',
  notTechnician: 'This page is for the technicians of Valv.',
};
