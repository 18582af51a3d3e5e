// Guarantees: mail is taken by SMTP like any relay's and goes nowhere else.
// Does not guarantee: authentication or encryption on the way; it listens on loopback only.
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { FaultKind, Faults } from '../faults.ts';
import { listen } from '../ports.ts';
import type { Mail, MailStore } from './mailStore.ts';

/** Starts the SMTP server. @returns its port and how to stop it. */
export async function startSmtp(options: {
  store: MailStore;
  faults: Faults;
  counters: Map<string, number>;
  port?: number;
}): Promise<{ port: number; stop(): Promise<void> }> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    hideSTARTTLS: true,
    disableReverseLookup: true,
    logger: false,
    size: 30 * 1024 * 1024,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'local' }),
    onData: (stream, session, done) => {
      receive(options, stream, session).then((error) => error !== 'silent' && done(error), done);
    },
  });
  server.on('error', () => undefined); // A client that hangs up is its own business.
  const port = await listen(server.server, options.port);
  return { port, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Takes one mail. @returns null, an SMTP error, or "silent" for no answer at all. */
async function receive(
  options: { store: MailStore; faults: Faults; counters: Map<string, number> },
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
): Promise<Error | null | 'silent'> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer); // Without setEncoding, chunks are Buffers.
  const to = session.envelope.rcptTo.map(({ address }) => address);
  options.counters.set('receive', (options.counters.get('receive') ?? 0) + 1);
  const kind = options.faults.take('mail', `receive SMTP ${to.join(' ')}`);
  const refusal = refusalFor(kind);
  if (refusal !== null) return refusal;
  const mail = await parse(Buffer.concat(chunks), session);
  options.store.add(mail);
  if (kind === 'duplicate') options.store.add(mail);
  return kind === 'late-success' || kind === 'garbage' ? smtpError(451, '4.4.2 timeout exceeded') : null;
}

function refusalFor(kind: FaultKind | undefined): Error | 'silent' | null {
  switch (kind) {
    case 'timeout':
      return 'silent';
    case '403':
    case '500':
      return smtpError(554, '5.3.0 transaction failed');
    case '503':
    case 'reset':
      return smtpError(421, '4.3.2 service not available');
    case '429':
      return smtpError(450, '4.7.1 too many messages');
    default:
      return null;
  }
}

const smtpError = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });

async function parse(raw: Buffer, session: SMTPServerSession): Promise<Omit<Mail, 'id'>> {
  const email = await PostalMime.parse(raw);
  const { mailFrom, rcptTo } = session.envelope;
  return {
    receivedAt: new Date().toISOString(),
    from: email.from?.address ?? (mailFrom === false ? '' : mailFrom.address),
    to: rcptTo.map(({ address }) => address),
    subject: email.subject ?? '',
    text: email.text ?? withoutMarkup(email.html ?? ''),
    html: email.html ?? null,
    headers: email.headers.map(({ key, value }) => ({ key, value })),
    attachments: email.attachments.map(({ filename, mimeType, content }) => ({
      filename: filename ?? null,
      mimeType,
      bytes: typeof content === 'string' ? content.length : content.byteLength,
      text: /^(?:text\/|application\/json)/.test(mimeType) ? textOf(content) : null,
    })),
  };
}

const textOf = (content: string | ArrayBuffer | Uint8Array): string =>
  typeof content === 'string' ? content : new TextDecoder().decode(content);

const withoutMarkup = (html: string): string =>
  html
    .replace(/<style[\s\S]*?<\/style>|<[^>]*>/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim();
