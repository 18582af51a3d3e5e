/** Swedish: alarms. */
import type { AlarmKind } from '../../../../functions/src/orgs/alarms/contract.ts';

export const alarms = {
  title: 'Larm',
  intro: 'Händelser som ägare och administratörer behöver se. De skickas också med e-post.',
  openCount: (count: number) => (count === 1 ? '1 larm väntar' : `${count} larm väntar`),
  emptyTitle: 'Inga larm',
  emptyText: 'Här visas till exempel att någon läst ovanligt många personer eller öppnat en lockperson.',
  kinds: {
    readBudgetSpent: 'Läsgränsen är nådd',
    canaryRead: 'En lockperson har lästs',
    accessReviewDue: 'Det är dags att gå igenom behörigheterna',
    recoveryApproved: 'Ett konto har återställts',
    approvalRequested: 'Något väntar på en andra person',
    identityProviderChanged: 'Inloggningstjänsten har ändrats',
    auditGap: 'En ändring saknas i loggen',
    auditDifference: 'Loggen har ändrats',
  } satisfies Record<AlarmKind, string>,
  texts: {
    readBudgetSpent: (who: string) =>
      `${who} har öppnat så många personer som läsgränsen tillåter och har stoppats. Fråga varför. Är det i sin ordning kan du häva gränsen på medlemmens sida.`,
    canaryRead: (who: string) =>
      `${who} har öppnat eller sökt fram en påhittad person som ingen har skäl att läsa. Se i loggen vad mer som lästs.`,
    accessReviewDue: () => 'Ingen har gått igenom vem som har tillgång på länge.',
    recoveryApproved: (who: string) =>
      `Två administratörer har släppt in ${who} på nytt. Alla tidigare sätt att logga in är borttagna. Kontrollera att personen känner till det.`,
    approvalRequested: (who: string) => `${who} har begärt något som en annan ägare eller administratör behöver besluta om.`,
    identityProviderChanged: (who: string) =>
      `${who} har satt, ändrat eller tagit bort organisationens egen inloggningstjänst. Den avgör vem som släpps in som medlem. Kontrollera att det är i sin ordning.`,
    auditGap: () =>
      'Uppgifter har ändrats utan att ändringen står i loggen. Valvs drift har också larmats och utreder vad som har hänt. Spara en kopia av loggen.',
    auditDifference: () =>
      'Händelser i loggen stämmer inte med det som förseglades. Valvs drift har också larmats. Ladda ner loggen och spara den: den hämtas ur förseglingarna.',
  } satisfies Record<AlarmKind, (who: string) => string>,
  times: (count: string) => `${count} gånger`,
  states: { open: 'nytt', acknowledged: 'kvitterat' },
  acknowledge: 'Kvittera',
  acknowledgeOf: (kind: string, at: string) => `Kvittera: ${kind}, ${at}`,
  acknowledged: 'Larmet är kvitterat.',
  acknowledgedBy: (name: string, at: string) => `Kvitterat av ${name} ${at}`,
  toLog: 'Se i loggen',
  toMember: 'Till medlemmen',
  toReview: 'Till genomgången',
  toApprovals: 'Till godkännandena',
  someone: 'En tidigare medlem',
  budgetTitle: 'Läsgränsen är nådd',
  budgetText: (limit: string, per: string) =>
    `Du har öppnat ${limit} olika personer ${per}, så många som organisationen tillåter. Ägare och administratörer har fått ett larm.`,
  budgetPer: { hour: 'på en timme', day: 'på ett dygn' },
  budgetWait: (time: string) => `Du kan öppna fler om ${time}.`,
  budgetLift: 'Behöver du fortsätta nu: be en annan ägare eller administratör häva gränsen på din sida under Medlemmar.',
  budgetNow: 'Försök igen nu.',
  hours: (count: string) => `${count} h`,
  minutes: (count: string) => `${count} min`,
  lessThanMinute: 'mindre än en minut',
} as const;
