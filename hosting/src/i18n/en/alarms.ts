/** English: alarms. */
import type { Messages } from '../messages.ts';

export const alarms: Messages['alarms'] = {
  title: 'Alarms',
  intro: 'What owners and administrators need to see. It is sent by e-mail too.',
  openCount: (count) => (count === 1 ? '1 alarm waits' : `${count} alarms wait`),
  emptyTitle: 'No alarms',
  emptyText: 'Shown here is, for example, that somebody read unusually many persons or opened a decoy person.',
  kinds: {
    readBudgetSpent: 'The reading limit is reached',
    canaryRead: 'A decoy person was read',
    accessReviewDue: 'It is time to review who has access',
    recoveryApproved: 'An account was recovered',
    approvalRequested: 'Something waits for a second person',
    identityProviderChanged: 'The identity provider was changed',
    auditGap: 'A change is missing in the log',
    auditDifference: 'The log was changed',
  },
  texts: {
    readBudgetSpent: (who) =>
      `${who} opened as many persons as the reading limit allows and was stopped. Ask why. If it is in order, you can lift the limit on the page of the member.`,
    canaryRead: (who) =>
      `${who} opened or searched for a made-up person whom nobody has a reason to read. See in the log what else was read.`,
    accessReviewDue: () => 'Nobody has reviewed who has access for a long time.',
    recoveryApproved: (who) =>
      `Two administrators let ${who} in again. All earlier ways to sign in are removed. Make sure that the person knows about it.`,
    approvalRequested: (who) => `${who} asked for something that another owner or administrator needs to decide.`,
    identityProviderChanged: (who) =>
      `${who} set, changed or removed the organisation’s own identity provider. It decides who is let in as a member. Make sure that it is in order.`,
    auditGap: () =>
      'Data has been changed without the change being in the log. The operators of Valv have been alarmed too and find out what happened. Save a copy of the log.',
    auditDifference: () =>
      'Events in the log are not as they were sealed. The operators of Valv have been alarmed too. Download the log and keep it: it is taken from the seals.',
  },
  times: (count) => `${count} times`,
  states: { open: 'new', acknowledged: 'acknowledged' },
  acknowledge: 'Acknowledge',
  acknowledgeOf: (kind, at) => `Acknowledge: ${kind}, ${at}`,
  acknowledged: 'The alarm is acknowledged.',
  acknowledgedBy: (name, at) => `Acknowledged by ${name} ${at}`,
  toLog: 'See the log',
  toMember: 'To the member',
  toReview: 'To the review',
  toApprovals: 'To the approvals',
  someone: 'A former member',
  budgetTitle: 'The reading limit is reached',
  budgetText: (limit, per) =>
    `You have opened ${limit} different persons ${per}, as many as the organisation allows. Owners and administrators have got an alarm.`,
  budgetPer: { hour: 'in an hour', day: 'in a day' },
  budgetWait: (time) => `You can open more in ${time}.`,
  budgetLift: 'If you need to go on now, ask another owner or administrator to lift the limit on your page under Members.',
  budgetNow: 'Try again now.',
  hours: (count) => `${count} h`,
  minutes: (count) => `${count} min`,
  lessThanMinute: 'less than a minute',
};
