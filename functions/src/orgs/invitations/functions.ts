/** Binds the callables of invitations to their use cases. */
import { unboundCallable } from '../../identity/identityCallable.ts';
import { callable } from '../../platform/callable.ts';
import { systemClock } from '../../platform/clock.ts';
import { appUrl } from '../../platform/config.ts';
import { sendMail } from '../../platform/email.ts';
import { memberCallable } from '../memberCallable.ts';
import { refusedCallOf } from '../recordRefusal.ts';
import { acceptInvitation as accept, describeInvitation } from './acceptInvitation.ts';
import { invitationsCallables } from './contract.ts';
import {
  inviteMember as invite,
  listInvitations as list,
  resendInvitation as resend,
  withdrawInvitation as withdraw,
  type InvitationWorld,
} from './inviteMember.ts';

const mailing = { secrets: ['SMTP_URL'] };
const world = (): InvitationWorld => ({ clock: systemClock, sendMail, appUrl: appUrl() });

export const inviteMember = /* @__PURE__ */ memberCallable(
  invitationsCallables,
  'inviteMember',
  'orgs.invite',
  mailing,
  async (actor, input) => ({ invitationId: await invite(actor, input, world()) }),
);

export const listInvitations = /* @__PURE__ */ memberCallable(
  invitationsCallables,
  'listInvitations',
  'orgs.invite',
  {},
  async (actor) => ({
    invitations: (await list(actor, systemClock)).map(({ isExpired, createdAt, expiresAt, teamIds, ...invitation }) => ({
      ...invitation,
      state: isExpired ? ('expired' as const) : ('open' as const),
      teamIds: [...teamIds],
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
    })),
  }),
);

export const resendInvitation = /* @__PURE__ */ memberCallable(
  invitationsCallables,
  'resendInvitation',
  'orgs.invite',
  mailing,
  async (actor, { invitationId }) => ({ expiresAt: (await resend(actor, invitationId, world())).toISOString() }),
);

export const withdrawInvitation = /* @__PURE__ */ memberCallable(
  invitationsCallables,
  'withdrawInvitation',
  'orgs.invite',
  {},
  async (actor, { invitationId }) => {
    await withdraw(actor, invitationId);
    return {};
  },
);

export const getInvitation = /* @__PURE__ */ callable<typeof invitationsCallables.getInvitation, null, null>(
  {},
  {
    contract: invitationsCallables.getInvitation,
    authenticate: async () => null,
    authorize: async () => null,
    run: (_nobody, link) => describeInvitation(link, systemClock),
  },
);

export const acceptInvitation = /* @__PURE__ */ unboundCallable(
  invitationsCallables,
  'acceptInvitation',
  {},
  async (caller, link) => ({ orgId: await accept(caller, link, systemClock) }),
  /* @__PURE__ */ refusedCallOf('acceptInvitation', systemClock),
);
