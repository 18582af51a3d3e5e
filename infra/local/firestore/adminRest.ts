// The emulator's own REST surface, called as its owner: rules do not apply. For state and for the Firestore Admin
// service only; the application never comes here.

/** A document as the REST API gives it. */
export type RestDocument = { readonly name: string; readonly fields?: Record<string, unknown> };

/** Calls the emulator as owner. Throws with the emulator's message when it refuses. */
export async function callEmulator(url: string, method: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`emulator refused ${method} ${new URL(url).pathname}: ${text.slice(0, 500)}`);
  return text.trim() === '' ? undefined : JSON.parse(text);
}

/** Rules of a database that no client may enter. */
export const DENY_ALL = "rules_version = '2';\nservice cloud.firestore { match /{document=**} { allow read, write: if false; } }\n";

/** Puts rules in place for one database of one project; `content` is the text. Throws when they do not compile. */
export async function setRules(base: string, databaseName: string, content: string): Promise<void> {
  await callEmulator(`${base}/emulator/v1/${databaseName}:securityRules`, 'PUT', {
    rules: { files: [{ name: 'firestore.rules', content }] },
  });
}

/** Deletes every document of a database. */
export async function clearDatabase(base: string, projectId: string, database: string): Promise<void> {
  await callEmulator(`${base}/emulator/v1/projects/${projectId}/databases/${database}/documents`, 'DELETE');
}

/** All documents of a database, page by page, in the order of their names. */
export async function* pagesOf(base: string, databaseName: string, pageSize = 300): AsyncGenerator<RestDocument[]> {
  let last: string | undefined;
  for (;;) {
    const startAt = last === undefined ? {} : { startAt: { values: [{ referenceValue: last }], before: false } };
    const rows = await callEmulator(`${base}/v1/${databaseName}/documents:runQuery`, 'POST', {
      structuredQuery: {
        from: [{ allDescendants: true }],
        orderBy: [{ field: { fieldPath: '__name__' } }],
        limit: pageSize,
        ...startAt,
      },
    });
    // runQuery answers an array of rows, each with a document except for an empty result.
    const documents = (rows as { document?: RestDocument }[]).flatMap(({ document }) => document ?? []);
    if (documents.length > 0) yield documents;
    if (documents.length < pageSize) return;
    last = documents.at(-1)?.name;
  }
}

/** Copies all documents from one database to another, references to documents of the first included. */
export async function copyDatabase(base: string, from: string, to: string): Promise<number> {
  let copied = 0;
  for await (const page of pagesOf(base, from)) {
    const moved = JSON.stringify(page).replaceAll(`"${from}/documents`, `"${to}/documents`);
    // The same JSON as above with other database names in it.
    const documents = JSON.parse(moved) as RestDocument[];
    const writes = documents.map(({ name, fields = {} }) => ({ update: { name, fields } }));
    await callEmulator(`${base}/v1/${to}/documents:commit`, 'POST', { writes });
    copied += documents.length;
  }
  return copied;
}
