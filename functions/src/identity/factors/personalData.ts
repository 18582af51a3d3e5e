/** The factors' part of the inventory of personal data. */
import { pseudonymous, technical } from '../../shared/declare.ts';
import type { PersonalDataDeclaration } from '../../shared/personalData.ts';

const account = {
  store: 'firestore',
  concerns: 'account',
  legalBasis: '6(1)(b)',
  recipients: [],
  onErasure: 'not about data subjects',
} as const;

/** Declarations of factors, enrolments and challenges. */
export const factorsPersonalData: readonly PersonalDataDeclaration[] = [
  {
    ...account,
    collection: 'accounts/{accountId}/factors/{factorId}',
    retention: { sv: 'Tills faktorn eller kontot tas bort', en: 'Until the factor or the account is removed' },
    fields: {
      v: technical('Formatversion', 'Format version'),
      kind: technical('Slag', 'Kind'),
      credentialIndex: pseudonymous('Nyckelhash av passnyckelns id', 'Keyed hash of the passkey’s id'),
      sealed: {
        class: 'ordinary',
        label: { sv: 'Hemlighet eller publik nyckel, namn på enheten', en: 'Secret or public key, name of the device' },
        purpose: { sv: 'Säker inloggning', en: 'Secure sign-in' },
      },
      createdAt: technical('Skapad', 'Created'),
      lastUsedAt: technical('Senast använd', 'Last used'),
    },
  },
  {
    ...account,
    collection: 'enrolments/{enrolmentId}',
    retention: { sv: 'Ett dygn', en: 'One day' },
    fields: {
      kind: technical('Slag', 'Kind'),
      accountId: pseudonymous('Konto', 'Account'),
      sealed: {
        class: 'ordinary',
        label: { sv: 'Hemlighet som håller på att läggas till', en: 'Secret that is being added' },
        purpose: { sv: 'Säker inloggning', en: 'Secure sign-in' },
      },
      tries: technical('Försök', 'Tries'),
      createdAt: technical('Skapad', 'Created'),
      expiresAt: technical('Upphör', 'Expires'),
    },
  },
  {
    ...account,
    collection: 'passkeyChallenges/{challengeId}',
    retention: { sv: 'Ett dygn', en: 'One day' },
    fields: {
      challenge: technical('Slumptal som besvaras en gång', 'Random number that is answered once'),
      purpose: pseudonymous('Konto, försök och inloggning som det gäller', 'Account, attempt and session that it is for'),
      createdAt: technical('Skapad', 'Created'),
      expiresAt: technical('Upphör', 'Expires'),
    },
  },
];
