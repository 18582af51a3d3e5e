/** The signed-in account and its organisations, asked for once per sign-in. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { call } from '../api/call.ts';
import { rememberSessionTimes } from '../api/sessionTimes.ts';

/** The account; its answer also tells when the session ends. */
export function useAccount() {
  const account = useQuery({ queryKey: ['account'], queryFn: () => call('getAccount', {}), staleTime: Infinity, gcTime: Infinity });
  const times = account.data?.session;
  useEffect(() => {
    if (times !== undefined) rememberSessionTimes(times);
  }, [times]);
  return account;
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
