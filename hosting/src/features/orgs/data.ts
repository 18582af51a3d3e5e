/** What the screens of an organisation ask for. Readings of personal data are events, so they are kept for a while. */
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/call.ts';
import type { Output } from '../../api/callables.ts';
import { readOrganisation } from '../../api/documents.ts';

/** A member as the list has them. */
export type Member = Output<'listMembers'>['members'][number];
/** A team as the list has it. */
export type Team = Output<'listTeams'>['teams'][number];

/** The organisation's own document; with 'always' it is fetched also when it is known. */
export function useOrganisation(orgId: string, refetchOnMount: true | 'always' = true) {
  return useQuery({ queryKey: ['organisation', orgId], queryFn: () => readOrganisation(orgId), refetchOnMount });
}

/** The members, asked for at most every ten minutes: each asking is an event. */
export function useMembers(orgId: string, isWanted = true) {
  return useQuery({
    queryKey: ['members', orgId],
    queryFn: async () => (await call('listMembers', { orgId })).members,
    staleTime: 600_000,
    enabled: isWanted,
  });
}

/** The teams. */
export function useTeams(orgId: string) {
  return useQuery({ queryKey: ['teams', orgId], queryFn: async () => (await call('listTeams', { orgId })).teams });
}

/** Open and expired invitations; an event at each asking. */
export function useInvitations(orgId: string) {
  return useQuery({
    queryKey: ['invitations', orgId],
    queryFn: async () => (await call('listInvitations', { orgId })).invitations,
    staleTime: 600_000,
  });
}
