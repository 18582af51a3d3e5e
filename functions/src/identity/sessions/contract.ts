/** What identity says over the wire about one's own sessions and account. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../../shared/ids.ts';
import { displayNameSchema, localeSchema, signInMethods } from '../basics/contract.ts';

const nothing = z.object({});

/** How strong a session is, in an answer. */
export const strengthSchema = z.literal([1, 2, 3]);

/** One of one's own sessions. `device`: e.g. `Firefox · Windows`; `place`: the network and, when known, the country, e.g. `192.0.2.0/24 · SE`. Null when unknown. */
export const ownSession = z.object({
  sessionId: idSchemas.session,
  isCurrent: z.boolean(),
  method: z.enum(signInMethods),
  strength: strengthSchema,
  device: z.nullable(z.string()),
  place: z.nullable(z.string()),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
});
/** An {@link ownSession}. */
export type OwnSession = z.output<typeof ownSession>;

/**
 * Callables of one's own sessions and account. Ending another session than the current one, and closing the account, need a
 * fresh sign-in (`identity/reauthentication-needed`). `closeAccount` is refused with `orgs/last-owner` while the account is the
 * last owner of an organisation; what it names is gone afterwards, the history of what the person did is not.
 */
export const sessionCallables = {
  listSessions: { input: z.strictObject({}), output: z.object({ sessions: z.array(ownSession) }) },
  endSession: { input: z.strictObject({ sessionId: idSchemas.session }), output: nothing },
  endOtherSessions: { input: z.strictObject({}), output: z.object({ ended: z.int() }) },
  updateAccount: { input: z.strictObject({ displayName: displayNameSchema, locale: localeSchema }), output: nothing },
  closeAccount: { input: z.strictObject({}), output: nothing },
} as const;
