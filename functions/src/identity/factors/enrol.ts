/**
 * Adding a factor: an authenticator app, a passkey, recovery codes.
 *
 * Guarantees: only in a fresh session as strong as the account's factors (ownStrength.ts), and only after the person has shown
 * that the app or the passkey works; the account's other sessions end in the same commit, and its open attempts; the person is told by mail. An enrolment is of one account and is used once.
 */
import { newId, newSecret } from '../../platform/random.ts';
import { AppError } from '../../shared/errors.ts';
import type { EnrolmentId, FactorId } from '../../shared/ids.ts';
import { after, ms, type Clock } from '../../shared/time.ts';
import { accountsKey, loadAccount } from '../accountStore.ts';
import { wrongCode } from '../confirmCode.ts';
import { endSignInsOf } from '../endSignIns.ts';
import { notify } from '../notices/notify.ts';
import { attemptEnded } from '../secondStep.ts';
import { markAuthenticated, needsFresh, type Caller } from '../session.ts';
import { factorRules, type CreationOptions, type PasskeyCreated } from './contract.ts';
import {
  addFactor,
  createEnrolment,
  newFactorFields,
  ofKind,
  readFactors,
  tryEnrolment,
  type Enrolment,
  type FactorData,
  type NewFactor,
} from './factorStore.ts';
import { needsOwnStrength } from './ownStrength.ts';
import { newRecoveryCodes, recoveryCodeHash } from './recoveryCode.ts';
import { acceptedStep, totpSecretBytes, totpSecretText, totpUri } from './totp.ts';
import { creationOptions, newChallenge, verifyCreated } from './webAuthn.ts';

/** Begins to add an authenticator app. Throws `identity/reauthentication-needed`, or `identity/factor-exists` when there is one. */
export async function beginTotp(caller: Caller, clock: Clock): Promise<{ enrolmentId: EnrolmentId; secret: string; uri: string }> {
  await needsOwnStrength(caller, clock);
  const { email } = await ownAccount(caller);
  if (ofKind(await readFactors(caller.accountId), 'totp').length > 0) throw factorExists();
  const secret = totpSecretText(newSecret(totpSecretBytes));
  const enrolmentId = await enrol({ kind: 'totp', accountId: caller.accountId, secret }, clock());
  return { enrolmentId, secret, uri: totpUri(secret, email) };
}

/** Adds the app that shows this password. Throws `identity/wrong-code`, `identity/attempt-ended`, `identity/factor-exists`. */
export async function confirmTotp(caller: Caller, input: { enrolmentId: EnrolmentId; code: string }, clock: Clock): Promise<FactorId> {
  const { enrolment, triesLeft } = await tried(caller, input.enrolmentId, 'totp', factorRules.maxTries, clock());
  const lastStep = acceptedStep(enrolment.secret, input.code, clock(), -1);
  if (lastStep === null) throw wrongCode(triesLeft);
  return add(caller, { kind: 'totp', secret: enrolment.secret, lastStep }, { room: 1, enrolmentId: input.enrolmentId }, clock());
}

/** Begins to add a passkey. Throws `identity/reauthentication-needed`, or `identity/factor-exists` when there are ten. */
export async function beginPasskey(caller: Caller, clock: Clock): Promise<{ enrolmentId: EnrolmentId; options: CreationOptions }> {
  await needsOwnStrength(caller, clock);
  const { email, displayName } = await ownAccount(caller);
  const { accountId } = caller;
  const existing = ofKind(await readFactors(accountId), 'passkey').map(({ data }) => data);
  if (existing.length >= factorRules.mostPasskeys) throw factorExists();
  const challenge = newChallenge();
  const enrolmentId = await enrol({ kind: 'passkey', accountId, secret: challenge }, clock());
  return { enrolmentId, options: creationOptions(challenge, { accountId, email, displayName }, existing) };
}

/** Adds the passkey that the browser made. Throws `identity/passkey-refused`, `identity/attempt-ended`, `identity/factor-exists`. */
export async function confirmNewPasskey(
  caller: Caller,
  { enrolmentId, response, label }: { enrolmentId: EnrolmentId; response: PasskeyCreated; label: string },
  clock: Clock,
): Promise<FactorId> {
  const { enrolment } = await tried(caller, enrolmentId, 'passkey', 1, clock());
  const passkey = await verifyCreated(response, enrolment.secret, label);
  return add(caller, { kind: 'passkey', ...passkey }, { room: factorRules.mostPasskeys, enrolmentId }, clock());
}

/** Makes ten recovery codes, which replace those from before. They are answered once. */
export async function createRecoveryCodes(caller: Caller, clock: Clock): Promise<string[]> {
  await needsOwnStrength(caller, clock);
  const [codes, key] = [newRecoveryCodes(), await accountsKey()];
  const hashes = codes.map((code) => recoveryCodeHash(key, caller.accountId, code));
  await add(caller, { kind: 'recoveryCodes', hashes }, { room: 'replace', enrolmentId: null }, clock());
  return codes;
}

async function enrol(enrolment: Enrolment, now: Date): Promise<EnrolmentId> {
  const enrolmentId = newId<EnrolmentId>();
  await createEnrolment(enrolmentId, enrolment, now, after(now, factorRules.enrolmentMinutes * ms.minute));
  return enrolmentId;
}

async function tried(caller: Caller, id: EnrolmentId, kind: Enrolment['kind'], mostTries: number, now: Date) {
  needsFresh(caller, now);
  const found = await tryEnrolment(id, { kind, accountId: caller.accountId }, mostTries, now);
  if (found === null) throw attemptEnded();
  return found;
}

async function add(caller: Caller, data: FactorData, how: Pick<NewFactor, 'room' | 'enrolmentId'>, now: Date): Promise<FactorId> {
  const factorId = newId<FactorId>();
  const fields = await newFactorFields(caller.accountId, factorId, data, now);
  if (!(await addFactor({ caller, factorId, fields, ...how }, now))) throw factorExists();
  await endSignInsOf(caller.accountId, 'credentialsChanged', now, caller.sessionId);
  // What was just shown counts for the session that showed it.
  if (data.kind !== 'recoveryCodes') await markAuthenticated(caller, data.kind, now);
  await notify(caller.accountId, data.kind === 'recoveryCodes' ? 'recoveryCodesMade' : 'factorAdded', now);
  return factorId;
}

async function ownAccount({ accountId }: Caller) {
  const account = await loadAccount(accountId);
  if (account === null) throw new AppError('shared/not-found', 'not found');
  return account;
}

const factorExists = (): AppError => new AppError('identity/factor-exists', 'the account has this factor already');
