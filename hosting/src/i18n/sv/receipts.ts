/** Swedish: receipts of the log by mail. */
export const receipts = {
  title: 'Kvitton på loggen',
  intro:
    'En gång om dagen kan Valv mejla ett underskrivet kvitto på hur loggen ser ut. Sparat utanför Valv visar det senare att ingenting har tagits bort eller ändrats. Kvittot innehåller inga personuppgifter.',
  email: 'E-postadress för kvitton',
  hint: 'Lämna tomt för inga kvitton. En adress utanför organisationens vanliga system är bäst.',
  invalid: 'Skriv en e-postadress, till exempel arkiv@exempel.se',
  mailed: (at: string) => `Senaste kvittot mejlades ${at}.`,
  saved: 'Sparat.',
} as const;
