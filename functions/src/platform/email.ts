/**
 * Mail by SMTP.
 * Guarantees: plain text only, one recipient, header injection is refused by the library. Does not guarantee delivery:
 * a failure to hand the mail over is thrown.
 */
import type { Transporter } from 'nodemailer';
import { AppError } from '../shared/errors.ts';
import { ms } from '../shared/time.ts';
import { mailFrom, smtpUrl } from './config.ts';

/** A mail to one person. */
export type Mail = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** A text file that goes with it. */
  readonly attachment?: { readonly fileName: string; readonly content: string };
};

/** Hands a mail to the mail server. */
export type SendMail = (mail: Mail) => Promise<void>;

/** Less than the time that a caller waits. */
const patience = { connectionTimeout: 10 * ms.second, greetingTimeout: 10 * ms.second, socketTimeout: 15 * ms.second } as const;

/** Owned by this file; loaded at the first mail. A failed load is tried again. */
let transport: Transporter | undefined;

async function mailServer(): Promise<Transporter> {
  if (transport !== undefined) return transport;
  const { createTransport } = await import('nodemailer');
  transport = createTransport({ url: smtpUrl(), ...patience });
  return transport;
}

/** Sends through the configured server. Throws `shared/unavailable` when it does not take the mail. */
export const sendMail: SendMail = async (mail) => {
  try {
    const server = await mailServer();
    const attachments = mail.attachment === undefined ? [] : [{ filename: mail.attachment.fileName, content: mail.attachment.content }];
    const { to: address, subject, text } = mail;
    await server.sendMail({ from: mailFrom(), to: { name: '', address }, subject, text, attachments });
  } catch (cause) {
    throw new AppError('shared/unavailable', 'the mail could not be sent', { service: 'email' }, { cause });
  }
};
