/** A change on the server, after which what it touches is asked for anew. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/apiError.ts';

/** Whether a change was refused because somebody else was faster. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'shared/conflict';
}

/**
 * Runs `change`; on success, and when somebody else was faster, the queries under `refreshes` are fetched again before `isPending`
 * ends. Values are not kept.
 */
export function useChange<I, O>(
  change: (input: I) => Promise<O>,
  refreshes: readonly (readonly unknown[])[],
  onDone?: (output: O, input: I) => void,
) {
  const queries = useQueryClient();
  const refresh = () => Promise.all(refreshes.map((queryKey) => queries.invalidateQueries({ queryKey })));
  return useMutation({
    mutationFn: change,
    gcTime: 0,
    onSuccess: async (output, input) => {
      await refresh();
      onDone?.(output, input);
    },
    onError: (error) => (isConflict(error) ? refresh() : undefined),
  });
}
