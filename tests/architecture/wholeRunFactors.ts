/** The part of the whole run that uses every callable of factors once, so that whatever they store is looked at. */
import { TOTP } from 'otpauth';
import { identityCallables } from '../../functions/src/identity/contract.ts';
import { call, CallError, type Addresses } from '../../infra/client/client.ts';
import { softAuthenticator } from '../support/softAuthenticator.ts';

/** Values of the person that only this part uses. */
export const factorValues = { label: 'Viviannes röda telefon', newEmail: 'vivianne.nyadressen@exempel.example' };

type Name = keyof typeof identityCallables;
type Answer<N extends Name> = ReturnType<(typeof identityCallables)[N]['output']['parse']>;

/** Adds and uses factors of whoever the token is of; leaves an enrolment, a challenge and a change of address open. */
export async function useFactors(at: Addresses, token: string, password: string): Promise<void> {
  const ask = async <N extends Name>(name: N, input: object): Promise<Answer<N>> =>
    identityCallables[name].output.parse(await call(at, name, input, token)) as Answer<N>; // its own contract parsed it
  await ask('changePassword', { newPassword: password });
  const code = (secret: string, steps: number) => new TOTP({ secret }).generate({ timestamp: Date.now() + steps * 30_000 });
  const { enrolmentId, secret } = await ask('totpEnrolBegin', {});
  await ask('totpEnrolConfirm', { enrolmentId, code: code(secret, 0) });
  const { codes } = await ask('createRecoveryCodes', {});
  const device = softAuthenticator(new URL(at.app).origin);
  const addPasskey = async (): Promise<string> => {
    const begun = await ask('passkeyEnrolBegin', {});
    const input = { enrolmentId: begun.enrolmentId, response: device.create(begun.options), label: factorValues.label };
    return (await ask('passkeyEnrolConfirm', input)).factorId;
  };
  await addPasskey();
  await ask('removeFactor', { factorId: await addPasskey() });
  await ask('listFactors', {});

  const begin = async () => (await ask('reauthBegin', { password })).attemptId;
  await ask('totpConfirm', { attemptId: await begin(), code: code(secret, 1) });
  await ask('recoveryCodeConfirm', { attemptId: await begin(), recoveryCode: codes[0] });
  const { challengeId, options } = await ask('reauthPasskeyOptions', {});
  await ask('passkeyConfirm', {
    challengeId,
    response: device.answer({ ...options, allowCredentials: options.allowCredentials?.slice(0, 1) }),
  });

  await ask('passkeyOptions', {});
  await ask('passkeyEnrolBegin', {});
  const { attemptId } = await ask('changeEmailBegin', { email: factorValues.newEmail });
  // Wrong but for one in a million: then the address would be another from here on, and the run would say so.
  const answer: unknown = await call(at, 'changeEmailConfirm', { attemptId, code: '000000' }, token).catch((thrown: unknown) => thrown);
  if (!(answer instanceof CallError)) throw new Error('changeEmailConfirm was not refused');
}
