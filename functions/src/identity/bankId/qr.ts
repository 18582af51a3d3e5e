/**
 * The animated QR code of a BankID order.
 * Guarantees: a code says nothing about the next one without the secret, which never leaves the server.
 */
import { createHmac } from 'node:crypto';

/** The text of the code that is to be shown `seconds` whole seconds after BankID placed the order. */
export function qrCode(qrStartToken: string, qrStartSecret: string, seconds: number): string {
  const mac = createHmac('sha256', qrStartSecret).update(String(seconds)).digest('hex');
  return `bankid.${qrStartToken}.${seconds}.${mac}`;
}
