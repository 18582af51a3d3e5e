/** Compares what is stored with what the inventory of personal data declares. */
import type { PersonalDataDeclaration } from '../../functions/src/shared/personalData.ts';
import type { RestDocument } from '../../infra/local/firestore/adminRest.ts';

/** Collections and top-level fields that no declaration names, such as `firestore: orgs/{…}/pets` or `firestore: jobs.colour`. */
export function undeclared(documents: readonly RestDocument[], declarations: readonly PersonalDataDeclaration[]): string[] {
  const findings = documents.flatMap(({ name, fields = {} }) => {
    const { store, path } = placeOf(name);
    const declaration = declarations.find((candidate) => candidate.store === store && isAt(candidate.collection, path));
    if (declaration === undefined) return [`${store}: ${collectionOf(path)}`];
    return Object.keys(fields).flatMap((field) => (field in declaration.fields ? [] : [`${store}: ${collectionOf(path)}.${field}`]));
  });
  return [...new Set(findings)];
}

/** Objects in a bucket that no declaration of kind `storage` names. */
export function undeclaredObjects(names: readonly string[], declarations: readonly PersonalDataDeclaration[]): string[] {
  const stored = declarations.filter(({ store }) => store === 'storage');
  return names.filter((name) => !stored.some(({ collection }) => isAt(collection, name)));
}

/** What no run leaves behind: tests of their own look at these. */
const ofOtherTests: readonly string[] = [
  'changes/{changeId}/parts/{part}', // of documents near 1 MiB: integration/backup/journal.test.ts
  'restoreState/{id}', // in scratch databases: integration/backup/restore.test.ts
  'restoreWithdrawn/{id}', // likewise
  'restoreLedger/{id}', // likewise: faults/restoreKills.test.ts
  'keysRestore/{id}', // likewise: faults/restoreTrust.test.ts
  'restoreHolds/{orgId}', // while an organisation is restored: likewise
];

/** Declared collections in Firestore of which there is no document: the run did not prove anything about them. */
export function unseen(documents: readonly RestDocument[], declarations: readonly PersonalDataDeclaration[]): string[] {
  const places = documents.map(({ name }) => placeOf(name));
  const isSeen = ({ store, collection }: PersonalDataDeclaration): boolean =>
    places.some((place) => place.store === store && isAt(collection, place.path));
  return declarations
    .filter((declaration) => declaration.store !== 'storage' && !ofOtherTests.includes(declaration.collection) && !isSeen(declaration))
    .map(({ collection }) => collection);
}

function placeOf(name: string): { store: PersonalDataDeclaration['store']; path: string } {
  const [, database, path = ''] = /^projects\/[^/]+\/databases\/([^/]+)\/documents\/(.*)$/.exec(name) ?? [];
  return { store: database === 'keys' || database === 'journal' ? `firestore/${database}` : 'firestore', path };
}

/** Whether a path has the form of a pattern such as `orgs/{orgId}/members/{accountId}`. */
function isAt(pattern: string, path: string): boolean {
  const parts = path.split('/');
  const wanted = pattern.split('/');
  return parts.length === wanted.length && wanted.every((part, index) => part.startsWith('{') || part === parts[index]);
}

/** A document's path without its ids. */
function collectionOf(path: string): string {
  return path
    .split('/')
    .slice(0, -1)
    .map((part, index) => (index % 2 === 0 ? part : '{…}'))
    .join('/');
}
