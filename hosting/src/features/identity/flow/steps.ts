/** The steps from a first proof to a confirmed sign-in, as the screens share them. */
import type { Output } from '../../../api/callables.ts';

/** What is being confirmed: a sign-in, a new account, or that it still is the same person. */
export type Purpose = 'signIn' | 'signUp' | 'reauth';
/** An open attempt: the first factor was right. */
export type Opened = Output<'signInBegin'>;
/** A way of the second step. */
export type SecondFactor = Opened['secondFactors'][number];
/** What a passed second factor gives; without a token when the session goes on. */
export type Confirmed = Output<'codeConfirm'>;

/** Where the person is. */
export type Step =
  | { readonly kind: 'start' }
  | { readonly kind: 'second'; readonly attempt: Opened; readonly email: string | null }
  | { readonly kind: 'bankId'; readonly sameDevice: boolean }
  | { readonly kind: 'organisation' }
  | { readonly kind: 'email'; readonly attemptId: Opened['attemptId']; readonly displayName: string };

/** How the first step leads on. */
export type Go = {
  readonly opened: (attempt: Opened, email: string | null) => void;
  readonly bankId: (sameDevice: boolean) => void;
  readonly organisation: () => void;
  readonly confirmed: (answer: Confirmed) => Promise<void>;
};

const order: readonly SecondFactor[] = ['passkey', 'totp', 'emailCode', 'recoveryCode'];

/** The ways of an attempt, the strongest first; a code that is on its way already comes before all. */
export function waysOf({ secondFactors, mailed }: Opened): readonly SecondFactor[] {
  const ways = order.filter((way) => secondFactors.includes(way));
  return mailed ? ['emailCode', ...ways.filter((way) => way !== 'emailCode')] : ways;
}
