/** What sign-in through organisations' identity providers stores. */
import { pseudonymous, technical } from '../../shared/declare.ts';
import type { PersonalDataDeclaration } from '../../shared/personalData.ts';

/** Declarations of providers and of attempts to sign in through them. */
export const oidcPersonalData: readonly PersonalDataDeclaration[] = [
  {
    store: 'firestore',
    concerns: 'nobody',
    legalBasis: null,
    recipients: [],
    onErasure: 'kept, holds no personal data',
    collection: 'orgs/{orgId}/identityProviders/{providerId}',
    retention: { sv: 'Så länge tjänsten används', en: 'As long as the provider is used' },
    fields: {
      v: technical('Formatversion', 'Format version'),
      issuer: technical('Utfärdare', 'Issuer'),
      clientId: technical('Klient', 'Client'),
      allowedDomains: technical('Tillåtna domäner', 'Allowed domains'),
      strength: technical('Inloggningens styrka', 'Strength of the sign-in'),
      sealed: technical('Klienthemlighet, förseglad', 'Client secret, sealed'),
      updatedAt: technical('Ändrad', 'Changed'),
      lastEventId: technical('Senaste händelse', 'Last event'),
    },
  },
  {
    store: 'firestore',
    concerns: 'account',
    legalBasis: '6(1)(b)',
    recipients: [],
    onErasure: 'not about data subjects',
    collection: 'oidcFlows/{state}',
    retention: { sv: 'Ett dygn', en: 'One day' },
    fields: {
      v: technical('Formatversion', 'Format version'),
      orgId: technical('Organisation', 'Organisation'),
      browserIndex: pseudonymous('Nyckelhash av webbläsarens nyckel', "Keyed hash of the browser's key"),
      createdAt: technical('Skapat', 'Created'),
      expiresAt: technical('Upphör', 'Expires'),
    },
  },
];
