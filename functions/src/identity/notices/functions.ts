/** Binds the worker of notices. */
import * as z from 'zod/mini';
import { appUrl } from '../../platform/config.ts';
import { sendMail } from '../../platform/email.ts';
import { taskWorker } from '../../platform/jobWorker.ts';
import { mailNotice as mail } from './mailNotice.ts';
import { noticeKinds } from './words.ts';

const taskSchema = z.object({
  accountId: z.string(),
  kind: z.enum(noticeKinds),
  at: z.iso.datetime(),
  sessionId: z.optional(z.string()),
});

export const mailNotice = /* @__PURE__ */ taskWorker({ memory: '256MiB', secrets: ['SMTP_URL'] }, async (data) => {
  await mail(z.parse(taskSchema, data), { sendMail, appUrl: appUrl() });
});
