/** Swedish: recovering an account. */
export const recovery = {
  title: 'Återställ kontot',
  intro:
    'För dig som har glömt lösenordet eller tappat det du loggar in med. Har du BankID eller en nyckel kopplad till kontot går det fortare att logga in med den.',
  start: 'Skicka kod',
  codeIntro: (email: string) => `Om ${email} har ett konto i Valv har vi skickat en kod dit.`,
  howTitle: 'Visa att det är du',
  howIntro: 'Din e-post räcker inte ensam. Välj ett av två sätt.',
  withCodeTitle: 'Jag har en återställningskod',
  withCodeText: 'Skriv en av koderna du sparade och välj ett nytt lösenord.',
  withAdminsTitle: 'Jag har ingen kod',
  withAdminsText:
    'Två administratörer i varje organisation där du är medlem bekräftar att det är du. Du ringer eller besöker dem och läser upp ett nummer.',
  withAdmins: 'Be två administratörer',
  passwordTitle: 'Nytt lösenord',
  finish: 'Spara och återställ',
  waitTitle: 'Väntar på administratörerna',
  waitIntro:
    'Kontakta två ägare eller administratörer, helst i telefon eller öga mot öga, och läs upp referensen. De skriver den i Valv under Medlemmar.',
  reference: 'Din referens',
  until: (time: string) => `Det gäller till ${time}.`,
  keepOpen: 'Låt den här fliken vara öppen. Stänger du den får du börja om.',
  approvals: (done: string, needed: string) => `${done} av ${needed} har bekräftat`,
  approvedTitle: 'Bekräftat. Välj ett nytt lösenord',
  declinedTitle: 'En administratör sa nej',
  declinedText: 'Återställningen är stoppad. Prata med dem som sköter organisationen.',
  expiredTitle: 'Återställningen har gått ut',
  expiredText: 'Börja om, och be administratörerna igen.',
  doneTitle: 'Kontot är återställt',
  aloneText:
    'Du är inte med i någon organisation. Har du bara lösenord och e-post räcker det att välja ett nytt lösenord; annars loggar du in med din nyckel eller ditt BankID.',
  doneText: 'Logga in med ditt nya lösenord. Alla gamla inloggningar är avslutade.',
  doneApprovedText:
    'Logga in med ditt nya lösenord. Alla gamla inloggningar är avslutade, och appar, nycklar, BankID och återställningskoder är bortkopplade.',
  startOver: 'Börja om',
} as const;
