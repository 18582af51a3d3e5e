/** Binds the callables of orgs to its use cases. */
import { systemClock } from '../platform/clock.ts';
import { anyScopeCallable, unboundCallable } from '../identity/identityCallable.ts';
import { orgsCallables } from './contract.ts';
import { createOrganisation as found } from './createOrganisation.ts';
import { memberCallable } from './memberCallable.ts';
import { listMembers as list } from './members/listMembers.ts';
import { updateOrganisation as update } from './settings/updateOrganisation.ts';
import { organisationsOf } from './store.ts';

export const createOrganisation = /* @__PURE__ */ unboundCallable(orgsCallables, 'createOrganisation', {}, async (caller, input) => ({
  orgId: await found(caller, input, systemClock),
}));

export const listOrganisations = /* @__PURE__ */ anyScopeCallable(
  orgsCallables,
  'listOrganisations',
  {},
  async ({ accountId, onlyOrgId }) => {
    const all = (await organisationsOf(accountId, systemClock())).filter(({ isLockedOut }) => !isLockedOut);
    const mine = onlyOrgId === null ? all : all.filter(({ orgId }) => orgId === onlyOrgId);
    return {
      organisations: mine.map(({ orgId, role, organisation }) => ({
        orgId,
        role,
        name: organisation.name,
        organisationNumber: organisation.organisationNumber,
      })),
    };
  },
);

export const updateOrganisation = /* @__PURE__ */ memberCallable(
  orgsCallables,
  'updateOrganisation',
  'orgs.manage',
  {},
  async (actor, { orgId: _orgId, version, ...wanted }) => ({ version: await update(actor, version, wanted, systemClock) }),
);

export const listMembers = /* @__PURE__ */ memberCallable(orgsCallables, 'listMembers', 'orgs.readMembers', {}, async (actor) => ({
  members: await list(actor, systemClock),
}));
