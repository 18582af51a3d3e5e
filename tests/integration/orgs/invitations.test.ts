/** Invitations: by mail, for one address, once; everything else ends them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { givenRoles, rolesBelowAdministrator, type GivenRole } from '../../../functions/src/orgs/contract.ts';
import { invitationsCallables } from '../../../functions/src/orgs/invitations/contract.ts';
import { teamsCallables } from '../../../functions/src/orgs/teams/contract.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import {
  addMember,
  builtFunctions,
  database,
  eventsOf,
  everyDocument,
  makeStale,
  newEmail,
  newOrganisation,
  refusal,
  refusedWith,
  signUp,
  statusOfRead,
  stored,
  type Organisation,
  type SignedIn,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
let other: Organisation;
let administrator: SignedIn;
let stranger: SignedIn;
beforeAll(async () => {
  [at, other] = [await newOrganisation(local), await newOrganisation(local)];
  administrator = await addMember(local, at.orgId, 'administrator');
  stranger = await signUp(local);
});

type Link = { readonly orgId: string; readonly invitationId: string; readonly token: string };

/** The link in the newest mail to an address. */
async function linkIn(email: string): Promise<Link & { readonly text: string; readonly subject: string }> {
  const { text, subject } = await local.mailbox.next(email);
  const match = /\/invitation\/([\w-]+)\/([\w-]+)#([\w-]+)\s/.exec(text);
  if (match === null) throw new Error(`no link in the mail "${subject}"`);
  const [, orgId = '', invitationId = '', token = ''] = match;
  return { orgId, invitationId, token, text, subject };
}

const invite = (email: string, over: object = {}, by = at.owner) =>
  local.callable('inviteMember', { orgId: at.orgId, email, role: 'editor', teamIds: [], locale: 'sv', ...over }, by.idToken);
const accept = ({ orgId, invitationId, token }: Link, by: SignedIn) =>
  local.callable('acceptInvitation', { orgId, invitationId, token }, by.idToken);
const look = async ({ orgId, invitationId, token }: Link) =>
  invitationsCallables.getInvitation.output.parse(await local.callable('getInvitation', { orgId, invitationId, token }));
const resend = ({ orgId, invitationId }: Link, by = at.owner) => local.callable('resendInvitation', { orgId, invitationId }, by.idToken);
const withdraw = ({ orgId, invitationId }: Link, by = at.owner) =>
  local.callable('withdrawInvitation', { orgId, invitationId }, by.idToken);
const list = async (by = at.owner) =>
  invitationsCallables.listInvitations.output.parse(await local.callable('listInvitations', { orgId: at.orgId }, by.idToken)).invitations;
const memberOf = ({ accountId }: SignedIn) => stored(local, `orgs/${at.orgId}/members/${accountId}`);
/** Invites a new account; answers the account and the link. */
async function invited(over: object = {}, by = at.owner): Promise<{ who: SignedIn; link: Link }> {
  const who = await signUp(local, 'Berit Prov');
  await invite(who.email, over, by);
  return { who, link: await linkIn(who.email) };
}

describe('an invitation', () => {
  test('says who invites, to what and as what, in the recipient’s language', async () => {
    for (const [locale, words] of [
      ['sv', /Ada Prov bjuder in dig till Föreningen Prov i Valv som redaktör/],
      ['en', /Ada Prov invites you to Föreningen Prov in Valv as an editor/],
    ] as const) {
      const email = newEmail();
      await invite(email, { locale });
      const { text, subject, ...link } = await linkIn(email);
      expect(text).toMatch(words);
      expect(subject).toContain('Föreningen Prov');
      expect(link.token).toMatch(/^[\w-]{43}$/);
      expect(await look(link)).toEqual({
        organisationName: 'Föreningen Prov',
        role: 'editor',
        invitedBy: 'Ada Prov',
        emailHint: `${email[0] ?? ''}…@example.org`,
        expiresAt: expect.any(String),
        state: 'open',
      });
    }
    const { who } = await invited({ locale: 'en' });
    const account = await stored(local, `accounts/${who.accountId}`);
    expect(account).toBeDefined();
  });

  test('goes in the language of the account when the address has one', async () => {
    const who = await signUp(local); // in Swedish
    await invite(who.email, { locale: 'en' });
    expect((await linkIn(who.email)).text).toMatch(/bjuder in dig/);
  });

  test('makes its recipient a member, with role and teams, and leaves events', async () => {
    const { teamId } = teamsCallables.createTeam.output.parse(
      await local.callable('createTeam', { orgId: at.orgId, name: 'Styrelsen' }, at.owner.idToken),
    );
    const { who, link } = await invited({ role: 'reader', teamIds: [teamId] });
    expect(await statusOfRead(local, `orgs/${at.orgId}`, who.idToken)).toBe(403);
    expect(await accept(link, who)).toEqual({ orgId: at.orgId });
    expect(await memberOf(who)).toMatchObject({ role: 'reader', state: 'active', teamIds: [teamId], expiresAt: null, grantId: null });
    expect(await statusOfRead(local, `orgs/${at.orgId}`, who.idToken)).toBe(200);
    expect(await look(link)).toMatchObject({ state: 'accepted' });
    const events = (await eventsOf(local, at.orgId)).filter(({ targetIds }) => (targetIds as string[])[0] === link.invitationId);
    expect(events.map(({ action, actorId }) => ({ action, actorId }))).toEqual([
      { action: 'orgs.invitation.create', actorId: at.owner.accountId },
      { action: 'orgs.invitation.accept', actorId: who.accountId },
    ]);
  });

  test('to become owner counts the owners', async () => {
    const before = Number((await stored(local, `orgs/${at.orgId}`))?.['ownerCount']);
    const { who, link } = await invited({ role: 'owner' });
    await accept(link, who);
    expect((await stored(local, `orgs/${at.orgId}`))?.['ownerCount']).toBe(before + 1);
    await local.callable('leaveOrganisation', { orgId: at.orgId }, who.idToken);
    expect((await stored(local, `orgs/${at.orgId}`))?.['ownerCount']).toBe(before);
  });

  test('is neither stored nor logged in the clear', async () => {
    const email = newEmail();
    await invite(email);
    const { token } = await linkIn(email);
    const documents = JSON.stringify(await everyDocument(local));
    for (const secret of [
      email,
      token,
      Buffer.from(email).toString('base64').slice(0, 16),
      Buffer.from(token).toString('base64').slice(0, 24),
    ])
      expect(documents).not.toContain(secret);
  });
});

