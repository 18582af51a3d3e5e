/** Swedish: the security settings of an organisation. */
import type { Strength } from '../../../../functions/src/identity/contract.ts';
import type { MaskableRole } from '../../../../functions/src/orgs/settings/contract.ts';

export const settings = {
  readOnly: 'Bara ägare och administratörer kan ändra inställningarna.',
  signInTitle: 'Inloggning',
  idleMinutes: 'Minuter utan aktivitet innan en medlem loggas ut',
  idleHint: (min: string, max: string) => `${min} till ${max} minuter. Sänks gränsen gäller den genast, även för dem som är inloggade.`,
  idleInvalid: (min: string, max: string) => `Skriv ett heltal från ${min} till ${max}`,
  strengthTitle: 'Lägsta styrka på inloggningen',
  strengthHint: 'Den som loggat in svagare än kravet kommer inte in i organisationen förrän hon loggat in starkare.',
  strengths: { 1: 'Svagast', 2: 'Medel', 3: 'Stark' } satisfies Record<Strength, string>,
  strengthNotes: {
    1: 'Svagast: lösenord och en kod med e-post.',
    2: 'Medel: lösenord och en kod från en app i telefonen.',
    3: 'Stark: BankID, eller en nyckel (passkey) i telefonen eller datorn.',
  } satisfies Record<Strength, string>,
  strengthFor: (role: string) => `För ${role}`,
  maskTitle: 'Dolda fält',
  maskIntro:
    'Valda fält är dolda för rollen, i listor, sökning och på personens sida. En redaktör kan visa dem; varje visning antecknas. En läsare och Valvs support ser dem aldrig. Personnummer är alltid maskerade.',
  maskFor: { editor: 'Dolt för redaktörer', reader: 'Dolt för läsare', support: 'Dolt för Valvs support' } satisfies Record<
    MaskableRole,
    string
  >,
  budgetTitle: 'Läsgräns',
  budgetIntro:
    'Hur många olika personer en medlem får öppna. När gränsen nås stoppas läsningen och ägare och administratörer får ett larm. Gränsen skyddar mot att någon tömmer registret.',
  budgetOwnerOnly: 'Bara en ägare kan ändra läsgränsen.',
  perHour: 'Personer i timmen',
  perDay: 'Personer om dygnet',
  perHourInvalid: (min: string, max: string) => `Skriv ett heltal från ${min} till ${max}`,
  perDayInvalid: (max: string) => `Skriv ett heltal, minst lika stort som timmens och högst ${max}`,
  reviewTitle: 'Genomgång av behörigheter',
  reviewEvery: 'Månader mellan genomgångarna',
  reviewHint: (min: string, max: string) => `${min} till ${max}. När det är dags får ägare och administratörer påminnelse med e-post.`,
  reviewInvalid: (min: string, max: string) => `Skriv ett heltal från ${min} till ${max}`,
  minutes: (count: string) => `${count} minuter`,
  none: 'Inget',
  canariesTitle: 'Lockpersoner',
  canariesIntro:
    'En lockperson är påhittad och ser ut som alla andra i registret. Ingen har skäl att öppna den, så den som gör det utlöser ett larm. Berätta inte vilka de är. En ny ligger först i listan tills andra har ändrats, så lägg ut den före en import eller en dag med många ändringar.',
  canaryEmail: 'E-postadress till lockpersonen (valfritt)',
  canaryEmailHint: 'En egen adress som inte används till något annat. Kommer det post dit har registret läckt.',
  canaryPlant: 'Lägg ut en lockperson',
  canaryPlanted: 'En lockperson är utlagd.',
  canaryNone: 'Inga lockpersoner är utlagda.',
  canaryGone: 'finns inte längre i registret',
  canarySince: (at: string) => `utlagd ${at}`,
  canaryRemove: 'Sluta bevaka',
  canaryRemoveOf: (name: string) => `Sluta bevaka ${name}`,
  canaryRemoved: 'Personen bevakas inte längre. Den finns kvar i registret tills den raderas.',
} as const;
