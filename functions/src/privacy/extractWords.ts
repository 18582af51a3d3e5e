/**
 * The words of a register extract in Swedish and English: roles, actions, legal bases, rights.
 * Guarantees a word for every role, action and basis of the contracts (the types see to it). Is no legal advice.
 */
import type { AuditAction } from '../audit/contract.ts';
import type { IdentityNumberGround, Role } from '../orgs/contract.ts';
import type { BilingualText, LegalBasis } from '../shared/personalData.ts';
import type { recordSources } from './extractModel.ts';

/** A member's role. */
export const roleWords: Record<Role, BilingualText> = {
  owner: { sv: 'Ägare', en: 'Owner' },
  administrator: { sv: 'Administratör', en: 'Administrator' },
  editor: { sv: 'Redaktör', en: 'Editor' },
  reader: { sv: 'Läsare', en: 'Reader' },
  auditor: { sv: 'Granskare', en: 'Auditor' },
  billing: { sv: 'Ekonomi', en: 'Billing' },
  support: { sv: 'Valvs support', en: 'Support of Valv' },
};

/** Who acted where it was no member with a role. */
export const actorWords = {
  job: { sv: 'Valv, automatiskt', en: 'Valv, automatic' },
  formerMember: { sv: 'Tidigare medarbetare', en: 'Former member of staff' },
  outsider: { sv: 'Någon utan tillgång', en: 'Somebody without access' },
} as const satisfies Record<string, BilingualText>;

