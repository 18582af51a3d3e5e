// Guarantees: BankID's relying-party API v6 by mutual TLS, with its validation, order life, QR codes and errors; what a
// phone signs is signed for real. Does not guarantee: BankID's own certificate hierarchy, revocation, risk assessment.
import type { Faults } from '../faults.ts';
import { type LoopbackService, startService } from '../http.ts';
import { certPem } from './certificates.ts';
import { createOrders, movableClock } from './orders.ts';
import { createPhone, type Phone } from './phone.ts';
import { phoneErrorReply, phoneRoutes } from './phoneRoutes.ts';
import { rpErrorReply, rpRoutes } from './rpRoutes.ts';
import { openTrust } from './trust.ts';

/** The running service: the phone's pages at `url`, the API behind mutual TLS at `api.url`. */
export type BankIdService = LoopbackService & {
  readonly api: LoopbackService;
  readonly phone: Phone;
  /** What a relying party needs: whom to trust, and what to show. All PEM. */
  readonly relyingParty: { readonly ca: string; readonly cert: string; readonly key: string };
  /** Certificate that issued those of persons; PEM. */
  readonly personsCa: string;
};

/** Starts both. With a state folder, certificates are kept in its `bankid.json`. */
export async function startBankId(options: {
  faults: Faults;
  stateDir: string | null;
  port?: number;
  apiPort?: number;
}): Promise<BankIdService> {
  const trust = openTrust(options.stateDir, new Date());
  const orders = createOrders(movableClock());
  const phone = createPhone(orders, trust.persons);
  const api = await startService({
    service: 'bankid',
    routes: rpRoutes(orders),
    faults: options.faults,
    errorReply: rpErrorReply,
    tls: { ...trust.server, ca: trust.ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    ...(options.apiPort === undefined ? {} : { port: options.apiPort }),
  });
  const pages = await startService({
    service: 'status',
    routes: phoneRoutes(phone),
    faults: options.faults,
    errorReply: phoneErrorReply,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const stop = async (): Promise<void> => {
    await Promise.all([api.stop(), pages.stop()]);
  };
  return { ...pages, api, phone, stop, relyingParty: { ca: trust.ca, ...trust.client }, personsCa: certPem(trust.persons.certDer) };
}
