/** What an account can be entered with, for the person to see: no secret, and no fresh session needed. */
import type * as z from 'zod/mini';
import { readAccount } from '../accountStore.ts';
import { strengthOf } from '../basics/contract.ts';
import { freshUntil, type Caller } from '../session.ts';
import type { factorCallables, FactorKind } from './contract.ts';
import { readFactors, type Factor } from './factorStore.ts';

type View = z.input<typeof factorCallables.listFactors.output>;
type FactorView = View['factors'][number];

/** A password counts like the code that goes with it. */
const methods = {
  password: 'emailCode',
  emailCode: 'emailCode',
  recoveryCodes: 'recoveryCode',
  totp: 'totp',
  passkey: 'passkey',
  bankId: 'bankId',
} as const satisfies Record<FactorKind, Parameters<typeof strengthOf>[0]>;

/** The factors of the caller's account, those that every account with a password has first. */
export async function listFactors(caller: Caller): Promise<View> {
  const [account, stored] = await Promise.all([readAccount(caller.accountId), readFactors(caller.accountId)]);
  const { data, bankIdIndex, createdAt } = account;
  const since = { createdAt: createdAt.toISOString(), lastUsedAt: null, remaining: null };
  const own = (kind: FactorKind, label: string | null): FactorView => ({
    factorId: kind,
    kind,
    strength: strengthOf(methods[kind]),
    label,
    ...since,
  });
  const withPassword = data.passwordHash === null ? [] : [own('password', null), own('emailCode', data.email)];
  const withBankId = bankIdIndex === null ? [] : [own('bankId', null)];
  const factors = [...withPassword, ...withBankId, ...stored.map(viewOf)];
  return { factors, authenticatedAt: caller.authenticatedAt.toISOString(), freshUntil: freshUntil(caller).toISOString() };
}

function viewOf({ factorId, data, createdAt, lastUsedAt }: Factor): FactorView {
  return {
    factorId,
    kind: data.kind,
    strength: strengthOf(methods[data.kind]),
    label: data.kind === 'passkey' ? data.label : null,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    remaining: data.kind === 'recoveryCodes' ? data.hashes.length : null,
  };
}
