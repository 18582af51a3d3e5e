/** Binds sign-in through an organisation's identity provider. */
import { systemClock } from '../../platform/clock.ts';
import { openCallable } from '../identityCallable.ts';
import { signedInAnswer } from '../signedInAnswer.ts';
import { oidcCallables } from './contract.ts';
import { finishOidc, startOidc } from './signInByProvider.ts';

export const oidcStart = /* @__PURE__ */ openCallable(oidcCallables, 'oidcStart', {}, ({ orgId }, origin) =>
  startOidc(orgId, { clock: systemClock, origin }),
);

export const oidcFinish = /* @__PURE__ */ openCallable(oidcCallables, 'oidcFinish', {}, async (input, origin) => {
  const { confirmed, orgId } = await finishOidc(input, { clock: systemClock, origin });
  const { customToken, sessionId } = await signedInAnswer(confirmed, systemClock);
  if (customToken === null) throw new TypeError('a session that began has a token');
  return { customToken, sessionId, orgId };
});
