// The phone's addresses: pages for people, `POST /phone/…` in JSON for tests.
import { GoogleError } from '../googleError.ts';
import { PAGE_HEADERS } from '../html.ts';
import { jsonBody, type LoopbackRequest, type Reply, type Route } from '../http.ts';
import type { Phone } from './phone.ts';
import { donePage, orderPage, orderPath, refusedPage, startPage } from './phonePage.ts';
import type { PhoneLanguage } from './phoneWords.ts';
import type { Person } from './persons.ts';
import { RpError } from './rpError.ts';

/** All of them. */
export const phoneRoutes = (phone: Phone): Route[] => [...pageRoutes(phone), ...jsonRoutes(phone)];

function pageRoutes(phone: Phone): Route[] {
  const html = (body: string, status = 200): Reply => ({ status, headers: PAGE_HEADERS, body });
  const seeOther = (path: string): Reply => ({ status: 303, headers: { location: path.replaceAll('&amp;', '&') } });
  const guarded = (run: (request: LoopbackRequest) => Reply) => (request: LoopbackRequest) => {
    try {
      return run(request);
    } catch (error) {
      return html(refusedPage(error instanceof Error ? error.message : String(error), languageOf(request)), 400);
    }
  };
  const at = (method: string, name: string, pattern: RegExp, run: (request: LoopbackRequest) => Reply): Route => ({
    name,
    method,
    pattern,
    run: guarded(run),
  });
  const token = (request: LoopbackRequest): string => request.params['order'] ?? '';
  return [
    at('GET', 'phonePage', /^\/$/, (request) => html(startPage(phone.waiting(), phone.persons(), languageOf(request)))),
    at('GET', 'launch', /^\/launch$/, (request) => seeOther(orderPath(request.query.get('autostarttoken') ?? '', viewOf(request)))),
    at('GET', 'orderPage', /^\/orders\/(?<order>[\w-]+)$/, (request) =>
      html(orderPage(phone.look(token(request)), phone.persons(), viewOf(request))),
    ),
    at('POST', 'scanForm', /^\/scan$/, (request) => {
      const form = formOf(request);
      return seeOther(orderPath(phone.scan(form.get('qr') ?? '', personOf(form, phone)).order, viewOf(request)));
    }),
    at('POST', 'openForm', /^\/orders\/(?<order>[\w-]+)\/open$/, (request) => {
      phone.autostart(token(request), personOf(formOf(request), phone));
      return seeOther(orderPath(token(request), viewOf(request)));
    }),
    at('POST', 'approveForm', /^\/orders\/(?<order>[\w-]+)\/approve$/, (request) => {
      phone.approve(token(request));
      return html(donePage('approved', viewOf(request)));
    }),
    at('POST', 'declineForm', /^\/orders\/(?<order>[\w-]+)\/decline$/, (request) => {
      phone.decline(token(request));
      return html(donePage('declined', viewOf(request)));
    }),
  ];
}

/** `person`: a personal identity number of one of the phone's persons, or a whole {@link Person}. */
function jsonRoutes(phone: Phone): Route[] {
  const post = (name: string, run: (body: Record<string, unknown>) => object): Route => ({
    name: `phone.${name}`,
    method: 'POST',
    pattern: new RegExp(`^/phone/${name}$`),
    run: (request) => ({ json: run(jsonBody(request)) }),
  });
  const order = (body: Record<string, unknown>): string => String(body['order']);
  return [
    { name: 'phone.orders', method: 'GET', pattern: /^\/phone\/orders$/, run: () => ({ json: phone.waiting() }) },
    { name: 'phone.persons', method: 'GET', pattern: /^\/phone\/persons$/, run: () => ({ json: phone.persons() }) },
    post('scan', (body) => phone.scan(String(body['qr']), jsonPerson(body['person'], phone))),
    post('autostart', (body) => phone.autostart(order(body), jsonPerson(body['person'], phone))),
    post('approve', (body) => (phone.approve(order(body)), {})),
    post('decline', (body) => (phone.decline(order(body)), {})),
    post('hint', (body) => (phone.hint(order(body), String(body['hintCode']), body['fails'] === true), {})),
    post('clock', (body) => (phone.advance(Number(body['advanceSeconds'])), {})),
  ];
}

function jsonPerson(value: unknown, phone: Phone): Person {
  if (typeof value === 'string') return known(value, phone);
  const { personalNumber, givenName, surname } = (value ?? {}) as Record<string, unknown>; // each is checked by `made`
  return made(personalNumber, givenName, surname);
}

function personOf(form: URLSearchParams, phone: Phone): Person {
  const chosen = form.get('person') ?? '';
  return chosen === '' ? made(form.get('personalNumber'), form.get('givenName'), form.get('surname')) : known(chosen, phone);
}

function known(personalNumber: string, phone: Phone): Person {
  const found = phone.persons().find((person) => person.personalNumber === personalNumber);
  if (found === undefined) throw new GoogleError('NOT_FOUND', 'no such person');
  return found;
}

function made(personalNumber: unknown, givenName: unknown, surname: unknown): Person {
  const isName = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
  if (typeof personalNumber !== 'string' || !/^\d{12}$/.test(personalNumber) || !isName(givenName) || !isName(surname))
    throw new GoogleError('INVALID_ARGUMENT', 'a person has a "personalNumber" of twelve digits, a "givenName" and a "surname"');
  return { personalNumber, givenName: givenName.trim(), surname: surname.trim() };
}

const formOf = ({ body }: LoopbackRequest): URLSearchParams => new URLSearchParams(body.toString('utf8'));

function languageOf({ query, headers }: LoopbackRequest): PhoneLanguage {
  const asked = query.get('lang') ?? (headers['accept-language'] ?? 'sv').slice(0, 2);
  return asked === 'en' ? 'en' : 'sv';
}

/** The address to go back to is one of the web app; `null` is BankID's word for none. */
function viewOf(request: LoopbackRequest): { lang: PhoneLanguage; redirect: string | null } {
  const redirect = request.query.get('redirect');
  const isWeb = redirect !== null && /^https?:\/\//.test(redirect);
  return { lang: languageOf(request), redirect: isWeb ? redirect : null };
}

/** Errors of the phone's JSON: `{errorCode, details}` as BankID's own, or Google's for a malformed call. */
export function phoneErrorReply(error: unknown): Reply {
  if (error instanceof RpError) return { status: error.status, json: error.toBody() };
  const worded = error instanceof GoogleError ? error : new GoogleError('INTERNAL', String(error));
  return { status: worded.httpStatus, json: worded.toBody() };
}
