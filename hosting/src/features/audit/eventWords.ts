/** The words of an event: who, which fields, how it went. */
import { operatorsActorId } from '../../../../functions/src/audit/contract.ts';
import { standardFields } from '../../../../functions/src/register/fields.ts';
import type { AuditEvent } from '../../api/auditEvents.ts';
import { useLanguage } from '../../i18n/language.tsx';
import type { Member } from '../orgs/data.ts';

const standardLabels: Readonly<Record<string, { readonly label: { readonly sv: string; readonly en: string } }>> = standardFields;

/** Words for the parts of events; `members` are those whose names are known. */
export function useEventWords(members: readonly Member[]) {
  const { locale, text } = useLanguage();
  const { audit, orgs } = text;
  const otherFields: Readonly<Record<string, string>> = audit.otherFields;
  const reasons: Readonly<Record<string, string>> = audit.reasons;
  const memberOf = ({ actorId }: Pick<AuditEvent, 'actorId'>) => members.find(({ accountId }) => accountId === actorId);
  const isOperators = ({ actorId }: Pick<AuditEvent, 'actorId'>) => actorId === operatorsActorId;
  const withKind = (who: string, { actorKind }: Pick<AuditEvent, 'actorKind'>) => (actorKind === 'job' ? `${who} (${audit.job})` : who);
  return {
    /** The name of whoever did it. */
    actor: (event: Pick<AuditEvent, 'actorId' | 'actorKind'>) =>
      isOperators(event) ? audit.operators : withKind(memberOf(event)?.displayName ?? audit.formerMember, event),
    /** Role and the beginning of the account's random id, as in a register extract: no name. */
    role: (event: Pick<AuditEvent, 'actorId' | 'actorKind' | 'grantId'>) => {
      if (isOperators(event)) return audit.operators;
      const member = memberOf(event);
      const role = event.grantId !== null ? orgs.roles.support : member === undefined ? audit.formerMember : orgs.roles[member.role];
      return withKind(`${role} ${event.actorId.slice(0, 6)}`, event);
    },
    field: (name: string) => standardLabels[name]?.label[locale].toLowerCase() ?? otherFields[name] ?? name,
    /** Why it was refused, in a few words; the code itself when there are none. */
    refusal: (outcome: AuditEvent['outcome']) => reasons[outcome] ?? outcome,
  };
}
