/** Binds the callable and the worker of alarms. */
import * as z from 'zod/mini';
import { systemClock } from '../../platform/clock.ts';
import { appUrl } from '../../platform/config.ts';
import { sendMail } from '../../platform/email.ts';
import { taskWorker } from '../../platform/jobWorker.ts';
import { memberCallable } from '../memberCallable.ts';
import { acknowledgeAlarm as acknowledge } from './acknowledgeAlarm.ts';
import { alarmsCallables } from './contract.ts';
import { mailAlarm as mail } from './mailAlarm.ts';

export const acknowledgeAlarm = /* @__PURE__ */ memberCallable(
  alarmsCallables,
  'acknowledgeAlarm',
  'alarms.acknowledge',
  {},
  async (actor, { alarmId }) => {
    await acknowledge(actor, alarmId, systemClock);
    return {};
  },
);

const taskSchema = z.object({ orgId: z.string(), alarmId: z.string() });

export const mailAlarm = /* @__PURE__ */ taskWorker({ memory: '256MiB', secrets: ['SMTP_URL'] }, async (data) => {
  const { orgId, alarmId } = z.parse(taskSchema, data);
  await mail(orgId, alarmId, { clock: systemClock, sendMail, appUrl: appUrl() });
});