/** What was done, as the person concerned would say it. */
export const actionWords: Record<AuditAction, BilingualText> = {
  'orgs.organisation.create': { sv: 'Organisationen skapades', en: 'Organisation created' },
  'orgs.organisation.update': { sv: 'Organisationens uppgifter ändrades', en: 'Organisation details changed' },
  'orgs.members.read': { sv: 'Medarbetarlistan lästes', en: 'List of staff read' },
  'register.dataSubject.create': { sv: 'Uppgifterna lades in', en: 'Data entered' },
  'register.dataSubject.correct': { sv: 'Uppgifter rättades', en: 'Data corrected' },
  'register.dataSubject.list': { sv: 'Visades i en lista', en: 'Shown in a list' },
  'register.dataSubject.read': { sv: 'Uppgifterna lästes', en: 'Data read' },
  'register.dataSubject.reveal': { sv: 'Dolda uppgifter visades', en: 'Hidden data revealed' },
  'register.import.upload': { sv: 'Fil laddades upp för import', en: 'File uploaded for import' },
  'register.import.preview': { sv: 'Import förhandsgranskades', en: 'Import previewed' },
  'register.import.start': { sv: 'Import startades', en: 'Import started' },
  'register.import.finish': { sv: 'Import avslutades', en: 'Import finished' },
  'privacy.extract.start': { sv: 'Registerutdrag beställdes', en: 'Register extract requested' },
  'privacy.extract.finish': { sv: 'Registerutdrag skapades', en: 'Register extract made' },
  'privacy.extract.download': { sv: 'Registerutdrag hämtades', en: 'Register extract downloaded' },
  'privacy.erasure.preview': { sv: 'Radering förhandsgranskades', en: 'Erasure previewed' },
  'privacy.erasure.start': { sv: 'Radering startades', en: 'Erasure started' },
  'privacy.erasure.finish': { sv: 'Radering slutfördes', en: 'Erasure finished' },
  'orgs.member.update': { sv: 'Medarbetares behörighet ändrades', en: 'Access of staff changed' },
  'orgs.member.remove': { sv: 'Medarbetare togs bort', en: 'Member of staff removed' },
  'orgs.member.leave': { sv: 'Medarbetare lämnade', en: 'Member of staff left' },
  'orgs.invitation.create': { sv: 'Medarbetare bjöds in', en: 'Member of staff invited' },
  'orgs.invitation.resend': { sv: 'Inbjudan skickades igen', en: 'Invitation sent again' },
  'orgs.invitation.withdraw': { sv: 'Inbjudan drogs tillbaka', en: 'Invitation withdrawn' },
  'orgs.invitation.accept': { sv: 'Inbjudan antogs', en: 'Invitation accepted' },
  'orgs.team.create': { sv: 'Grupp skapades', en: 'Team created' },
  'orgs.team.update': { sv: 'Grupp ändrades', en: 'Team changed' },
  'orgs.team.remove': { sv: 'Grupp togs bort', en: 'Team removed' },
  'orgs.alarm.acknowledge': { sv: 'Larm kvitterades', en: 'Alarm acknowledged' },
  'orgs.readBudget.lift': { sv: 'Läsgräns hävdes', en: 'Reading limit lifted' },
  'orgs.accessReview.start': { sv: 'Behörighetsgenomgång började', en: 'Access review started' },
  'orgs.accessReview.decide': { sv: 'Behörighet bedömdes', en: 'Access decided on' },
  'orgs.accessReview.complete': { sv: 'Behörighetsgenomgång slutfördes', en: 'Access review completed' },
  'orgs.identityProvider.set': { sv: 'Inloggningstjänst ändrades', en: 'Identity provider changed' },
  'orgs.identityProvider.remove': { sv: 'Inloggningstjänst togs bort', en: 'Identity provider removed' },
  'orgs.receiptMail.update': { sv: 'Mottagare av kvitton på loggen ändrades', en: 'Receiver of receipts of the log changed' },
  'audit.log.download': { sv: 'Loggen laddades ner', en: 'Log downloaded' },
  'orgs.recovery.approve': { sv: 'Återställning av konto godkändes', en: 'Recovery of an account approved' },
  'orgs.recovery.decline': { sv: 'Återställning av konto avslogs', en: 'Recovery of an account declined' },
  'documents.folder.create': { sv: 'Mapp skapades', en: 'Folder created' },
  'documents.folder.update': { sv: 'Mapp ändrades', en: 'Folder changed' },
  'documents.folder.remove': { sv: 'Mapp togs bort', en: 'Folder removed' },
  'register.canary.create': { sv: 'Lockperson lades ut', en: 'Decoy planted' },
  'register.canary.remove': { sv: 'Lockperson togs bort', en: 'Decoy removed' },
  'privacy.approval.request': { sv: 'Godkännande begärdes', en: 'Approval requested' },
  'privacy.approval.decide': { sv: 'Godkännande avgjordes', en: 'Approval decided' },
  'privacy.approval.withdraw': { sv: 'Begäran om godkännande drogs tillbaka', en: 'Request for approval withdrawn' },
  'privacy.erasure.refuse': { sv: 'Radering avbröts', en: 'Erasure refused' },
  'privacy.massErasure.start': { sv: 'Radering av flera startades', en: 'Erasure of several started' },
  'privacy.massErasure.finish': { sv: 'Radering av flera slutfördes', en: 'Erasure of several finished' },
  'privacy.registerExport.start': { sv: 'Export av registret startades', en: 'Export of the register started' },
  'privacy.registerExport.finish': { sv: 'Export av registret skapades', en: 'Export of the register made' },
  'support.grant.create': { sv: 'Supporten släpptes in', en: 'Support admitted' },
  'support.grant.claim': { sv: 'Supporten började', en: 'Support began' },
  'support.grant.end': { sv: 'Supportens tillgång avslutades', en: 'Access of support ended' },
  'backup.organisation.restore': { sv: 'Återställning från säkerhetskopia', en: 'Restored from a backup' },
  'backup.organisation.giveUpRestore': { sv: 'Återställning avbröts, inget ändrades', en: 'Restore given up, nothing changed' },
  'backup.organisation.restoreDocuments': { sv: 'Återställning började skriva', en: 'Restore began to write' },
  'backup.member.lockOut': { sv: 'Medlem stängdes ute under en återställning', en: 'Member locked out during a restore' },
  'backup.member.letIn': { sv: 'Medlem släpptes in igen', en: 'Member let in again' },
  'orgs.invitations.read': { sv: 'Inbjudningar lästes', en: 'Invitations read' },
  'orgs.recoveries.read': { sv: 'Begäranden om återställning lästes', en: 'Requests for recovery read' },
  'privacy.registerExport.download': { sv: 'Registret hämtades', en: 'Register downloaded' },
  'orgs.teams.read': { sv: 'Grupplistan lästes', en: 'List of teams read' },
  'orgs.accessReview.read': { sv: 'Behörighetsgenomgång lästes', en: 'Access review read' },
  'orgs.identityProvider.read': { sv: 'Inloggningstjänstens inställningar lästes', en: 'Identity provider settings read' },
  'documents.folders.read': { sv: 'Mappar lästes', en: 'Folders read' },
  'privacy.erasureCertificate.read': { sv: 'Raderingsintyg lästes', en: 'Certificate of erasure read' },
  'privacy.approvals.read': { sv: 'Begäranden om godkännande lästes', en: 'Requests for approval read' },
  'privacy.approval.use': { sv: 'Något som godkänts startades', en: 'Something approved was started' },
  'support.grants.read': { sv: 'Supportärenden lästes', en: 'Support grants read' },
  'orgs.receiptMail.read': { sv: 'Mottagare av kvitton lästes', en: 'Recipient of receipts read' },
};

