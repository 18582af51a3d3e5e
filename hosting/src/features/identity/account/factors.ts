/** The ways to sign in that the account has. */
import { queryOptions } from '@tanstack/react-query';
import { toApiError } from '../../../api/apiError.ts';
import { call, callOnce, endIfSessionIsDead } from '../../../api/call.ts';
import type { Output } from '../../../api/callables.ts';
import { sessionState } from '../../../api/session.ts';
import type { Messages } from '../../../i18n/messages.ts';

/** One way to sign in. */
export type Factor = Output<'listFactors'>['factors'][number];

/** Asked for when a screen needs it, and anew after each change. */
export const factorsQuery = queryOptions({ queryKey: ['factors'], queryFn: () => call('listFactors', {}), staleTime: 60_000 });

/**
 * The kinds of the account's ways, for the question that others wait for, so it never waits for that question itself. Null when they
 * are not told before the person has confirmed who they are, as in a session that an organisation vouched for.
 */
export const confirmingKindsQuery = queryOptions({
  queryKey: ['factors', 'confirming'],
  queryFn: async ({ client }): Promise<readonly Factor['kind'][] | null> => {
    const sentIn = sessionState();
    const known = client.getQueryData(factorsQuery.queryKey);
    if (known !== undefined) return known.factors.map(({ kind }) => kind);
    try {
      return (await callOnce('listFactors', {})).factors.map(({ kind }) => kind);
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.code === 'identity/reauthentication-needed') return null;
      await endIfSessionIsDead(error, sentIn);
      throw error;
    }
  },
  gcTime: 0,
});

/** A factor's name, with the label that its owner gave it. */
export function factorName({ ownAccount }: Messages, { kind, label }: Pick<Factor, 'kind' | 'label'>): string {
  return label === null ? ownAccount.kinds[kind] : ownAccount.labelled(ownAccount.kinds[kind], label);
}
