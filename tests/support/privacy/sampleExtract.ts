/** Made-up inputs of a register extract, with names and values that are hard to carry. */
import { buildExtract, type ExtractInputs } from '../../../functions/src/privacy/buildExtract.ts';
import type { ExtractModel } from '../../../functions/src/privacy/extractModel.ts';
import { standardFields } from '../../../functions/src/register/fields.ts';

const longNote = `Åsa vill helst bli kontaktad på kvällar. ${'Anteckningen fortsätter med ännu en mening om föreningens återkommande städdagar, där hon brukar hjälpa till. '.repeat(16)}`;

const actions = [
  'register.dataSubject.read',
  'register.dataSubject.list',
  'register.dataSubject.reveal',
  'register.dataSubject.correct',
] as const;

/** An access log of that many events, one an hour, newest last. */
export function sampleAccessLog(count: number): ExtractInputs['accessLog'] {
  return Array.from({ length: count }, (_, index) => ({
    at: new Date(Date.UTC(2026, 0, 2) + index * 3_600_000).toISOString(),
    action: actions[index % actions.length] ?? 'register.dataSubject.read',
    actor:
      index % 7 === 0
        ? { kind: 'job', id: 'jobAAAAAAAAAAAAAAAAA' }
        : { kind: 'member', role: index % 5 === 0 ? null : 'administrator', id: `${index % 3}k3J9x2LmAAAAAAAAAAA` },
    evidence: index % 9 === 8 ? 'notAsSealed' : index > count - 3 ? 'notYetSealed' : 'sealed',
    outcome: index % 6 === 5 ? 'orgs/not-allowed' : 'done',
    fields: index % 4 === 2 ? ['personalIdentityNumber'] : index % 4 === 3 ? ['email', 'street', 'city'] : [],
  }));
}

/** One person with every standard field, a second record, an empty collection and `events` events. */
export function sampleInputs(locale: 'sv' | 'en', events = 12): ExtractInputs {
  const at = { createdAt: '2026-01-02T08:00:00.000Z', updatedAt: '2026-06-30T21:30:00.000Z' };
  return {
    locale,
    createdAt: '2026-11-21T20:42:30.000Z',
    createdBy: 'administrator',
    organisation: {
      orgId: 'orgAAAAAAAAAAAAAAAAA',
      name: 'Älvängens Båtklubb & Söner',
      organisationNumber: '8020024280',
      identityNumberGround: { ground: 'secureIdentification', explanation: 'Båtplatser tilldelas personligen och får inte förväxlas.' },
    },
    dataSubjectId: 'subAAAAAAAAAAAAAAAAA',
    sections: [
      {
        declaration: {
          collection: 'orgs/{orgId}/dataSubjects/{dataSubjectId}',
          legalBasis: '6(1)(b)',
          retention: {
            sv: 'Så länge medlemskapet varar och tolv månader därefter',
            en: 'As long as the membership lasts and twelve months after it',
          },
          recipients: [{ sv: 'Båtförbundet, för försäkringen', en: 'The boating federation, for the insurance' }],
        },
        label: { sv: 'Medlemsuppgifter', en: 'Membership data' },
        fields: standardFields,
        records: [
          {
            id: 'subAAAAAAAAAAAAAAAAA',
            source: 'import',
            ...at,
            values: {
              givenName: 'Åsa-Märta Öijwind',
              familyName: 'Łukasiewicz-Żółć Ångström',
              personalIdentityNumber: '198902019999',
              email: `${'en.mycket.lang.adress'.repeat(6)}@exempel.example`,
              phone: '+46 70 174 06 05',
              street: '=HYPERLINK("https://exempel.example";"klicka")',
              postalCode: '446 37',
              city: 'Älvängen',
              country: 'Ελλάδα / Україна',
              memberNumber: "'0042",
              memberSince: '2011-05-01',
              note: `${longNote}\nRad två; "citat", 王小明 \u202Eomvänd\u202C \u0000 🙂\n\n\tSlut.`,
            },
          },
        ],
      },
      {
        declaration: {
          collection: 'orgs/{orgId}/requests/{requestId}',
          legalBasis: '6(1)(c)',
          retention: { sv: 'Tre år', en: 'Three years' },
          recipients: [],
        },
        label: { sv: 'Ärenden', en: 'Requests' },
        fields: { subject: { label: { sv: 'Ämne', en: 'Subject' }, purpose: { sv: 'Handläggning', en: 'Handling' } } },
        records: [
          { id: 'reqAAAAAAAAAAAAAAAA1', source: 'organisation', ...at, values: { subject: 'Adressändring' } },
          { id: 'reqAAAAAAAAAAAAAAAA2', source: 'organisation', ...at, values: { subject: 'Fråga om båtplats' } },
        ],
      },
      {
        declaration: {
          collection: 'orgs/{orgId}/documents/{documentId}',
          legalBasis: '6(1)(f)',
          retention: { sv: 'Ett år', en: 'One year' },
          recipients: [],
        },
        label: { sv: 'Dokument', en: 'Documents' },
        fields: {},
        records: [],
      },
    ],
    accessLog: sampleAccessLog(events),
  };
}

/** The extract of {@link sampleInputs}. */
export const sampleExtract = (locale: 'sv' | 'en', events = 12): ExtractModel => buildExtract(sampleInputs(locale, events));
