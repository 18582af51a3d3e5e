/** A change on the server, after which what it touches is asked for anew. */
import { useMutation, useQueryClient } from '@tanstack/react-query';

/** Runs `change`; on success the queries under `refreshes` are fetched again before `isPending` ends. Values are not kept. */
export function useChange<I, O>(
  change: (input: I) => Promise<O>,
  refreshes: readonly (readonly unknown[])[],
  onDone?: (output: O, input: I) => void,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    gcTime: 0,
    onSuccess: async (output, input) => {
      await Promise.all(refreshes.map((queryKey) => queries.invalidateQueries({ queryKey })));
      onDone?.(output, input);
    },
  });
}
