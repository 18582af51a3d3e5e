/** The log's filters as they stand in the address: ids and dates, no personal data. */
import { auditActions, operatorsActorId, type AuditAction } from '../../../../functions/src/audit/contract.ts';
import { idPattern } from '../../../../functions/src/shared/ids.ts';
import { networkOf } from '../../../../functions/src/shared/network.ts';
import type { AuditFilter } from '../../api/auditEvents.ts';

/** The filters as a form has them; empty text for what is not filtered by. Dates are `YYYY-MM-DD`. */
export type FilterForm = {
  readonly person: string;
  readonly actor: string;
  readonly action: AuditAction | '';
  readonly outcome: 'done' | 'refused' | '';
  /** A network as events have it, or an address within one. */
  readonly network: string;
  readonly from: string;
  readonly to: string;
};

/** No filter at all. */
export const noFilter: FilterForm = { person: '', actor: '', action: '', outcome: '', network: '', from: '', to: '' };

/** The fields whose text stands for nothing that could be looked for. */
export function wrongIn({ person, network }: FilterForm): readonly ('person' | 'network')[] {
  const isPerson = person.trim() === '' || idPattern.test(person.trim());
  const isNetwork = network.trim() === '' || writtenNetwork(network) !== null;
  return [...(isPerson ? [] : (['person'] as const)), ...(isNetwork ? [] : (['network'] as const))];
}

/** Reads the address; what is not a valid id, action or date counts as absent. */
export function filterOf(address: URLSearchParams): FilterForm {
  const matching = (key: string, pattern: RegExp) => {
    const value = address.get(key) ?? '';
    return pattern.test(value) ? value : '';
  };
  const date = /^\d{4}-\d{2}-\d{2}$/;
  return {
    person: matching('person', idPattern),
    actor: address.get('actor') === operatorsActorId ? operatorsActorId : matching('actor', idPattern),
    action: auditActions.find((action) => action === address.get('action')) ?? '',
    outcome: (['done', 'refused'] as const).find((outcome) => outcome === address.get('outcome')) ?? '',
    network: writtenNetwork(address.get('network') ?? '') ?? '',
    from: matching('from', date),
    to: matching('to', date),
  };
}

/** The network that a network or an address stands for, as events have it; null for any other text. */
export function writtenNetwork(text: string): string | null {
  const [address = '', bits, ...more] = text.trim().toLowerCase().split('/');
  const network = networkOf(address);
  const isWhole = bits === undefined || (more.length === 0 && network?.endsWith(`/${bits}`) === true);
  return isWhole ? network : null;
}

/** The address of a form, without what is empty. */
export function addressOf(form: FilterForm): Record<string, string> {
  return Object.fromEntries(Object.entries(form).filter(([, value]) => value.trim() !== ''));
}

/** What the database is asked. Days are the reader's own: from the first second of one to the last of the other. */
export function queryOf(form: FilterForm): AuditFilter {
  const from = form.from === '' ? null : new Date(`${form.from}T00:00:00`);
  const before = form.to === '' ? null : new Date(`${form.to}T00:00:00`);
  before?.setDate(before.getDate() + 1);
  return {
    ...(form.person === '' ? {} : { dataSubjectId: form.person }),
    ...(form.actor === '' ? {} : { actorId: form.actor }),
    ...(form.action === '' ? {} : { action: form.action }),
    ...(form.outcome === '' ? {} : { outcome: form.outcome }),
    ...(form.network === '' ? {} : { network: form.network }),
    ...(from === null ? {} : { from }),
    ...(before === null ? {} : { before }),
  };
}