/** An action that was refused: nothing was shown or changed. */
export const refusedWords = ({ sv, en }: BilingualText): BilingualText => ({ sv: `${sv} (nekades)`, en: `${en} (refused)` });

/** Legal bases of GDPR Art. 6(1). */
export const legalBasisWords: Record<LegalBasis | 'none', BilingualText> = {
  '6(1)(a)': { sv: 'Samtycke, artikel 6.1 a', en: 'Consent, Article 6(1)(a)' },
  '6(1)(b)': { sv: 'Avtal med dig, artikel 6.1 b', en: 'Contract with you, Article 6(1)(b)' },
  '6(1)(c)': { sv: 'Rättslig förpliktelse, artikel 6.1 c', en: 'Legal obligation, Article 6(1)(c)' },
  '6(1)(e)': { sv: 'Uppgift av allmänt intresse, artikel 6.1 e', en: 'Task in the public interest, Article 6(1)(e)' },
  '6(1)(f)': { sv: 'Berättigat intresse, artikel 6.1 f', en: 'Legitimate interests, Article 6(1)(f)' },
  none: { sv: 'Innehåller inga personuppgifter som behöver en egen grund', en: 'Holds no personal data that need a basis of their own' },
};

/** Grounds for holding a personal identity number, SFS 2018:218, 3 kap. 10 §. */
export const identityNumberGroundWords: Record<IdentityNumberGround, BilingualText> = {
  consent: { sv: 'Samtycke', en: 'Consent' },
  purpose: { sv: 'Klart motiverat av ändamålet', en: 'Clearly justified by the purpose' },
  secureIdentification: {
    sv: 'Klart motiverat av vikten av en säker identifiering',
    en: 'Clearly justified by the importance of secure identification',
  },
  otherWeightyReason: { sv: 'Annat beaktansvärt skäl', en: 'Another weighty reason' },
};

//= GDPR Art. 15(1)(g)
//# where the personal data are not collected from the data subject, any available information as to their source
/** Where a record came from. */
export const sourceWords: Record<(typeof recordSources)[number], BilingualText> = {
  import: { sv: 'Importerad från en fil som organisationen lämnade', en: 'Imported from a file that the organisation provided' },
  organisation: { sv: 'Inlagd av organisationen', en: 'Entered by the organisation' },
};

