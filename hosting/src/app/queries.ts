/** How the app keeps what the server said: every reading of personal data is an event, so nothing is fetched without need. */
import { MutationCache, QueryClient } from '@tanstack/react-query';
import { toApiError } from '../api/apiError.ts';
import { workIsSent } from './unsavedWork.ts';

/** The cache of the signed-in tab; cleared at sign-out. */
export const queryClient = new QueryClient({
  // Every change but those that only show something, which say so. A late answer is about what was sent before it.
  mutationCache: new MutationCache({
    onSuccess: (_answer, _input, _before, { meta, state }) => (meta?.['isReading'] === true ? undefined : workIsSent(state.submittedAt)),
  }),
  defaultOptions: {
    queries: {
      // Offline must be an error that can be retried, not an endless wait.
      networkMode: 'always',
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      staleTime: 60_000,
      gcTime: 300_000,
      retry: (failures, error) => failures < 2 && toApiError(error).code === 'shared/unavailable',
      retryDelay: 800,
    },
    mutations: { networkMode: 'always' },
  },
});
