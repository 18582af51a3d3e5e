/** The log as customers get it: sealed by the schedule, downloaded by who may, verified by the command, receipted by mail. */
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { receiptCallables } from '../../../functions/src/orgs/auditLog/contract.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import {
  addMember,
  addPerson,
  builtFunctions,
  database,
  eventsOf,
  getPerson,
  newOrganisation,
  refusedWith,
  stored,
  type Organisation,
  type SignedIn,
} from '../../support/valv.ts';
import { withVerifyCommand } from '../../support/verifyCommand.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
const { verify, saved } = withVerifyCommand();
let at: Organisation;
let keys: string;
let log: string;

const fetchLog = (orgId: string, by?: SignedIn, more = ''): Promise<Response> =>
  fetch(`${local.cloud.urls.functions}/downloadAuditLog?orgId=${orgId}${more}`, {
    headers: by === undefined ? {} : { authorization: `Bearer ${by.idToken}` },
  });
const codeOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { error: { details: { code: string } } }).error.details.code; // the functions' form of errors

beforeAll(async () => {
  at = await newOrganisation(local);
  const id = await addPerson(local, at, { givenName: 'Loggad', familyName: 'Person' });
  await getPerson(local, at.orgId, id, at.owner);
  await local.cloud.runSchedule('sealAuditEvents');
  log = await saved('log.valvlog', await (await fetchLog(at.orgId, at.owner)).text());
  keys = await saved('keys.json', await (await fetch(`${local.cloud.urls.functions}/publicKeys`)).text());
});

describe('a downloaded log', () => {
  test('is genuine by the published key, and holds every event so far', async () => {
    const response = await fetchLog(at.orgId, at.owner);
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="valv-${at.orgId}.valvlog"`);
    const run = await verify(log, '--keys', keys);
    expect(run).toMatchObject({ code: 0, err: '' });
    const actions = (await eventsOf(local, at.orgId)).map(({ action }) => String(action));
    expect(actions.filter((action) => action === 'audit.log.download')).toHaveLength(2);
    expect(run.out).toContain(`${actions.length - 2} events`);
  });

  test('goes on from the one before, with the downloads in it', async () => {
    await local.cloud.runSchedule('sealAuditEvents');
    const next = await saved('next.valvlog', await (await fetchLog(at.orgId, at.owner)).text());
    expect(await verify(next, '--keys', keys, '--receipt', log)).toMatchObject({ code: 0, err: '' });
    expect(await verify(log, '--keys', keys, '--receipt', next)).toMatchObject({ code: 1 });
  });

  test('holds neither name nor address of anybody', async () => {
    const text = await (await fetchLog(at.orgId, at.owner)).text();
    for (const value of ['Loggad', 'Ada Prov', at.owner.email]) expect(text).not.toContain(value);
  });

  test('is for those who may read the log, of their own organisation, and asked for by name only', async () => {
    const reader = await addMember(local, at.orgId, 'reader');
    const auditor = await addMember(local, at.orgId, 'auditor');
    const other = await newOrganisation(local);
    expect((await fetchLog(at.orgId, auditor)).status).toBe(200);
    expect(await codeOf(await fetchLog(at.orgId, reader))).toBe('orgs/not-allowed');
    expect(await codeOf(await fetchLog(at.orgId, other.owner))).toBe('shared/not-found');
    expect(await codeOf(await fetchLog(at.orgId))).toBe('identity/not-signed-in');
    expect(await codeOf(await fetchLog(at.orgId, at.owner, '&from=yesterday'))).toBe('shared/invalid-input');
    const empty = await (await fetchLog(other.orgId, other.owner)).text();
    expect(empty.split('\n')).toEqual([`{"format":"valv-log/1","orgId":"${other.orgId}","seals":0,"events":0}`, '{"checkpoint":null}', '']);
  });
});

describe('receipts by mail', () => {
  const set = (email: string | null, by = at.owner) =>
    local.callable('setReceiptMail', { orgId: at.orgId, receiver: email === null ? null : { email, locale: 'sv' } }, by.idToken);
  const shown = async () =>
    z.parse(receiptCallables.getReceiptMail.output, await local.callable('getReceiptMail', { orgId: at.orgId }, at.owner.idToken));
  const mail = () => local.cloud.runSchedule('mailReceipts');
  const anHourMore = () =>
    database(local)
      .doc(`auditHeads/${at.orgId}`)
      .update({ 'mailed.at': new Date(Date.now() - 21 * 3_600_000) });

  test('are not sent to anybody who did not ask', async () => {
    expect(await shown()).toEqual({ receiver: null, mailedAt: null });
    await mail();
    expect(await shown()).toEqual({ receiver: null, mailedAt: null });
  });

  test('go to the address that an owner has set, once a day, with a file that the command takes', async () => {
    await set('arkiv@example.org');
    expect((await eventsOf(local, at.orgId)).filter(({ action }) => action === 'orgs.receiptMail.update')).toHaveLength(1);
    expect(JSON.stringify(await stored(local, `orgs/${at.orgId}/receiptMail/main`))).not.toContain('arkiv@');
    await mail();
    const received = await local.mailbox.about('arkiv@example.org', /Kvitto på loggen/);
    const receipt = await saved('receipt.json', received.attachments[0]?.text ?? '');
    await local.cloud.runSchedule('sealAuditEvents');
    const next = await saved('later.valvlog', await (await fetchLog(at.orgId, at.owner)).text());
    const run = await verify(next, '--keys', keys, '--receipt', receipt);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toContain('the log goes on from the receipt');
    expect((await shown()).mailedAt).not.toBeNull();
    await mail();
    expect(local.cloud.mail.find({ to: 'arkiv@example.org' })).toHaveLength(1); // not again on the same day
    await anHourMore();
    await mail();
    expect(local.cloud.mail.find({ to: 'arkiv@example.org' })).toHaveLength(2);
    await anHourMore();
    await mail();
    expect(local.cloud.mail.find({ to: 'arkiv@example.org' })).toHaveLength(2); // nothing new was signed
  });

  test('stop when the owner says so, and are nobody else’s to set', async () => {
    const administrator = await addMember(local, at.orgId, 'administrator');
    expect(await refusedWith(set('min@example.org', administrator))).toBe('orgs/not-allowed');
    await set(null);
    expect((await shown()).receiver).toBeNull();
    await local.cloud.runSchedule('sealAuditEvents');
    await anHourMore();
    await mail();
    expect(local.cloud.mail.find({ to: 'arkiv@example.org' })).toHaveLength(2);
  });

  test('that cannot be sent make the run fail, and are sent by the next', async () => {
    await set('arkiv@example.org');
    await local.cloud.runSchedule('sealAuditEvents');
    const withdraw = local.cloud.faults.inject({ service: 'mail', kind: '500', times: 1000 });
    await expect(mail()).rejects.toThrow();
    withdraw();
    await mail();
    expect(local.cloud.mail.find({ to: 'arkiv@example.org' })).toHaveLength(3);
  });
});
