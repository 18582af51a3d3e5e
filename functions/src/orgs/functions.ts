/** Binds the callables of orgs to its use cases. */
import type * as z from 'zod/mini';
import { recordReading } from '../audit/event.ts';
import { authenticateWith, type Caller } from '../identity/session.ts';
import { callable } from '../platform/callable.ts';
import { systemClock } from '../platform/clock.ts';
import { subjectKeys } from '../platform/keyring.ts';
import { orgsCallables } from './contract.ts';
import { createOrganisation as found } from './createOrganisation.ts';
import { memberCallable } from './memberCallable.ts';
import { activeMembers, memberKeyId, openMember, organisationsOf, updateSettings } from './store.ts';

type Name = keyof typeof orgsCallables;

/** A callable of whoever is signed in, in no organisation yet or in any. */
function signedIn<N extends Name>(
  name: N,
  run: (caller: Caller, input: z.output<(typeof orgsCallables)[N]['input']>) => Promise<z.input<(typeof orgsCallables)[N]['output']>>,
) {
  return callable<(typeof orgsCallables)[N], Caller, Caller>(
    {},
    {
      contract: orgsCallables[name],
      authenticate: authenticateWith(systemClock),
      authorize: async (caller) => caller,
      run,
    },
  );
}

export const createOrganisation = /* @__PURE__ */ signedIn('createOrganisation', async (caller, input) => ({
  orgId: await found(caller, input, systemClock),
}));

export const listOrganisations = /* @__PURE__ */ signedIn('listOrganisations', async (caller) => {
  const mine = await organisationsOf(caller.accountId);
  return {
    organisations: mine.map(({ orgId, role, organisation }) => ({
      orgId,
      role,
      name: organisation.name,
      organisationNumber: organisation.organisationNumber,
    })),
  };
});

export const updateOrganisation = /* @__PURE__ */ memberCallable(
  orgsCallables,
  'updateOrganisation',
  'orgs.manage',
  {},
  async (actor, input) => {
    const { name, identityNumberGround, version } = input;
    return { version: await updateSettings(actor, version, { name, identityNumberGround }) };
  },
);

export const listMembers = /* @__PURE__ */ memberCallable(orgsCallables, 'listMembers', 'orgs.read', {}, async (actor) => {
  const members = await activeMembers(actor);
  const targetIds = members.map((member) => member.accountId);
  await recordReading(actor.db, actor, { action: 'orgs.members.read', targetKind: 'member', targetIds, fields: ['displayName', 'email'] });
  const keys = await subjectKeys(
    actor.orgId,
    members.map((member) => memberKeyId(actor.orgId, member.accountId)),
  );
  return {
    members: members.flatMap(({ accountId, role, sealed }) => {
      const dek = keys.get(memberKeyId(actor.orgId, accountId));
      return dek === undefined ? [] : [{ accountId, role, ...openMember(dek, actor.orgId, accountId, sealed) }];
    }),
  };
});
