import { createTransport } from 'nodemailer';
import { beforeEach, describe, expect, test } from 'vitest';
import { withLocalCloud } from '../../support/localCloud.ts';

const local = withLocalCloud();
const send = (to: string, content: { subject?: string; text?: string; html?: string }): Promise<unknown> =>
  createTransport(local.cloud.env['SMTP_URL']).sendMail({ from: 'valv@example.com', to, ...content });

beforeEach(() => {
  local.cloud.faults.clear();
  local.cloud.mail.clear();
});

test('a mail arrives decoded, is found by its address, and its code is read', async () => {
  const before = new Date(Date.now() - 1).toISOString();
  await send('asa@example.com', { subject: 'Din kod på Valv', text: 'Koden är 123456. Ärende 20240001.' });
  await send('other@example.com', { subject: 'x', text: '999999' });
  const found = (await (await fetch(`${local.cloud.urls.mailbox}/api/mails?to=ASA@example.com&after=${before}`)).json()) as unknown[];
  expect(found).toMatchObject([{ subject: 'Din kod på Valv', to: ['asa@example.com'], from: 'valv@example.com' }]);
  expect(await local.mailbox.latestCode('asa@example.com')).toBe('123456');
});

test('a code is returned once, and the newest one', async () => {
  await send('asa@example.com', { text: '111111' });
  await send('asa@example.com', { text: '222222' });
  expect(await local.mailbox.latestCode('asa@example.com')).toBe('222222');
  const waiting = local.mailbox.latestCode('asa@example.com');
  await send('asa@example.com', { text: '333333' });
  expect(await waiting).toBe('333333');
});

test('the pages show markup of a mail as text and run no script', async () => {
  const evil = '<script>alert(1)</script><img src=x onerror=alert(2)>';
  await send('asa@example.com', { subject: evil, html: `<p>Hej</p>${evil}`, text: evil });
  const [mail] = local.cloud.mail.find({ to: 'asa@example.com' });
  for (const path of ['/', `/mails/${mail?.id}`]) {
    const response = await fetch(local.cloud.urls.mailbox + path);
    const html = await response.text();
    expect(html).not.toMatch(/<script|<img/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  }
});

test('emptying the mailbox empties it', async () => {
  await send('asa@example.com', { text: 'x' });
  await fetch(`${local.cloud.urls.mailbox}/api/mails`, { method: 'DELETE' });
  expect(local.cloud.mail.find({})).toEqual([]);
});

describe('faults', () => {
  test.each([
    ['500', 554],
    ['503', 421],
    ['429', 450],
  ] as const)('%s refuses with %i and stores nothing', async (kind, code) => {
    local.cloud.faults.inject({ service: 'mail', kind, times: 1 });
    await expect(send('asa@example.com', { text: 'x' })).rejects.toMatchObject({ responseCode: code });
    expect(local.cloud.mail.find({})).toEqual([]);
  });

  test('a late success stores and refuses, a duplicate stores twice', async () => {
    local.cloud.faults.inject({ service: 'mail', kind: 'late-success', times: 1 });
    await expect(send('asa@example.com', { text: 'x' })).rejects.toMatchObject({ responseCode: 451 });
    expect(local.cloud.mail.find({})).toHaveLength(1);
    local.cloud.faults.inject({ service: 'mail', kind: 'duplicate', times: 1 });
    await send('asa@example.com', { text: 'x' });
    expect(local.cloud.mail.find({})).toHaveLength(3);
  });
});
