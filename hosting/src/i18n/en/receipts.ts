/** English: receipts of the log by mail. */
import type { Messages } from '../messages.ts';

export const receipts: Messages['receipts'] = {
  title: 'Receipts of the log',
  intro:
    'Once a day Valv can mail a signed receipt of how the log stands. Kept outside Valv, it shows later that nothing was removed or changed. The receipt holds no personal data.',
  email: 'E-mail address for receipts',
  hint: 'Leave it empty for no receipts. An address outside the organisation’s usual systems is best.',
  invalid: 'Write an e-mail address, such as archive@example.com',
  mailed: (at) => `The last receipt was mailed ${at}.`,
  saved: 'Saved.',
};
