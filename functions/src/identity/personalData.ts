/** Identity's part of the inventory of personal data. */
import { pseudonymous, technical } from '../shared/declare.ts';
import { factorsPersonalData } from './factors/personalData.ts';
import type { FieldDeclaration, PersonalDataDeclaration } from '../shared/personalData.ts';
import { bankIdPersonalData } from './bankId/personalData.ts';
import { oidcPersonalData } from './oidc/personalData.ts';

const sealedAccount: FieldDeclaration = {
  class: 'ordinary',
  label: { sv: 'Namn, e-post, lösenordshash, språk', en: 'Name, e-mail, password hash, language' },
  purpose: { sv: 'Säker inloggning', en: 'Secure sign-in' },
};
const account = {
  store: 'firestore',
  concerns: 'account',
  legalBasis: '6(1)(b)',
  recipients: [],
  onErasure: 'not about data subjects',
} as const;

/** Declarations of accounts, attempts, sessions and rate limits. */
export const identityPersonalData: readonly PersonalDataDeclaration[] = [
  {
    ...account,
    collection: 'accounts/{accountId}',
    retention: { sv: 'Så länge kontot finns', en: 'As long as the account exists' },
    fields: {
      v: technical('Formatversion', 'Format version'),
      state: technical('Status', 'State'),
      emailIndex: pseudonymous('Nyckelhash av e-postadressen', 'Keyed hash of the e-mail address'),
      bankIdIndex: pseudonymous('Nyckelhash av personnumret', 'Keyed hash of the personal identity number'),
      knownDevices: pseudonymous('Nyckelhashar av kända enheter', 'Keyed hashes of known devices'),
      credentialsVersion: technical('Ändringar av inloggningssätt', 'Changes of the ways in'),
      isSupport: technical('Är supportens', "Is support's"),
      sealed: sealedAccount,
      createdAt: technical('Skapat', 'Created'),
      closedAt: technical('Avslutat', 'Closed'),
    },
  },
  {
    ...account,
    collection: 'standIns/{standInId}',
    retention: { sv: 'Tills vidare: uppgifterna är påhittade', en: 'Indefinitely: the data is made up' },
    fields: {
      v: technical('Formatversion', 'Format version'),
      emailIndex: technical('Påhittat index', 'Made-up index'),
      sealed: technical('Påhittat konto, läses när en adress saknar konto', 'Made-up account, read when an address has none'),
    },
  },
  {
    ...account,
    collection: 'attempts/{attemptId}',
    retention: { sv: 'Ett dygn', en: 'One day' },
    fields: {
      kind: technical('Slag', 'Kind'),
      accountId: pseudonymous('Konto', 'Account'),
      deviceIndex: pseudonymous('Nyckelhash av enheten', 'Keyed hash of the device'),
      credentialsVersion: technical('Ändringar av inloggningssätt', 'Changes of the ways in'),
      sessionId: technical('Inloggning', 'Session'),
      secondFactors: technical('Möjliga andra steg', 'Possible second steps'),
      isDecoy: technical('Kan inte slutföras', 'Cannot be finished'),
      bankIdIndex: pseudonymous('Nyckelhash av personnumret', 'Keyed hash of the personal identity number'),
      emailIndex: pseudonymous('Nyckelhash av e-postadressen', 'Keyed hash of the e-mail address'),
      sealed: sealedAccount,
      codeHash: pseudonymous('Nyckelhash av koden', 'Keyed hash of the code'),
      tries: technical('Försök', 'Tries'),
      resends: technical('Omsändningar', 'Resends'),
      state: technical('Status', 'State'),
      expiresAt: technical('Upphör', 'Expires'),
      createdAt: technical('Skapat', 'Created'),
    },
  },
  {
    ...account,
    collection: 'sessions/{sessionId}',
    retention: { sv: '30 dygn efter sista användning', en: '30 days after last use' },
    fields: {
      accountId: pseudonymous('Konto', 'Account'),
      state: technical('Status', 'State'),
      method: technical('Inloggningssätt', 'Way of signing in'),
      strength: technical('Inloggningens styrka', 'Strength of the sign-in'),
      idleMinutes: technical('Minuter till utloggning', 'Minutes until signed out'),
      deviceIndex: pseudonymous('Nyckelhash av enheten', 'Keyed hash of the device'),
      onlyOrgId: technical('Enda organisation som öppnas', 'Only organisation that is opened'),
      sealed: {
        class: 'ordinary',
        label: { sv: 'Enhet, nätverk, land', en: 'Device, network, country' },
        purpose: { sv: 'Visa personen var den är inloggad', en: 'Show the person where they are signed in' },
      },
      authenticatedAt: technical('Senast visat alla faktorer', 'All factors last shown'),
      createdAt: technical('Inloggad', 'Signed in'),
      lastSeenAt: technical('Senast aktiv', 'Last active'),
      idleExpiresAt: technical('Inaktivitetsgräns', 'Idle limit'),
      absoluteExpiresAt: technical('Yttersta gräns', 'Absolute limit'),
      endedAt: technical('Avslutad', 'Ended'),
      endedReason: technical('Orsak', 'Reason'),
    },
  },
  {
    ...account,
    collection: 'recoveries/{recoveryId}',
    retention: { sv: '30 dygn efter att den gått ut', en: '30 days after it has run out' },
    fields: {
      v: technical('Formatversion', 'Format version'),
      accountId: pseudonymous('Konto', 'Account'),
      state: technical('Status', 'State'),
      secretHash: pseudonymous('Nyckelhash av hemligheten', 'Keyed hash of the secret'),
      referenceHash: pseudonymous('Nyckelhash av referensnumret', 'Keyed hash of the reference'),
      referenceTries: technical('Fel referensnummer', 'Wrong references'),
      recoveryCodeTries: technical('Fel återställningskoder', 'Wrong recovery codes'),
      deviceIndex: pseudonymous('Nyckelhash av enheten', 'Keyed hash of the device'),
      orgIds: technical('Organisationer', 'Organisations'),
      approvals: pseudonymous('Godkännanden', 'Approvals'),
      createdAt: technical('Skapad', 'Created'),
      askedAt: technical('Begärd', 'Asked'),
      expiresAt: technical('Upphör', 'Expires'),
    },
  },
  {
    ...account,
    collection: 'rateLimits/{bucketId}',
    legalBasis: '6(1)(f)',
    retention: {
      sv: 'Högst ett dygn; 90 dygn för en webbläsare där BankID har använts',
      en: 'At most one day; 90 days for a browser in which BankID was used',
    },
    fields: {
      tokens: technical('Återstående försök', 'Attempts left'),
      updatedAt: technical('Ändrad', 'Changed'),
      expiresAt: technical('Upphör', 'Expires'),
    },
  },
  ...bankIdPersonalData,
  ...oidcPersonalData,
  ...factorsPersonalData,
];
