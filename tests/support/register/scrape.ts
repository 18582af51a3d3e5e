/** An insider who takes as much of a register as the functions give, and what the organisation's alarms then say. */
import { Timestamp, type DocumentData } from 'firebase-admin/firestore';
import { createSubjectKeys, orgKey } from '../../../functions/src/platform/keyring.ts';
import { newId } from '../../../functions/src/platform/random.ts';
import { sealPerson } from '../../../functions/src/register/sealedPerson.ts';
import type { DataSubjectId } from '../../../functions/src/shared/ids.ts';
import { samplePersons } from '../../../infra/local/sample/persons.ts';
import type { TestCloud } from '../localCloud.ts';
import { database, getPerson, listPersons, refusal, type SignedIn } from '../valv.ts';

/** Stores made-up persons as an import does, without its file; answers their ids. For clouds of this process. */
export async function seedPersons(local: TestCloud, orgId: string, count: number): Promise<string[]> {
  const db = database(local);
  const persons = samplePersons(count, 11).map(({ fields }) => ({ id: newId<DataSubjectId>(), fields }));
  for (let start = 0; start < persons.length; start += 200) {
    const some = persons.slice(start, start + 200);
    const keys = await createSubjectKeys(
      orgId,
      'dataSubject',
      some.map(({ id }) => id),
    );
    const batch = db.batch();
    const now = Timestamp.now();
    const head = {
      v: 1,
      state: 'active',
      isProtected: false,
      version: 1,
      createdAt: now,
      updatedAt: now,
      importJobId: null,
      lastEventId: newId<string>(),
    };
    for (const { id, fields } of some) {
      const sealed = sealPerson(await orgKey(orgId), keys.get(id)!, { orgId, dataSubjectId: id }, fields);
      batch.set(db.doc(`orgs/${orgId}/dataSubjects/${id}`), { ...head, ...sealed });
    }
    await batch.commit();
  }
  return persons.map(({ id }) => id);
}

/** What a scrape brought. */
export type Scraped = {
  /** Ids of persons of whom opened values came. */
  readonly persons: Set<string>;
  /** How often each code refused. */
  readonly refusals: Map<string, number>;
  /** Whether what came from the database itself held nothing that can be read. */
  readonly sealedOnly: boolean;
};

/** Refusals after which the insider gives up for the hour. */
const patience = 300;

/** Takes by pages, by searches, by views and, if the role may, by reveals, all at once, until everything is seen or nothing comes any more. */
export async function scrape(
  local: TestCloud,
  orgId: string,
  insider: SignedIn,
  how: { readonly pageSize: number; readonly parallel: number; readonly reveals?: boolean },
): Promise<Scraped> {
  const persons = new Set<string>();
  const refusals = new Map<string, number>();
  const isPatient = (): boolean => [...refusals.values()].reduce((sum, count) => sum + count, 0) < patience;
  const attempt = async <T>(asked: () => Promise<T>): Promise<T | null> => {
    const answer = asked();
    try {
      return await answer;
    } catch {
      const { code } = await refusal(answer);
      refusals.set(code, (refusals.get(code) ?? 0) + 1);
      return null;
    }
  };
  const ids = await sealedIds(local, orgId, insider);
  const page = async (search: string | undefined): Promise<void> => {
    for (let pageToken: string | undefined, pages = 0; pages < 200; pages += 1) {
      const more = {
        pageSize: how.pageSize,
        ...(search === undefined ? {} : { search }),
        ...(pageToken === undefined ? {} : { pageToken }),
      };
      const found = await attempt(() => listPersons(local, orgId, insider, more));
      for (const { dataSubjectId } of found?.items ?? []) persons.add(dataSubjectId);
      pageToken = found?.nextPageToken ?? undefined;
      if (pageToken === undefined) return;
    }
  };
  const view = async (id: string): Promise<void> => {
    const seen = await attempt(() => getPerson(local, orgId, id, insider));
    if (seen !== null) persons.add(id);
    if (how.reveals !== true) return;
    const input = { orgId, dataSubjectId: id, fields: ['personalIdentityNumber'] };
    if ((await attempt(() => local.callable('revealFields', input, insider.idToken))) !== null) persons.add(id);
  };
  const work = [
    () => page(undefined),
    ...['an', 'be', 'ka', 'so'].map((letters) => () => page(letters)),
    ...[...ids.keys()].toReversed().map((id) => () => view(id)),
  ];
  await Promise.all(
    Array.from({ length: how.parallel }, async () => {
      for (let next = work.shift(); next !== undefined && isPatient(); next = work.shift()) await next();
    }),
  );
  return { persons, refusals, sealedOnly: [...ids.values()].every((document) => !/givenName|familyName|@/.test(document)) };
}

/** Everything that the rules let the insider read directly: documents in the JSON of the REST API, by id. */
async function sealedIds(local: TestCloud, orgId: string, insider: SignedIn): Promise<Map<string, string>> {
  const { urls, projectId } = local.cloud;
  const address = `${urls.firestore}/v1/projects/${projectId}/databases/(default)/documents/orgs/${orgId}:runQuery`;
  const found = new Map<string, string>();
  const equal = (field: string, value: object) => ({ fieldFilter: { field: { fieldPath: field }, op: 'EQUAL', value } });
  const filters = [equal('state', { stringValue: 'active' }), equal('isProtected', { booleanValue: false })];
  for (let offset = 0; ; offset += 100) {
    const structuredQuery = {
      from: [{ collectionId: 'dataSubjects' }],
      where: { compositeFilter: { op: 'AND', filters } },
      limit: 100,
      offset,
    };
    const headers = { authorization: `Bearer ${insider.idToken}`, 'content-type': 'application/json' };
    const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify({ structuredQuery }) });
    const rows = (await response.json()) as { document?: { name: string } }[]; // the documented answer
    if (!response.ok) throw new Error(`the database answered ${response.status}`);
    const documents = rows.flatMap(({ document }) => (document === undefined ? [] : [document]));
    for (const document of documents) found.set(document.name.split('/').at(-1) ?? '', JSON.stringify(document));
    if (documents.length < 100) return found;
  }
}

/** The open alarms of an organisation, oldest first. */
export async function openAlarms(local: TestCloud, orgId: string): Promise<({ readonly id: string } & DocumentData)[]> {
  const found = await database(local).collection(`orgs/${orgId}/alarms`).where('state', '==', 'open').get();
  return found.docs
    .map((alarm): { readonly id: string } & DocumentData => ({ id: alarm.id, ...alarm.data() }))
    .toSorted((a, b) => (a['at'] as Timestamp).toMillis() - (b['at'] as Timestamp).toMillis());
}
