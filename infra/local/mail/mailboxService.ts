// Guarantees: mail bodies are shown as text; no markup or script of a mail reaches the browser.
import type { Faults } from '../faults.ts';
import { GoogleError } from '../googleError.ts';
import { type LoopbackService, type Route, startService } from '../http.ts';
import { escapeHtml, page, PAGE_HEADERS } from '../html.ts';
import { createMailStore, type Mail, type MailStore } from './mailStore.ts';
import { startSmtp } from './smtpService.ts';

/** The running mailbox: its pages and, at `smtpUrl`, where mail is delivered. */
export type MailService = LoopbackService & { readonly smtpUrl: string; readonly store: MailStore };

/** Starts the SMTP server and the mailbox pages with their JSON API. */
export async function startMail(options: { faults: Faults; port?: number; smtpPort?: number }): Promise<MailService> {
  const store = createMailStore();
  const pages = await startService({
    service: 'status',
    routes: mailboxRoutes(store),
    faults: options.faults,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const smtp = await startSmtp({
    store,
    faults: options.faults,
    counters: pages.counters,
    ...(options.smtpPort === undefined ? {} : { port: options.smtpPort }),
  });
  const stop = async (): Promise<void> => {
    await Promise.all([pages.stop(), smtp.stop()]);
  };
  return { ...pages, store, smtpUrl: `smtp://127.0.0.1:${smtp.port}`, stop };
}

function mailboxRoutes(store: MailStore): Route[] {
  return [
    { name: 'mailbox', method: 'GET', pattern: /^\/$/, run: () => ({ headers: PAGE_HEADERS, body: listPage(store.find({})) }) },
    {
      name: 'mail',
      method: 'GET',
      pattern: /^\/mails\/(?<id>\d+)$/,
      run: ({ params }) => {
        const mail = store.get(params['id'] ?? '');
        if (mail === undefined) return { status: 404, headers: PAGE_HEADERS, body: page('No such mail', '<p><a href="/">Mailbox</a></p>') };
        return { headers: PAGE_HEADERS, body: mailPage(mail) };
      },
    },
    {
      name: 'apiList',
      method: 'GET',
      pattern: /^\/api\/mails$/,
      run: ({ query }) => ({ json: store.find({ to: query.get('to'), after: query.get('after') }) }),
    },
    {
      name: 'apiGet',
      method: 'GET',
      pattern: /^\/api\/mails\/(?<id>\d+)$/,
      run: ({ params }) => {
        const mail = store.get(params['id'] ?? '');
        if (mail === undefined) throw new GoogleError('NOT_FOUND', 'no such mail');
        return { json: mail };
      },
    },
    { name: 'apiClear', method: 'DELETE', pattern: /^\/api\/mails$/, run: () => (store.clear(), { json: {} }) },
  ];
}

function listPage(mails: readonly Mail[]): string {
  if (mails.length === 0) return page('Local mailbox', '<p>No mail has arrived yet. Reload this page to look again.</p>');
  const rows = mails.map(
    ({ id, subject, to, from, receivedAt }) => `<tr>
<td><a href="/mails/${id}">${escapeHtml(subject) || '(no subject)'}</a></td><td>${escapeHtml(to.join(', '))}</td>
<td>${escapeHtml(from)}</td><td><time datetime="${receivedAt}">${receivedAt.slice(0, 19).replace('T', ' ')}</time></td></tr>`,
  );
  return page(
    'Local mailbox',
    `<p>Mail sent by this local cloud, newest first. Nothing leaves this machine.</p>
<table><thead><tr><th scope="col">Subject</th><th scope="col">To</th><th scope="col">From</th><th scope="col">Received (UTC)</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`,
  );
}

function mailPage(mail: Mail): string {
  const attachments = mail.attachments.map(({ filename, bytes }) => `<li>${escapeHtml(filename ?? 'unnamed')} (${bytes} bytes)</li>`);
  return page(
    mail.subject || '(no subject)',
    `<p><a href="/">Mailbox</a></p>
<dl><dt>To</dt><dd>${escapeHtml(mail.to.join(', '))}</dd><dt>From</dt><dd>${escapeHtml(mail.from)}</dd>
<dt>Received (UTC)</dt><dd>${mail.receivedAt}</dd></dl>
<pre>${escapeHtml(mail.text)}</pre>${attachments.length > 0 ? `<h2>Attachments</h2><ul>${attachments.join('')}</ul>` : ''}`,
  );
}
