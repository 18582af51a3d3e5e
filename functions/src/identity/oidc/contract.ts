/** What identity says over the wire about sign-in through an organisation's own identity provider. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../../shared/ids.ts';
import { deviceIdSchema } from '../basics/contract.ts';

/**
 * Path of the web app to which an organisation's provider sends the browser back, with `code` and `state`. Each organisation
 * has its own, so that the code of one provider is never shown to another (RFC 9700, 4.4: mix-up).
 */
export const oidcReturnPath = (orgId: string): string => `/sign-in/organisation/${orgId}`;

const browserKey = z.string().check(z.regex(/^[A-Za-z0-9_-]{20,64}$/));

/**
 * `oidcStart` answers where to send the browser, and a key that the browser keeps (sessionStorage) beside `state`. Back at
 * {@link oidcReturnPath}, `oidcFinish` takes what the provider put into the address and that key: a code that was slipped to
 * another browser opens nothing. The session opens this one organisation until the person shows factors of their own.
 */
export const oidcCallables = {
  oidcStart: {
    input: z.strictObject({ orgId: idSchemas.org }),
    output: z.object({ redirectUrl: z.string(), state: z.string(), browserKey }),
  },
  oidcFinish: {
    input: z.strictObject({
      /** The organisation of the address to which the browser came back. */
      orgId: idSchemas.org,
      state: idSchemas.attempt,
      code: z.string().check(z.minLength(1), z.maxLength(4096)),
      /** The provider's name of itself, when it says so in the address. */
      iss: z.optional(z.string().check(z.maxLength(500))),
      browserKey,
      deviceId: z.optional(deviceIdSchema),
    }),
    output: z.object({ customToken: z.string(), sessionId: idSchemas.session, orgId: idSchemas.org }),
  },
} as const;