/** Who answers for the data, who handles them and where they are. `name` and `number` are the organisation's. */
export const partyWords = {
  controller: (name: string, number: string): BilingualText => ({
    sv: `${name} (${number}) är personuppgiftsansvarig: organisationen bestämmer varför och hur uppgifterna behandlas.`,
    en: `${name} (${number}) is the controller: the organisation decides why and how the data are processed.`,
  }),
  processor: {
    sv: 'Valv är personuppgiftsbiträde: tjänsten lagrar uppgifterna krypterade, på organisationens uppdrag och enligt dess instruktioner.',
    en: 'Valv is the processor: the service stores the data encrypted, on behalf of the organisation and on its instructions.',
  },
  storage: {
    sv: 'Valv lagrar uppgifterna inom EU och för inte över dem till något land utanför EU. Valv fattar inga automatiska beslut.',
    en: 'Valv stores the data in the EU and does not transfer them to any country outside the EU. Valv takes no automated decisions.',
  },
} as const;

type Right = { readonly articles: string; readonly heading: BilingualText; readonly text: BilingualText };

//= GDPR Art. 15(1)(e), (f)
//# the existence of the right to request rectification or erasure or restriction of processing or to object;
//# the right to lodge a complaint with a supervisory authority
/** The rights that an extract tells of, in the order in which they are shown. */
export const rights: readonly Right[] = [
  {
    articles: '16',
    heading: { sv: 'Rättelse', en: 'Rectification' },
    text: {
      sv: 'Är något fel eller ofullständigt? Organisationen ska rätta det utan onödigt dröjsmål när du ber om det.',
      en: 'Is something wrong or incomplete? The organisation must correct it without undue delay when you ask.',
    },
  },
  {
    articles: '17',
    heading: { sv: 'Radering', en: 'Erasure' },
    text: {
      sv: 'Du kan begära att uppgifterna raderas, till exempel när de inte längre behövs. Måste något sparas enligt lag får du veta vad och varför.',
      en: 'You may ask for the data to be erased, for example when they are no longer needed. If the law requires something to be kept, you are told what and why.',
    },
  },
  {
    articles: '18',
    heading: { sv: 'Begränsning', en: 'Restriction' },
    text: {
      sv: 'Du kan begära att uppgifterna bara lagras och inte används medan en fråga om dem utreds.',
      en: 'You may ask that the data are only stored, and not used, while a question about them is looked into.',
    },
  },
  {
    articles: '20',
    heading: { sv: 'Dataportabilitet', en: 'Data portability' },
    text: {
      sv: 'Vilar behandlingen på samtycke eller avtal har du rätt att få uppgifterna i ett maskinläsbart format. De finns i register.csv och extract.json bredvid denna fil.',
      en: 'Where processing rests on consent or contract you have the right to the data in a machine-readable format. They are in register.csv and extract.json next to this file.',
    },
  },
  {
    articles: '21',
    heading: { sv: 'Invändning', en: 'Objection' },
    text: {
      sv: 'Vilar behandlingen på allmänt eller berättigat intresse kan du invända mot den. Mot direkt marknadsföring kan du alltid invända.',
      en: 'Where processing rests on public or legitimate interests you may object to it. You may always object to direct marketing.',
    },
  },
  {
    articles: '7.3',
    heading: { sv: 'Återkallat samtycke', en: 'Withdrawal of consent' },
    text: {
      sv: 'Har du lämnat samtycke kan du när som helst ta tillbaka det. Det som redan har gjorts blir inte olagligt av det.',
      en: 'If you have given consent you may withdraw it at any time. What was done before remains lawful.',
    },
  },
  {
    articles: '77',
    heading: { sv: 'Klagomål', en: 'Complaint' },
    text: {
      sv: 'Du kan klaga hos Integritetsskyddsmyndigheten (IMY), www.imy.se, om du anser att dina uppgifter behandlas i strid med lagen. Organisationen ska svara på din begäran inom en månad.',
      en: 'You may complain to the Swedish Authority for Privacy Protection (Integritetsskyddsmyndigheten, IMY), www.imy.se, if you think that your data are processed against the law. The organisation must answer your request within one month.',
    },
  },
];
