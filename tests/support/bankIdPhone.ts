/** BankID in integration and browser tests: plays the phone, and collects as the browser does without its waiting. */
import { Timestamp } from 'firebase-admin/firestore';
import { X509Certificate } from 'node:crypto';
import * as z from 'zod/mini';
import { bankIdCallables, type BankIdCollected, type BankIdPurpose } from '../../functions/src/identity/bankId/contract.ts';
import type { Person } from '../../infra/local/bankid/persons.ts';
import { verifySignature } from '../../infra/local/bankid/signature.ts';
import type { TestCloud } from './localCloud.ts';
import { testPersonalNumbers } from './testNumbers.ts';
import { database } from './valv.ts';

/** An order that was begun. */
export type StartedOrder = z.output<typeof bankIdCallables.bankIdStart.output>;

let used = 0;

/** A person whom no test has met before, with a published test number. */
export function somebodyNew(givenName = 'Prov', surname = 'Legitimerad'): Person {
  // Far from the numbers at the beginning of the list, which other tests give to persons of registers.
  const personalNumber = testPersonalNumbers[20_000 + used];
  used += 1;
  if (personalNumber === undefined) throw new TypeError('no more test numbers');
  return { personalNumber, givenName, surname };
}

/** The phone of a local cloud, and the callables around it. */
export function bankIdPhone(local: TestCloud) {
  const start = async (purpose: BankIdPurpose, over: object = {}, idToken?: string): Promise<StartedOrder> =>
    z.parse(
      bankIdCallables.bankIdStart.output,
      await local.callable('bankIdStart', { purpose, locale: 'sv', sameDevice: false, ...over }, idToken),
    );
  const poll = async (orderId: string, idToken?: string): Promise<BankIdCollected> =>
    z.parse(bankIdCallables.bankIdCollect.output, await local.callable('bankIdCollect', { orderId }, idToken));
  /** Lets the two seconds pass after which BankID is asked again. */
  const letPass = (orderId: string) =>
    database(local)
      .doc(`bankIdOrders/${orderId}`)
      .update({ nextCollectAt: Timestamp.fromMillis(0) });
  const collect = async (orderId: string, idToken?: string): Promise<BankIdCollected> => {
    await letPass(orderId);
    return poll(orderId, idToken);
  };
  const approve = (order: StartedOrder, person: Person): void => {
    local.cloud.bankId.phone.autostart(order.autoStartToken, person);
    local.cloud.bankId.phone.approve(order.autoStartToken);
  };
  return {
    start,
    /** Asks without waiting, so the server may answer what it knows. */
    poll,
    letPass,
    /** Asks once two seconds have passed. */
    collect,
    /** The person opens the order on the phone and gives the security code. */
    approve,
    /** All of it: begin, approve, collect. */
    async through(purpose: BankIdPurpose, person: Person, over: object = {}, idToken?: string): Promise<BankIdCollected> {
      const order = await start(purpose, over, idToken);
      approve(order, person);
      return collect(order.orderId, idToken);
    },
    /** Who signed what, by BankID's completion data as kept; null for a signature that does not hold. */
    verify(completionData: string): ReturnType<typeof verifySignature> {
      const { signature } = JSON.parse(completionData) as { signature: string }; // as BankID answers
      const xml = Buffer.from(signature, 'base64').toString('utf8');
      return verifySignature(xml, new X509Certificate(local.cloud.bankId.personsCa));
    },
  };
}
