/** The signed-in account and its organisations, asked for once per sign-in. */
import { useQuery } from '@tanstack/react-query';
import { call } from '../api/call.ts';
import { sessionState } from '../api/session.ts';
import { rememberSessionTimes } from '../api/sessionTimes.ts';

/** The account; its answer also tells when the session ends. */
export function useAccount() {
  return useQuery({
    queryKey: ['account'],
    queryFn: async () => {
      const askedIn = sessionState();
      const account = await call('getAccount', {});
      // Of a session that has ended meanwhile they would end the next one.
      if (sessionState() === askedIn) rememberSessionTimes(account.session);
      return account;
    },
    staleTime: Infinity,
    gcTime: Infinity,
  });
}

/** The organisations of the account, with its role in each. */
export function useOrganisations() {
  return useQuery({
    queryKey: ['organisations'],
    queryFn: async () => (await call('listOrganisations', {})).organisations,
    staleTime: 300_000,
    gcTime: Infinity,
  });
}
