/** BankID's part of the inventory of personal data. */
import { pseudonymous, technical } from '../../shared/declare.ts';
import type { PersonalDataDeclaration } from '../../shared/personalData.ts';

const account = {
  store: 'firestore',
  concerns: 'account',
  legalBasis: '6(1)(b)',
  onErasure: 'not about data subjects',
} as const;
const bankId = { sv: 'Finansiell ID-Teknik BID AB (BankID)', en: 'Finansiell ID-Teknik BID AB (BankID)' } as const;

/** Declarations of orders and of the evidence that they leave. */
export const bankIdPersonalData: readonly PersonalDataDeclaration[] = [
  {
    ...account,
    collection: 'bankIdOrders/{orderId}',
    retention: { sv: 'Ett dygn', en: 'One day' },
    recipients: [bankId],
    fields: {
      v: technical('Formatversion', 'Format version'),
      purpose: technical('Ändamål', 'Purpose'),
      state: technical('Status', 'State'),
      hintCode: technical('Besked från BankID', 'Hint from BankID'),
      restarts: technical('Omstarter', 'Restarts'),
      sessionId: pseudonymous('Inloggning', 'Session'),
      accountId: pseudonymous('Konto', 'Account'),
      signUps: technical('Prövade e-postadresser', 'Addresses tried'),
      sealed: {
        class: 'identity',
        label: { sv: 'Beställningen hos BankID, nätverksadress, namn', en: 'The order at BankID, network address, name' },
        purpose: { sv: 'Säker inloggning', en: 'Secure sign-in' },
      },
      createdAt: technical('Skapad', 'Created'),
      placedAt: technical('Lagd hos BankID', 'Placed at BankID'),
      nextCollectAt: technical('Nästa förfrågan', 'Next inquiry'),
      expiresAt: technical('Upphör', 'Expires'),
    },
  },
  {
    ...account,
    collection: 'accounts/{accountId}/signatures/{orderId}',
    retention: { sv: 'Så länge kontot finns', en: 'As long as the account exists' },
    recipients: [],
    fields: {
      v: technical('Formatversion', 'Format version'),
      purpose: technical('Ändamål', 'Purpose'),
      signed: pseudonymous('Vad som undertecknades', 'What was signed'),
      sealed: {
        class: 'identity',
        label: {
          sv: 'BankIDs bevis: namn, personnummer, nätverksadress, underskrift',
          en: 'Evidence of BankID: name, personal identity number, network address, signature',
        },
        purpose: { sv: 'Kunna visa vem som legitimerade sig eller skrev under', en: 'To be able to show who identified or signed' },
      },
      createdAt: technical('Skapat', 'Created'),
    },
  },
];
