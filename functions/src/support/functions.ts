/** Binds the callables of support to their use cases. */
import { unboundCallable } from '../identity/identityCallable.ts';
import { memberCallable } from '../orgs/memberCallable.ts';
import { refusedCallOf } from '../orgs/recordRefusal.ts';
import { systemClock } from '../platform/clock.ts';
import { supportCallables } from './contract.ts';
import {
  claimSupportGrant as claim,
  createSupportGrant as create,
  endSupportGrant as end,
  listOpenGrants as listOpen,
  listSupportGrants as list,
} from './grants.ts';

export const createSupportGrant = /* @__PURE__ */ memberCallable(
  supportCallables,
  'createSupportGrant',
  'support.grant',
  {},
  (actor, input) => create(actor, input, systemClock),
);

export const endSupportGrant = /* @__PURE__ */ memberCallable(
  supportCallables,
  'endSupportGrant',
  'support.grant',
  {},
  async (actor, { grantId }) => {
    await end(actor, grantId);
    return {};
  },
);

export const listSupportGrants = /* @__PURE__ */ memberCallable(supportCallables, 'listSupportGrants', 'support.readGrants', {}, (actor) =>
  list(actor, systemClock),
);

export const listOpenGrants = /* @__PURE__ */ unboundCallable(supportCallables, 'listOpenGrants', {}, (caller) =>
  listOpen(caller, systemClock),
);

export const claimSupportGrant = /* @__PURE__ */ unboundCallable(
  supportCallables,
  'claimSupportGrant',
  {},
  async (caller, { orgId, grantId }) => ({ orgId: await claim(caller, orgId, grantId, systemClock) }),
  /* @__PURE__ */ refusedCallOf('claimSupportGrant', systemClock),
);
