/** The places of an organisation: what stands in the main menu, and what stands in the menu of the organisation's own pages. */
import { roleMay, type Permission, type Role } from '../../../functions/src/orgs/contract.ts';
import type { Messages } from '../i18n/messages.ts';

/** One entry of a menu. `path` is below `/o/{orgId}/`. */
export type Place = { readonly path: string; readonly permission: Permission; readonly label: (text: Messages) => string };

/** What members work with daily. */
export const workPlaces: readonly Place[] = [
  { path: 'persons', permission: 'register.read', label: (text) => text.app.navRegister },
  { path: 'documents', permission: 'documents.read', label: (text) => text.app.navDocuments },
  { path: 'audit', permission: 'audit.read', label: (text) => text.app.navAudit },
];

/** The pages about the organisation itself, behind one entry of the main menu. */
export const organisationPlaces: readonly Place[] = [
  { path: 'members', permission: 'orgs.readMembers', label: (text) => text.orgs.membersTitle },
  { path: 'teams', permission: 'orgs.readTeams', label: (text) => text.members.teamsTitle },
  { path: 'access-review', permission: 'orgs.readReviews', label: (text) => text.reviews.title },
  { path: 'approvals', permission: 'approvals.read', label: (text) => text.approvals.title },
  { path: 'alarms', permission: 'alarms.read', label: (text) => text.alarms.title },
  { path: 'support', permission: 'support.readGrants', label: (text) => text.support.title },
  { path: 'backups', permission: 'orgs.readMembers', label: (text) => text.backup.title },
  { path: 'settings', permission: 'orgs.read', label: (text) => text.orgs.settingsTitle },
];

/** The places of a menu that a role may see. */
export function placesFor(places: readonly Place[], role: Role): readonly Place[] {
  return places.filter(({ permission }) => roleMay(role, permission));
}

/** Whether an address is one of the organisation's own pages. */
export function isOrganisationPage(pathname: string): boolean {
  const first = /^\/o\/[^/]+\/([^/]+)/.exec(pathname)?.[1];
  return organisationPlaces.some(({ path }) => path === first);
}
