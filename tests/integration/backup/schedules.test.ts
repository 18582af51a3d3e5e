/** Schedules: only Cloud Scheduler starts them, operators can read how they went, and silence is an alarm, once. */
import { Timestamp } from 'firebase-admin/firestore';
import { describe, expect, test } from 'vitest';
import { schedules } from '../../../functions/src/platform/schedules.ts';
import { tokenSigner } from '../../../infra/local/scheduler/oidcToken.ts';
import { schedulerAccountOf } from '../../../infra/local/scheduler/runSchedule.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { builtFunctions, database, stored } from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
const minutesAgo = (minutes: number): Timestamp => Timestamp.fromMillis(Date.now() - minutes * 60_000);

describe('a schedule', () => {
  const address = () => `${local.cloud.urls.functions}/sweepJobs`;
  const account = () => schedulerAccountOf(local.cloud.projectId);
  const post = async (token: string | null): Promise<number> =>
    (await fetch(address(), { method: 'POST', headers: token === null ? {} : { authorization: `Bearer ${token}` } })).status;
  const signed = (claims: object = {}) => local.cloud.scheduler.signer.sign(account(), address(), { ...claims });

  test('starts for nobody but the account of schedules, with a token for its own address', async () => {
    const now = Math.floor(Date.now() / 1000);
    const [header, payload] = (await signed()).split('.');
    const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.`;
    const refused = {
      none: null,
      junk: 'junk',
      unsigned,
      cut: `${header}.${payload}.`,
      foreignKey: await tokenSigner().sign(account(), address()),
      foreignAccount: await signed({ email: `functions@${local.cloud.projectId}.iam.gserviceaccount.com` }),
      unverified: await signed({ email_verified: false }),
      foreignIssuer: await signed({ iss: 'https://accounts.example.com' }),
      otherFunction: await signed({ aud: `${local.cloud.urls.functions}/pruneExports` }),
      expired: await signed({ iat: now - 7200, exp: now - 3600 }),
      member: await local.idTokenFor('user-1'),
    };
    for (const [what, token] of Object.entries(refused)) expect([what, await post(token)]).toEqual([what, 401]);
    expect(await stored(local, 'schedules/sweepJobs')).toBeUndefined();
    expect(await post(await signed())).toBe(204);
  });

  test('leaves a record that operators can read, when it succeeds and when it fails', async () => {
    await local.cloud.runSchedule('sweepJobs');
    expect(await stored(local, 'schedules/sweepJobs')).toMatchObject({
      v: 1,
      cron: schedules.sweepJobs.cron,
      state: 'ok',
      lastError: null,
      lastStartedAt: expect.any(Timestamp),
      lastSucceededAt: expect.any(Timestamp),
      note: expect.stringContaining(schedules.sweepJobs.words),
    });
    local.cloud.faults.inject({ service: 'storage', kind: '403', times: 1000 });
    await expect(local.cloud.runSchedule('copyExports')).rejects.toThrow('answered 500');
    local.cloud.faults.clear();
    expect(await stored(local, 'schedules/copyExports')).toMatchObject({ state: 'failed', lastError: 'shared/unavailable' });
  });
});

describe('the heartbeat', () => {
  const mails = () => local.cloud.mail.find({ to: 'operators@valv.example' }).map(({ subject }) => subject);
  const beat = () => local.cloud.runSchedule('heartbeat');

  test('knows every schedule from its first beat on, and alarms about none of them', async () => {
    await beat();
    const { docs } = await database(local).collection('schedules').get();
    expect(docs.map(({ id }) => id).toSorted()).toEqual(Object.keys(schedules).toSorted());
    expect(mails()).toEqual([]);
  });

  test('tells operators once that a schedule is silent, and once that it is well again', async () => {
    const late = database(local).doc('schedules/sealAuditEvents');
    await late.update({ knownSince: minutesAgo(16), lastSucceededAt: minutesAgo(16) });
    await beat();
    await beat();
    expect(mails()).toEqual(['Valv: "sealAuditEvents" is late']);
    expect((await late.get()).data()).toMatchObject({ state: 'late', alarmedAt: expect.any(Timestamp) });
    await local.cloud.runSchedule('sealAuditEvents');
    await beat();
    await beat();
    expect(mails().toSorted()).toEqual(['Valv: "sealAuditEvents" is late', 'Valv: "sealAuditEvents" is well again']);
    expect((await late.get()).data()).toMatchObject({ state: 'ok', alarmedAt: null });
  });

  test('counts a schedule that has never succeeded from when it was first known', async () => {
    await database(local)
      .doc('schedules/restoreDrill')
      .set({ v: 1, cron: '0 4 * * 0', state: 'failed', knownSince: minutesAgo(9 * 24 * 60), alarmedAt: null, note: '' });
    await beat();
    expect(mails()).toContain('Valv: "restoreDrill" is late');
  });

  test('tells operators at once of a failure that no repetition cures, once, and once that it is over', async () => {
    const drill = database(local).doc('schedules/restoreDrill');
    const failed = { state: 'failed', lastSucceededAt: minutesAgo(5), lastError: 'backup/drill-failed', note: 'failed' };
    await drill.update({ ...failed, alarmedAt: null });
    const told = (what: string) => mails().filter((subject) => subject === `Valv: "restoreDrill" ${what}`).length;
    await beat();
    await beat();
    expect(told('has failed')).toBe(1);
    expect((await drill.get()).data()).toMatchObject({ state: 'failed', alarmedAt: expect.any(Timestamp), note: 'failed' });
    // Another error is told too; an outage after it says nothing, neither a fault nor that it is over.
    await drill.update({ lastError: 'backup/not-genuine' });
    await beat();
    await beat();
    expect(told('has failed')).toBe(2);
    await drill.update({ lastError: 'shared/unavailable' });
    await beat();
    expect([told('has failed'), told('is well again')]).toEqual([2, 0]);
    const [failures, ends] = [told('has failed'), told('is well again')];
    await drill.update({ state: 'ok', lastError: null });
    await beat();
    expect([told('has failed'), told('is well again')]).toEqual([failures, ends + 1]);
  });

  test('leaves a first run that failed as it is, and waits for others that may only have been unlucky', async () => {
    const unlucky = database(local).doc('schedules/copyExports');
    await unlucky.set({ v: 1, cron: '', state: 'failed', lastError: 'shared/unavailable', note: 'failed' });
    await beat();
    await beat();
    expect((await unlucky.get()).data()).toMatchObject({ state: 'failed', note: 'failed', knownSince: expect.any(Timestamp) });
    expect(mails().filter((subject) => subject.includes('copyExports'))).toEqual([]);
  });

  test('that cannot tell operators fails, and tells them the next time', async () => {
    await database(local)
      .doc('schedules/pruneExpired')
      .update({ knownSince: minutesAgo(600), lastSucceededAt: minutesAgo(600), alarmedAt: null });
    const withdraw = local.cloud.faults.inject({ service: 'mail', kind: '500', times: 1000 });
    await expect(beat()).rejects.toThrow();
    expect(await stored(local, 'schedules/pruneExpired')).toMatchObject({ alarmedAt: null });
    withdraw();
    await beat();
    expect(mails()).toContain('Valv: "pruneExpired" is late');
  });

  test('is itself watched from outside: 200 while it beats, 503 when it is silent', async () => {
    const ask = async () => {
      const response = await fetch(`${local.cloud.urls.app}/api/health`);
      return { status: response.status, body: (await response.json()) as unknown };
    };
    await beat();
    await expect.poll(ask, { timeout: 30_000, interval: 500 }).toMatchObject({ status: 200, body: { status: 'ok' } });
    await database(local)
      .doc('schedules/heartbeat')
      .update({ lastSucceededAt: minutesAgo(16) });
    await expect
      .poll(ask, { timeout: 30_000, interval: 500 })
      .toMatchObject({ status: 503, body: { status: 'late', heartbeatAt: expect.any(String) } });
  });
});
