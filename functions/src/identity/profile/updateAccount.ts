/** Changing one's own name and language. */
import { untilSettled } from '../../platform/contention.ts';
import { changeAccountData } from '../accountStore.ts';
import type { Locale } from '../contract.ts';
import type { Caller } from '../session.ts';
import { copyProfile } from './copyProfile.ts';

/** Changes name and language; the organisations' copies of the name follow by a task. */
export async function updateAccount(caller: Caller, input: { displayName: string; locale: Locale }): Promise<void> {
  const before = await untilSettled(() => changeAccountData(caller.accountId, input));
  if (before.displayName !== input.displayName) await copyProfile(caller);
}
