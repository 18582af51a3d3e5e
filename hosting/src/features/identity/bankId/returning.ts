/**
 * Coming back from the BankID app on the same device. The order that this tab waits for is kept in the tab's own storage,
 * so that a reload does not lose it; a browser that opens another tab instead is told to go back.
 */
const storageKey = 'valv.bankid';
/** What BankID's app returns to: the page with this fragment. */
export const returnHash = '#bankid';

type Waiting = { readonly orderId: string; readonly purpose: string; readonly launchUrl: string };

/** Remembers the order that this tab waits for. */
export function rememberOrder(waiting: Waiting): void {
  sessionStorage.setItem(storageKey, JSON.stringify(waiting));
}

/** Forgets an order, unless the tab waits for another by now. */
export function forgetOrder(orderId: string): void {
  if (stored()?.orderId === orderId) sessionStorage.removeItem(storageKey);
}

/** The order that this tab waits for with this purpose, or null. */
export function waitingOrder(purpose: string): Waiting | null {
  const waiting = stored();
  return waiting?.purpose === purpose ? waiting : null;
}

/** Whether the BankID app led back to this tab, which waits. */
export function hasReturnedHere(hash: string, purpose: string): boolean {
  return hash === returnHash && waitingOrder(purpose) !== null;
}

/** Whether the BankID app led to a tab that waits for nothing. */
export function hasReturnedElsewhere(hash: string): boolean {
  return hash === returnHash && stored() === null;
}

function stored(): Waiting | null {
  const text = sessionStorage.getItem(storageKey);
  // Written by rememberOrder only.
  return text === null ? null : (JSON.parse(text) as Waiting);
}
