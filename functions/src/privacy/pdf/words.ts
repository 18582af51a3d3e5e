/** The words that only the PDF of an extract uses, in both languages. */
import type { BilingualText } from '../../shared/personalData.ts';

/** Fixed words by name. Functions take counts and names that are already text. */
export const pdfWords = {
  title: { sv: 'Registerutdrag', en: 'Register extract' },
  subtitle: {
    sv: 'Enligt artikel 15 och 20 i dataskyddsförordningen (GDPR)',
    en: 'Under Articles 15 and 20 of the General Data Protection Regulation (GDPR)',
  },
  intro: {
    sv: 'Här är allt som organisationen har om dig i Valv: vad det är, varför det finns, på vilken grund, hur länge det sparas och vilka som har haft tillgång till det.',
    en: 'This is everything that the organisation holds about you in Valv: what it is, why it is there, on what ground, how long it is kept and who has had access to it.',
  },
  controller: { sv: 'Personuppgiftsansvarig', en: 'Controller' },
  processor: { sv: 'Personuppgiftsbiträde', en: 'Processor' },
  storage: { sv: 'Var uppgifterna finns', en: 'Where the data are' },
  created: { sv: 'Utdraget skapades', en: 'Extract made' },
  createdBy: { sv: 'Skapades av', en: 'Made by' },
  reference: { sv: 'Din referens', en: 'Your reference' },
  identityNumber: { sv: 'Grund för personnumret', en: 'Ground for the personal identity number' },
  purpose: { sv: 'Ändamål', en: 'Purpose' },
  legalBasis: { sv: 'Rättslig grund', en: 'Legal basis' },
  retention: { sv: 'Sparas', en: 'Kept' },
  recipients: { sv: 'Mottagare', en: 'Recipients' },
  noRecipients: { sv: 'Inga utöver organisationen och Valv', en: 'None besides the organisation and Valv' },
  field: { sv: 'Uppgift', en: 'Item' },
  value: { sv: 'Innehåll', en: 'Content' },
  record: { sv: 'Post', en: 'Record' },
  nothingHeld: { sv: 'Här finns inga uppgifter om dig.', en: 'Nothing about you is held here.' },
  access: { sv: 'Vilka har haft tillgång', en: 'Who has had access' },
  accessIntro: {
    sv: 'Varje läsning och ändring av dina uppgifter loggas, nyast först, i svensk tid. Tecknen efter rollen är början på ett slumpat kontonummer: samma tecken är samma person. Det som nekades gav ingen tillgång. Varje händelse är jämförd med den förseglade loggen; det står vid de som inte är förseglade än, eller som inte stämmer.',
    en: 'Each reading and change of your data is logged, newest first, in Swedish time. The characters after the role begin a random account number: the same characters are the same person. What was refused gave no access. Each event has been compared with the sealed log; it is said where one is not sealed yet, or is not as it was sealed.',
  },
  notYetSealed: { sv: 'ännu inte förseglad', en: 'not sealed yet' },
  notAsSealed: { sv: 'stämmer inte med den förseglade loggen', en: 'not as it was sealed in the log' },
  moreAccess: {
    sv: 'Här visas de tusen senaste. Alla finns i extract.json.',
    en: 'The latest thousand are shown here. All of them are in extract.json.',
  },
  noAccess: { sv: 'Ingen har läst eller ändrat uppgifterna.', en: 'Nobody has read or changed the data.' },
  when: { sv: 'När', en: 'When' },
  what: { sv: 'Vad', en: 'What' },
  who: { sv: 'Vem', en: 'Who' },
  which: { sv: 'Vilka uppgifter', en: 'Which data' },
  wholeRecord: { sv: 'Posten som helhet', en: 'The record as a whole' },
  rights: { sv: 'Dina rättigheter', en: 'Your rights' },
  article: { sv: 'artikel', en: 'Article' },
  authenticity: { sv: 'Om utdragets äkthet', en: 'How to know that this is genuine' },
  authenticityText: {
    sv: 'Utdraget hör ihop med filerna i samma ZIP-fil. manifest.json listar deras kontrollsummor och manifest.jws bär Valvs underskrift. Med de öppna nycklarna på /.well-known/valv-keys.json kan vem som helst kontrollera att inget har ändrats. Tecken som inte kan skrivas ut visas som [U+…]; den exakta texten står i extract.json.',
    en: 'This document belongs with the files in the same ZIP file. manifest.json lists their checksums and manifest.jws bears the signature of Valv. With the public keys at /.well-known/valv-keys.json anyone can check that nothing was changed. Characters that cannot be printed are shown as [U+…]; the exact text is in extract.json.',
  },
} as const satisfies Record<string, BilingualText>;

/** `Utdraget rymmer 14 uppgifter och 27 händelser.` */
export const summaryWords = (items: number, events: number): BilingualText => ({
  sv: `Utdraget rymmer ${items} ${items === 1 ? 'uppgift' : 'uppgifter'} om dig och ${events} ${events === 1 ? 'händelse' : 'händelser'} i loggen.`,
  en: `It holds ${items} ${items === 1 ? 'item' : 'items'} about you and ${events} ${events === 1 ? 'event' : 'events'} of the log.`,
});

/** `Sida 1 av 7`. */
export const pageWords = (page: number, of: number): BilingualText => ({ sv: `Sida ${page} av ${of}`, en: `Page ${page} of ${of}` });

/** `Källa: … Skapad 2026-11-21 21:00, senast ändrad 2026-11-21 21:00.` */
export const recordWords = (source: string, created: string, updated: string): BilingualText => ({
  sv: `Källa: ${source}. Skapad ${created}, senast ändrad ${updated}.`,
  en: `Source: ${source}. Created ${created}, last changed ${updated}.`,
});
