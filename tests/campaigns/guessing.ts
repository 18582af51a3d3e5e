/**
 * Ten thousand parallel guesses of one e-mailed code, the right one among them at a random place: at most five are evaluated,
 * none after success, and neither code nor token is left in logs or in Firestore. `npm run campaign:guessing`.
 */
import { Agent, request } from 'node:http';
import { randomInt } from 'node:crypto';
import { format } from 'node:util';
import { expect, test } from 'vitest';
import { withLocalCloud } from '../support/localCloud.ts';
import { ask, beginSignIn } from '../support/factors.ts';
import { builtFunctions, everyDocument, signUp, stored } from '../support/valv.ts';

const guesses = 10_000;
/** Fewer than a server's queue of new connections holds; a kept one could be closed while a guess is on its way. */
const atOnce = 400;

// The functions' logger takes hold of the console when it is first loaded, so this comes before.
const logged: string[] = [];
for (const method of ['debug', 'info', 'log', 'warn', 'error'] as const) {
  const write = console[method];
  console[method] = (...parts: unknown[]) => {
    logged.push(format(...parts));
    write(...parts);
  };
}

const local = withLocalCloud({ functionsEntry: builtFunctions });
const agent = new Agent({ maxSockets: atOnce });

/** Sends one guess; answers `ok`, or the code of the error. */
function guess(attemptId: string, code: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(`${local.cloud.urls.functions}/codeConfirm`, {
      agent,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    call.once('error', reject);
    call.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', reject);
      response.once('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as { error?: { details?: { code?: string } } }; // the callable protocol
        resolve(body.error === undefined ? 'ok' : (body.error.details?.code ?? 'unknown'));
      });
    });
    call.end(JSON.stringify({ data: { attemptId, code } }));
  });
}

/** Ten thousand different codes, the right one at a random place. */
function guessesAround(code: string): string[] {
  const first = randomInt(1_000_000);
  const wrong = Array.from({ length: guesses }, (_, index) => String((first + index) % 1_000_000).padStart(6, '0')).filter(
    (one) => one !== code,
  );
  const place = randomInt(guesses);
  return [...wrong.slice(0, place), code, ...wrong.slice(place, guesses - 1)];
}

const count = (all: readonly string[]): Record<string, number> =>
  all.reduce<Record<string, number>>((counts, one) => ({ ...counts, [one]: (counts[one] ?? 0) + 1 }), {});

/** Everything that is stored, as text: sealed bytes decoded, instants left out, whose microseconds are six digits too. */
async function storedText(): Promise<string> {
  return JSON.stringify(await everyDocument(local), (key, value: unknown) => {
    if (key === 'timestampValue' || key === 'createTime' || key === 'updateTime') return undefined;
    return key === 'bytesValue' ? Buffer.from(String(value), 'base64').toString('latin1') : value;
  });
}

/** Whether a code stands by itself: inside ids and ciphertexts six digits occur by chance. */
const holdsCode = (text: string, code: string): boolean => new RegExp(`(?<![\\w+/-])${code}(?![\\w+/-])`).test(text);

test(`of ${guesses} parallel guesses at most five are evaluated, and none after the right one`, async () => {
  const ada = await signUp(local);
  const { attemptId } = await beginSignIn(local, ada.email);
  const code = await local.mailbox.latestCode(ada.email);
  const all = guessesAround(code);
  expect(new Set(all).size).toBe(guesses);
  const began = performance.now();
  const outcomes = await Promise.all(all.map((one) => guess(attemptId, one)));
  const seconds = (performance.now() - began) / 1000;
  const counts = count(outcomes);
  console.log(JSON.stringify({ guesses, atOnce, seconds: Math.round(seconds), counts }));

  const [succeeded, wrong] = [counts['ok'] ?? 0, counts['identity/wrong-code'] ?? 0];
  expect(Object.keys(counts).filter((one) => !['ok', 'identity/wrong-code', 'identity/attempt-ended'].includes(one))).toEqual([]);
  expect(succeeded).toBeLessThanOrEqual(1);
  expect(succeeded + wrong).toBeGreaterThanOrEqual(1);
  expect(succeeded + wrong).toBeLessThanOrEqual(5);
  const attempt = await stored(local, `attempts/${attemptId}`);
  expect(attempt).toMatchObject({ tries: succeeded + wrong, state: succeeded === 1 ? 'used' : 'open' });
  expect(await guess(attemptId, code)).toBe('identity/attempt-ended');
  await nothingIsLeft(code, attemptId, ada.email);
}, 600_000);

/** Neither the code, nor that of a sign-in that succeeds, nor its token is found; what must be found shows that it was looked for. */
async function nothingIsLeft(code: string, attemptId: string, email: string): Promise<void> {
  const again = await beginSignIn(local, email);
  const right = await local.mailbox.latestCode(email);
  const { customToken } = await ask(local, 'codeConfirm', { attemptId: again.attemptId, code: right });
  if (customToken === null) throw new Error('a sign-in answers a token');
  const idToken = await local.signIn(customToken);
  await local.callable('getAccount', {}, `${idToken}x`).catch(() => undefined);
  const [documents, logs] = [await storedText(), logged.join('\n')];
  expect(documents).toContain(attemptId);
  expect(logs).toContain('verification'); // of the refused token: the functions' logs are seen here
  for (const text of [documents, logs]) {
    expect([code, right].filter((one) => holdsCode(text, one))).toEqual([]);
    expect([customToken, idToken].flatMap((token) => token.split('.').slice(1, 2)).filter((part) => text.includes(part))).toEqual([]);
  }
  expect(holdsCode(`{"stringValue":"${code}"}`, code)).toBe(true);
}
