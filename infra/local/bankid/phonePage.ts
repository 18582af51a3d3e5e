// The phone as pages: plain forms, no script. Everything from outside is escaped.
import { escapeHtml, page } from '../html.ts';
import type { ShownOrder } from './phone.ts';
import type { Person } from './persons.ts';
import { phoneWords, type PhoneLanguage } from './phoneWords.ts';

type View = { readonly lang: PhoneLanguage; readonly redirect: string | null };

/** The start page: what waits, and the QR reader. */
export function startPage(waiting: readonly ShownOrder[], persons: readonly Person[], lang: PhoneLanguage): string {
  const words = phoneWords[lang];
  const rows = waiting.map(
    (order) => `<tr><th scope="row">${words[order.kind]}</th><td>${escapeHtml(order.referringDomain ?? '')}</td>
<td>${escapeHtml(order.hintCode)}${order.openedBy === null ? '' : `, ${words.opened} ${escapeHtml(nameOf(order.openedBy))}`}</td>
<td>${order.ageSeconds} ${words.seconds}</td><td><a href="${orderPath(order.order, { lang, redirect: null })}">${words.open}</a></td></tr>`,
  );
  const table = waiting.length === 0 ? `<p>${words.none}</p>` : `<table><tbody>${rows.join('\n')}</tbody></table>`;
  return page(
    words.title,
    `<p>${words.about} <a href="/?lang=${lang === 'sv' ? 'en' : 'sv'}">${words.language}</a></p>
<h2>${words.waiting}</h2>${table}
<h2>${words.scan}</h2>
<form method="post" action="/scan?lang=${lang}"><p><label>${words.qr}<br><input name="qr" size="100" required autocomplete="off"></label></p>
${personFields(persons, lang)}<p><button>${words.scan}</button></p></form>`,
    lang,
  );
}

/** One order: who opens it, or, when it is open, the decision. */
export function orderPage(order: ShownOrder, persons: readonly Person[], view: View): string {
  const words = phoneWords[view.lang];
  const path = `/orders/${order.order}`;
  const query = queryOf(view);
  const visible = order.visibleText === null ? '' : `<pre>${escapeHtml(order.visibleText)}</pre>`;
  const decline = `<form method="post" action="${path}/decline${query}"><p><button>${words.decline}</button></p></form>`;
  const decision =
    order.openedBy === null
      ? `<form method="post" action="${path}/open${query}">${personFields(persons, view.lang)}<p><button>${words.open}</button></p></form>`
      : `<p>${escapeHtml(nameOf(order.openedBy))}</p><form method="post" action="${path}/approve${query}"><p><button>${words.approve}</button></p></form>`;
  return page(
    `${words[order.kind]}: ${order.referringDomain ?? ''}`,
    `${visible}${decision}${decline}<p>${words.wait}</p>${home(view.lang)}`,
    view.lang,
  );
}

/** After a decision. */
export function donePage(outcome: 'approved' | 'declined', view: View): string {
  const words = phoneWords[view.lang];
  const back = view.redirect === null ? '' : `<p><a href="${escapeHtml(view.redirect)}">${words.back}</a></p>`;
  return page(words[outcome], `${back}${home(view.lang)}`, view.lang);
}

/** When something was refused. */
export const refusedPage = (reason: string, lang: PhoneLanguage): string =>
  page(phoneWords[lang].refused, `<p>${escapeHtml(reason)}</p>${home(lang)}`, lang);

/** The address of an order's page. */
export const orderPath = (order: string, view: View): string => `/orders/${encodeURIComponent(order)}${queryOf(view)}`;

function queryOf({ lang, redirect }: View): string {
  const query = new URLSearchParams({ lang, ...(redirect === null ? {} : { redirect }) });
  return `?${query.toString()}`.replaceAll('&', '&amp;');
}

const home = (lang: PhoneLanguage): string => `<p><a href="/?lang=${lang}">${phoneWords[lang].home}</a></p>`;
const nameOf = ({ givenName, surname }: Person): string => `${givenName} ${surname}`;

function personFields(persons: readonly Person[], lang: PhoneLanguage): string {
  const words = phoneWords[lang];
  const options = persons.map(
    (person) => `<option value="${person.personalNumber}">${escapeHtml(nameOf(person))} (${person.personalNumber})</option>`,
  );
  const field = (name: string, label: string): string => `<label>${label} <input name="${name}" autocomplete="off"></label> `;
  return `<p><label>${words.person} <select name="person">${options.join('')}<option value="">${words.other}</option></select></label></p>
<p>${words.other}: ${field('personalNumber', words.number)}${field('givenName', words.givenName)}${field('surname', words.surname)}</p>`;
}
