/**
 * From opened records, audit events and the inventory to the content of an extract.
 *
 * Guarantees: pure; nothing that is handed in is left out (a value that the declarations do not name is refused, not
 * dropped); collections appear even when they hold nothing about the person. Does not fetch, open or authorize.
 */
import type { AuditAction, AuditEventDoc } from '../audit/contract.ts';
import type { Evidence } from '../audit/store.ts';
import type { Locale } from '../identity/contract.ts';
import type { IdentityNumberGround, Role } from '../orgs/contract.ts';
import type { BilingualText, PersonalDataDeclaration, SubjectCollection, SubjectRecord } from '../shared/personalData.ts';
import type { IsoInstant } from '../shared/time.ts';
import { extractFormat, type ExtractAccess, type ExtractModel, type ExtractSection } from './extractModel.ts';
import {
  actionWords,
  actorWords,
  identityNumberGroundWords,
  legalBasisWords,
  partyWords,
  refusedWords,
  rights,
  roleWords,
  sourceWords,
} from './extractWords.ts';

/** One collection of the inventory with what it holds about the person. */
export type ExtractSectionInput = Pick<SubjectCollection, 'label' | 'fields'> & {
  readonly declaration: Pick<PersonalDataDeclaration, 'collection' | 'legalBasis' | 'retention' | 'recipients'>;
  readonly records: readonly SubjectRecord[];
};

/** One audit event about the person. `role` is null for someone who is no longer a member, or, refused, may never have been one. */
export type ExtractAccessInput = {
  readonly at: IsoInstant;
  readonly action: AuditAction;
  readonly outcome: AuditEventDoc<unknown>['outcome'];
  readonly actor:
    | { readonly kind: 'member'; readonly role: Role | null; readonly id: string }
    | { readonly kind: 'job'; readonly id: string };
  readonly fields: readonly string[];
  readonly evidence: Evidence;
};

/** Everything an extract is made from. */
export type ExtractInputs = {
  readonly locale: Locale;
  readonly createdAt: IsoInstant;
  /** Role of the member who asked for it; null if no longer a member. */
  readonly createdBy: Role | null;
  readonly organisation: {
    readonly orgId: string;
    readonly name: string;
    /** Ten digits. */
    readonly organisationNumber: string;
    readonly identityNumberGround: { readonly ground: IdentityNumberGround; readonly explanation: string } | null;
  };
  readonly dataSubjectId: string;
  readonly sections: readonly ExtractSectionInput[];
  readonly accessLog: readonly ExtractAccessInput[];
};

/** The content of an extract. Throws TypeError for a value whose field is not declared in its section. */
export function buildExtract(inputs: ExtractInputs): ExtractModel {
  const { locale, organisation } = inputs;
  const { orgId, name, organisationNumber, identityNumberGround: ground } = organisation;
  return {
    format: extractFormat,
    locale,
    createdAt: inputs.createdAt,
    createdBy: { role: inputs.createdBy, text: memberWords(inputs.createdBy)[locale] },
    organisation: { orgId, name, organisationNumber },
    dataSubjectId: inputs.dataSubjectId,
    controller: partyWords.controller(name, hyphenated(organisationNumber))[locale],
    processor: partyWords.processor[locale],
    storage: partyWords.storage[locale],
    identityNumberGround: ground && {
      ground: ground.ground,
      text: identityNumberGroundWords[ground.ground][locale],
      explanation: ground.explanation,
    },
    sections: inputs.sections.map((section) => buildSection(section, locale)),
    accessLog: inputs.accessLog.map((event) => buildAccess(event, locale)).toSorted(newestFirst),
    fieldLabels: fieldLabels(inputs),
    rights: rights.map(({ articles, heading, text }) => ({ articles, heading: heading[locale], text: text[locale] })),
  };
}

/** An organisation number as it is written: `802002-4280`. Anything but ten digits stays as it is. */
export function hyphenated(organisationNumber: string): string {
  return /^\d{10}$/.test(organisationNumber) ? `${organisationNumber.slice(0, 6)}-${organisationNumber.slice(6)}` : organisationNumber;
}

function buildSection(section: ExtractSectionInput, locale: Locale): ExtractSection {
  const { collection, legalBasis, retention, recipients } = section.declaration;
  const declared = Object.entries(section.fields);
  return {
    collection,
    label: section.label[locale],
    purposes: [...new Set(declared.map(([, field]) => field.purpose[locale]))],
    legalBasis: { article: legalBasis, text: legalBasisWords[legalBasis ?? 'none'][locale] },
    retention: retention[locale],
    recipients: recipients.map((recipient) => recipient[locale]),
    records: section.records.map((record) => buildRecord(record, section, locale)),
  };
}

function buildRecord(record: SubjectRecord, section: ExtractSectionInput, locale: Locale): ExtractSection['records'][number] {
  const undeclared = Object.keys(record.values).filter((name) => !Object.hasOwn(section.fields, name));
  if (undeclared.length > 0) throw new TypeError(`"${undeclared.join('", "')}" of ${section.declaration.collection} is in no declaration`);
  const fields = Object.entries(section.fields).flatMap(([name, { label, purpose }]) => {
    const value = Object.hasOwn(record.values, name) ? record.values[name] : undefined;
    return value === undefined ? [] : [{ name, label: label[locale], value, purpose: purpose[locale] }];
  });
  const { id, createdAt, updatedAt } = record;
  return { id, source: { kind: record.source, text: sourceWords[record.source][locale] }, fields, createdAt, updatedAt };
}

function buildAccess({ at, action, outcome, actor, fields, evidence }: ExtractAccessInput, locale: Locale): ExtractAccess {
  const role = actor.kind === 'member' ? actor.role : null;
  const isDone = outcome === 'done';
  const words = actor.kind === 'job' ? actorWords.job : role === null && !isDone ? actorWords.outsider : memberWords(role);
  return {
    at,
    action,
    actionText: isDone ? actionWords[action][locale] : refusedWords(actionWords[action])[locale],
    outcome,
    actor: { kind: actor.kind, role, text: words[locale], id: actor.id },
    fields: [...fields],
    evidence,
  };
}

const memberWords = (role: Role | null): BilingualText => (role === null ? actorWords.formerMember : roleWords[role]);

/** Stable, so that events of one instant keep the order in which they were handed in. */
const newestFirst = (a: ExtractAccess, b: ExtractAccess): number => Date.parse(b.at) - Date.parse(a.at);

function fieldLabels({ sections, accessLog, locale }: ExtractInputs): Record<string, string> {
  const used = new Set(accessLog.flatMap((event) => event.fields));
  const declared = sections.flatMap((section) => Object.entries(section.fields));
  return Object.fromEntries(declared.filter(([name]) => used.has(name)).map(([name, field]) => [name, field.label[locale]]));
}
