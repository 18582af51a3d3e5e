/** Asking for folders. Their names are no readings of persons' data, so they leave no events. */
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/call.ts';

/** The folders that the reader may see. */
export function useFolders(orgId: string) {
  return useQuery({ queryKey: ['folders', orgId], queryFn: async () => (await call('listFolders', { orgId })).folders });
}

/** One folder; with 'always' it is fetched also when it is known. */
export function useFolder(orgId: string, folderId: string, refetchOnMount: true | 'always' = true) {
  return useQuery({ queryKey: ['folders', orgId, folderId], queryFn: () => call('getFolder', { orgId, folderId }), refetchOnMount });
}