describe('accepting', () => {
  test('twice, and in two tabs at once, makes one member and one event', async () => {
    const { who, link } = await invited();
    const outcomes = await Promise.allSettled([accept(link, who), accept(link, who), accept(link, who)]);
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(['orgs/invitation-ended', 'shared/conflict']).toContain(await refusedWith(Promise.reject(outcome.reason as unknown)));
    expect(await accept(link, who)).toEqual({ orgId: at.orgId });
    const events = (await eventsOf(local, at.orgId)).filter(
      ({ action, actorId }) => action === 'orgs.invitation.accept' && actorId === who.accountId,
    );
    expect(events).toHaveLength(1);
  });

  test('is for the invited address only', async () => {
    const { who, link } = await invited();
    expect(await refusal(accept(link, stranger))).toMatchObject({ code: 'orgs/invitation-for-another', status: 403 });
    expect(await memberOf(stranger)).toBeUndefined();
    await accept(link, who);
  });

  test('by somebody who was removed makes them a member again, with the new role', async () => {
    const { who, link } = await invited({ role: 'editor' });
    await accept(link, who);
    await local.callable('removeMember', { orgId: at.orgId, accountId: who.accountId }, at.owner.idToken);
    expect(await refusedWith(accept(link, who))).toBe('orgs/invitation-ended');
    await invite(who.email, { role: 'reader' });
    await accept(await linkIn(who.email), who);
    expect(await memberOf(who)).toMatchObject({ role: 'reader', state: 'active' });
    const members = await local.callable('listMembers', { orgId: at.orgId }, who.idToken);
    expect(JSON.stringify(members)).toContain(who.email);
  });

  test('by somebody who became a member meanwhile is refused', async () => {
    const { who, link } = await invited({ role: 'owner' });
    await addMember(local, at.orgId, 'reader', { account: who });
    expect(await refusedWith(accept(link, who))).toBe('orgs/already-member');
    expect(await memberOf(who)).toMatchObject({ role: 'reader' });
    await withdraw(link);
  });

  test('gives no team that was removed meanwhile', async () => {
    const { teamId, version } = teamsCallables.createTeam.output.parse(
      await local.callable('createTeam', { orgId: at.orgId, name: 'Tillfällig' }, at.owner.idToken),
    );
    const { who, link } = await invited({ teamIds: [teamId] });
    await local.callable('removeTeam', { orgId: at.orgId, teamId, version }, at.owner.idToken);
    await accept(link, who);
    expect(await memberOf(who)).toMatchObject({ teamIds: [] });
  });
});

