/** Which organisation this tab was in last, so that the start page leads back to it. Ids only. */
const storageKey = 'valv.organisation';

/** The id of the last organisation, or null. */
export function lastOrganisation(): string | null {
  return sessionStorage.getItem(storageKey);
}

/** Remembers the organisation of this tab. */
export function rememberOrganisation(orgId: string): void {
  sessionStorage.setItem(storageKey, orgId);
}
