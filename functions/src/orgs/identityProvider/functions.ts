/** Binds the callables of an organisation's identity provider. */
import { systemClock } from '../../platform/clock.ts';
import { memberCallable } from '../memberCallable.ts';
import { identityProviderCallables as contracts } from './contract.ts';
import { removeProvider, setProvider, showProvider } from './setProvider.ts';

export const getIdentityProvider = /* @__PURE__ */ memberCallable(contracts, 'getIdentityProvider', 'orgs.manage', {}, showProvider);

export const setIdentityProvider = /* @__PURE__ */ memberCallable(
  contracts,
  'setIdentityProvider',
  'orgs.identityProvider',
  {},
  async (actor, { orgId: _orgId, ...provider }) => {
    await setProvider(actor, provider, systemClock);
    return {};
  },
);

export const removeIdentityProvider = /* @__PURE__ */ memberCallable(
  contracts,
  'removeIdentityProvider',
  'orgs.identityProvider',
  {},
  async (actor) => {
    await removeProvider(actor, systemClock);
    return {};
  },
);
