/** Binds the callables that change members to their use cases. */
import { systemClock } from '../../platform/clock.ts';
import { memberCallable } from '../memberCallable.ts';
import {
  changeMember as change,
  leaveOrganisation as leave,
  removeMember as remove,
  transferOwnership as transfer,
} from './changeMembers.ts';
import { membersCallables } from './contract.ts';

export const changeMember = /* @__PURE__ */ memberCallable(membersCallables, 'changeMember', 'orgs.members', {}, async (actor, input) => {
  await change(actor, input, systemClock);
  return {};
});

export const removeMember = /* @__PURE__ */ memberCallable(
  membersCallables,
  'removeMember',
  'orgs.members',
  {},
  async (actor, { accountId }) => {
    await remove(actor, accountId);
    return {};
  },
);

export const leaveOrganisation = /* @__PURE__ */ memberCallable(membersCallables, 'leaveOrganisation', 'orgs.leave', {}, async (actor) => {
  await leave(actor);
  return {};
});

export const transferOwnership = /* @__PURE__ */ memberCallable(
  membersCallables,
  'transferOwnership',
  'orgs.transfer',
  {},
  async (actor, { accountId }) => {
    await transfer(actor, accountId, systemClock);
    return {};
  },
);