describe('an invitation ends', () => {
  const endings: [string, (link: Link) => Promise<unknown>, string][] = [
    ['when it is withdrawn', (link) => withdraw(link), 'withdrawn'],
    [
      'when its time has passed',
      (link) =>
        database(local)
          .doc(`orgs/${link.orgId}/invitations/${link.invitationId}`)
          .update({ expiresAt: new Date(0) }),
      'expired',
    ],
  ];
  test.each(endings)('%s', async (_how, end, state) => {
    const { who, link } = await invited();
    await end(link);
    expect(await look(link)).toMatchObject({ state });
    expect(await refusal(accept(link, who))).toMatchObject({ code: 'orgs/invitation-ended', status: 400 });
    expect(await memberOf(who)).toBeUndefined();
  });

  test('when it is resent: the new link opens, the old one does not', async () => {
    const { who, link } = await invited();
    await resend(link, administrator);
    const renewed = await linkIn(who.email);
    expect(renewed.invitationId).toBe(link.invitationId);
    expect(renewed.token).not.toBe(link.token);
    expect(await refusedWith(accept(link, who))).toBe('orgs/invitation-ended');
    expect(await refusedWith(look(link))).toBe('orgs/invitation-ended');
    expect((await list()).find(({ invitationId }) => invitationId === link.invitationId)).toMatchObject({ resends: 1, state: 'open' });
    await accept(renewed, who);
  });

  test('when it expired it is resent, and opens again', async () => {
    const { who, link } = await invited();
    await database(local)
      .doc(`orgs/${at.orgId}/invitations/${link.invitationId}`)
      .update({ expiresAt: new Date(0) });
    expect((await list()).find(({ invitationId }) => invitationId === link.invitationId)).toMatchObject({ state: 'expired' });
    await resend(link);
    await accept(await linkIn(who.email), who);
  });

  test('when its author may not give the role any more', async () => {
    const author = await addMember(local, at.orgId, 'administrator');
    const { who, link } = await invited({}, author);
    await local.callable('removeMember', { orgId: at.orgId, accountId: author.accountId }, at.owner.idToken);
    expect(await refusedWith(accept(link, who))).toBe('orgs/invitation-ended');
    expect(await refusedWith(resend(link))).toBe('orgs/invitation-ended');
    await withdraw(link);
  });

  test('for good: a withdrawn or accepted one is not resent or withdrawn again', async () => {
    const { who, link } = await invited();
    await accept(link, who);
    for (const again of [resend, withdraw]) expect(await refusedWith(again(link))).toBe('orgs/invitation-ended');
  });
});

describe('a link', () => {
  test('with a wrong token, of another organisation or of none opens nothing, all alike', async () => {
    const { who, link } = await invited();
    const wrong = [
      { ...link, token: 'x'.repeat(43) },
      { ...link, orgId: other.orgId },
      { ...link, orgId: 'N'.repeat(20) },
      { ...link, invitationId: 'N'.repeat(20) },
    ];
    const answers = [];
    for (const tried of wrong) {
      answers.push(await refusal(look(tried)));
      expect(await refusedWith(accept(tried, who))).toBe('orgs/invitation-ended');
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ code: 'orgs/invitation-ended' });
    await withdraw(link);
  });
});

describe('inviting', () => {
  test('an administrator gives only roles below', async () => {
    const below: readonly GivenRole[] = rolesBelowAdministrator;
    for (const role of givenRoles) {
      const asked = invite(newEmail(), { role }, administrator);
      if (below.includes(role)) await asked;
      else expect(await refusedWith(asked)).toBe('orgs/not-allowed');
    }
  });

  test('an owner takes a fresh sign-in, other roles do not', async () => {
    const owner = await addMember(local, at.orgId, 'owner');
    await makeStale(local, owner);
    expect(await refusedWith(invite(newEmail(), { role: 'owner' }, owner))).toBe('identity/reauthentication-needed');
    await invite(newEmail(), { role: 'administrator' }, owner);
    await local.callable('leaveOrganisation', { orgId: at.orgId }, owner.idToken);
  });

  test('a member, or somebody who is invited, is refused; however the address is written', async () => {
    expect(await refusedWith(invite(administrator.email))).toBe('orgs/already-member');
    const email = newEmail();
    await invite(email);
    expect(await refusedWith(invite(email.toUpperCase()))).toBe('orgs/already-member');
  });

  test.each([
    ['no address', { email: 'ingen adress' }],
    ['an address of two lines', { email: 'a@example.org\nBcc: b@example.org' }],
    ['a huge address', { email: `${'a'.repeat(300)}@example.org` }],
    ['the role support', { role: 'support' }],
    ['a team of another organisation', { teamIds: ['T'.repeat(20)] }],
    ['another language', { locale: 'fi' }],
  ])('refuses %s', async (_what, over) => {
    expect(await refusedWith(invite(newEmail(), over))).toBe('shared/invalid-input');
  });

  test('and looking at invitations is for owners and administrators, and each list leaves its event', async () => {
    const editor = await addMember(local, at.orgId, 'editor');
    expect(await refusedWith(invite(newEmail(), {}, editor))).toBe('orgs/not-allowed');
    expect(await refusedWith(list(editor))).toBe('orgs/not-allowed');
    const seen = await list(administrator);
    expect(seen.every(({ email }) => email.endsWith('@example.org'))).toBe(true);
    const events = (await eventsOf(local, at.orgId)).filter(({ action }) => action === 'orgs.invitations.read');
    expect(events.at(-1)).toMatchObject({ actorId: administrator.accountId, targetKind: 'invitation', fields: ['email'] });
    const targets = (events.at(-1)?.['targetIds'] ?? []) as string[]; // ids, as the rules ask
    expect(targets.toSorted()).toEqual(seen.map(({ invitationId }) => invitationId).toSorted());
  });
});
