/** BankID's hint codes in words. A code that is not known here is told in general words. */
import type { Messages } from '../../../i18n/messages.ts';

/** Whether no app has taken the order up yet, so that there is still something to scan. */
export function awaitsApp(hintCode: string | null): boolean {
  return hintCode === null || hintCode === 'outstandingTransaction' || hintCode === 'noClient';
}

/** What the person should do while an order is pending. */
export function pendingHint({ bankId }: Messages, hintCode: string | null, sameDevice: boolean, isSigning: boolean): string {
  const { pending } = bankId;
  switch (hintCode) {
    case null:
    case 'outstandingTransaction':
    case 'noClient':
      return sameDevice ? pending.searching : pending.waiting;
    case 'started':
      return pending.started;
    case 'userMrtd':
      return pending.mrtd;
    case 'userCallConfirm':
      return pending.call;
    case 'userSign':
      return isSigning ? pending.userSignSigning : pending.userSign;
    case 'processing':
      return pending.processing;
    default:
      return pending.unknown;
  }
}

/** Why an order failed. */
export function failedHint({ bankId }: Messages, hintCode: string | null): string {
  const known: Readonly<Record<string, string>> = bankId.failed;
  return (hintCode !== null && Object.hasOwn(known, hintCode) ? known[hintCode] : undefined) ?? bankId.failed.unknown;
}
