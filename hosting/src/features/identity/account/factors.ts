/** The ways to sign in that the account has. */
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../../api/call.ts';
import type { Output } from '../../../api/callables.ts';
import type { Messages } from '../../../i18n/messages.ts';

/** One way to sign in. */
export type Factor = Output<'listFactors'>['factors'][number];

/** Asked for when a screen needs it, and anew after each change. */
export const factorsQuery = queryOptions({ queryKey: ['factors'], queryFn: () => call('listFactors', {}), staleTime: 60_000 });

/** A factor's name, with the label that its owner gave it. */
export function factorName({ ownAccount }: Messages, { kind, label }: Pick<Factor, 'kind' | 'label'>): string {
  return label === null ? ownAccount.kinds[kind] : ownAccount.labelled(ownAccount.kinds[kind], label);
}
