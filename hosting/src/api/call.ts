/** Typed callables: `call('getDataSubject', { orgId, dataSubjectId })`. A dead session ends the one of this tab. */
import type * as z from 'zod/mini';
import { toApiError } from './apiError.ts';
import { endSession, sessionState } from './session.ts';

type Callables = typeof import('./transport.ts').callables;
/** The name of a callable. */
export type CallableName = keyof Callables;
/** What a callable takes. */
export type Input<N extends CallableName> = z.input<Callables[N]['input']>;
/** What a callable answers. */
export type Output<N extends CallableName> = z.output<Callables[N]['output']>;

/** Calls a function. Throws an ApiError, always. */
export async function call<N extends CallableName>(name: N, input: Input<N>): Promise<Output<N>> {
  try {
    const { send } = await import('./transport.ts');
    // `send` parsed the answer with the output schema of this very name.
    return (await send(name, input)) as Output<N>;
  } catch (thrown) {
    const error = toApiError(thrown);
    await endIfSessionIsDead(error);
    throw error;
  }
}

/** Signs this tab out when the server says that its session is over. */
export async function endIfSessionIsDead(error: ReturnType<typeof toApiError>): Promise<void> {
  const isDead = error.code === 'identity/session-ended' || error.code === 'identity/not-signed-in';
  if (isDead && sessionState().status === 'signedIn') await endSession('ended');
}
