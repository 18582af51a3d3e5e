/** Imports: the dry run and the job, with good files, and with every bad one. */
import { Timestamp } from 'firebase-admin/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RowError } from '../../../functions/src/register/contract.ts';
import { encodeWindows1252, samplePersons, toCsv } from '../../../infra/local/sample/persons.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { testPersonalNumbers } from '../../support/testNumbers.ts';
import {
  addMember,
  addPerson,
  builtFunctions,
  database,
  eventsOf,
  getPerson,
  jobEnded,
  listPersons,
  newOrganisation,
  objectsIn,
  previewImport,
  refusal,
  refusedWith,
  startImport,
  stored,
  uploadFile,
  type Organisation,
  type SignedIn,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
let editor: SignedIn;
let used = 0;
const pin = () => testPersonalNumbers[(used += 1)]!;
beforeAll(async () => {
  at = await newOrganisation(local);
  editor = await addMember(local, at.orgId, 'editor');
});

const rows = (...lines: string[]) => `Förnamn;Efternamn;Personnummer;E-post\r\n${lines.join('\r\n')}\r\n`;
const dryRun = async (file: Uint8Array | string, more: object = {}) =>
  previewImport(local, at.orgId, at.owner, await uploadFile(local, at.orgId, at.owner, file), more);
const refusedUpload = (file: Uint8Array | string) => refusal(uploadFile(local, at.orgId, at.owner, file));
const personsOf = async (orgId: string) => (await database(local).collection(`orgs/${orgId}/dataSubjects`).get()).docs;
const start = (uploadId: string, over: object = {}, by = at.owner) =>
  local.callable(
    'startImport',
    { orgId: at.orgId, uploadId, encoding: 'utf-8', delimiter: ';', mapping: { Förnamn: 'givenName' }, skipInvalidRows: false, ...over },
    by.idToken,
  );

describe('a good file', () => {
  test.each([
    { delimiter: ';', encoding: 'windows-1252', language: 'sv' },
    { delimiter: ',', encoding: 'utf-8', language: 'en' },
    { delimiter: '\t', encoding: 'utf-8-bom', language: 'sv', newline: '\n' },
  ] as const)('$encoding with $delimiter is imported: persons, keys, events, nothing left of the upload', async (style) => {
    const into = await newOrganisation(local);
    const persons = samplePersons(120, 7);
    const { jobId, uploadId, preview } = await startImport(local, into, toCsv(persons, style));
    expect(preview).toMatchObject({ rowCount: 120, validCount: 120, errorCount: 0, delimiter: style.delimiter });
    expect(await jobEnded(local, jobId)).toMatchObject({
      state: 'succeeded',
      done: 120,
      total: 120,
      result: { imported: 120, skipped: 0, errorCount: 0, errors: [] },
    });
    const docs = await personsOf(into.orgId);
    expect(docs).toHaveLength(120);
    expect(docs.filter((doc) => doc.get('isProtected') === true)).toHaveLength(persons.filter(({ isProtected }) => isProtected).length);
    const creations = (await eventsOf(local, into.orgId)).filter(({ action }) => action === 'register.dataSubject.create');
    expect(creations.map(({ targetIds }) => String(targetIds[0])).toSorted()).toEqual(docs.map(({ id }) => id).toSorted());
    expect(
      creations.every(({ actorKind, actorId, jobId: by }) => actorKind === 'job' && actorId === into.owner.accountId && by === jobId),
    ).toBe(true);
    expect(
      (await eventsOf(local, into.orgId)).filter(({ action }) => action.startsWith('register.import')).map(({ action }) => action),
    ).toEqual(['register.import.upload', 'register.import.preview', 'register.import.start', 'register.import.finish']);
    expect(await stored(local, `subjectKeys/${uploadId}`, 'keys')).toBeUndefined();
    expect(objectsIn(local, 'FILES_BUCKET', `orgs/${into.orgId}/`)).toEqual([]);
    expect(await stored(local, `orgs/${into.orgId}/uploads/${uploadId}`)).toMatchObject({ state: 'imported' });
    const sought = persons.find(({ isProtected, fields }) => !isProtected && fields.personalIdentityNumber !== undefined)!;
    const { items } = await listPersons(local, into.orgId, into.owner, { search: sought.fields.personalIdentityNumber! });
    expect((await getPerson(local, into.orgId, items[0]!.dataSubjectId, into.owner)).fields).toMatchObject({
      ...sought.fields,
      personalIdentityNumber: `${sought.fields.personalIdentityNumber!.slice(0, 8)}-****`,
    });
  });

  test('is stored sealed while it waits', async () => {
    const uploadId = await uploadFile(local, at.orgId, at.owner, rows(`Klartext;Synlig;${pin()};klar@example.se`));
    const object = local.cloud.storage.objects(local.cloud.env['FILES_BUCKET'] ?? '').get(`orgs/${at.orgId}/uploads/${uploadId}`)!;
    const bytes = local.cloud.storage.read(object).toString('latin1');
    expect(bytes).not.toMatch(/Klartext|Synlig|klar@/);
  });

  test('brings in protected persons, also by an editor, who does not see them afterwards', async () => {
    const file = `Förnamn;Skyddad identitet\r\nSynlig;nej\r\nDold;ja\r\n`;
    const { jobId, preview } = await startImport(local, at, file, { by: editor });
    expect(preview.sample).toEqual([{ givenName: 'Synlig' }]);
    expect(await jobEnded(local, jobId)).toMatchObject({ result: { imported: 2 } });
    expect((await listPersons(local, at.orgId, editor, { search: 'dold' })).items).toEqual([]);
    expect((await listPersons(local, at.orgId, at.owner, { search: 'dold', includeProtected: true })).items).toMatchObject([
      { isProtected: true, givenName: null },
    ]);
  });
});

describe('a bad file', () => {
  const bytes = (...values: number[]) => Uint8Array.from([...values, ...Array.from({ length: 100 }, () => 1)]);
  test.each([
    ['XLSX', Buffer.concat([bytes(0x50, 0x4b, 3, 4), Buffer.from('[Content_Types].xml')]), 'register/import-not-csv', 'xlsx'],
    ['ZIP', bytes(0x50, 0x4b, 3, 4), 'register/import-not-csv', 'zip'],
    ['PDF', Buffer.from('%PDF-1.7 and so on'), 'register/import-not-csv', 'pdf'],
    ['old Excel', bytes(0xd0, 0xcf, 0x11, 0xe0), 'register/import-not-csv', 'xls'],
    ['noise', Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 37) % 256)), 'register/import-not-csv', 'binary'],
    ['HTML', '<html><body>logga in</body></html>', 'register/import-not-csv', 'html-or-xml'],
    ['JSON', '[{"givenName":"Ada"}]', 'register/import-not-csv', 'json'],
    ['blanks', ' \r\n \r\n', 'register/import-not-csv', 'empty'],
    ['UTF-16', Buffer.from('\ufeffFörnamn;Efternamn\r\nAda;Prov', 'utf16le'), 'register/import-wrong-encoding', 'utf-16'],
    [
      'Mac OS Roman',
      Buffer.from([
        ...Buffer.from('Fornamn;Ort\r\nAsa;Ostersund f'),
        0x9a,
        0x72,
        ...Buffer.from(' lv'),
        0x8a,
        ...Buffer.from('ng b'),
        0x8c,
        ...Buffer.from('t\r\n'),
      ]),
      'register/import-wrong-encoding',
      'another 8-bit encoding',
    ],
  ] as const)('%s is refused at the upload and leaves nothing', async (_name, file, code, found) => {
    const before = [
      objectsIn(local, 'FILES_BUCKET').length,
      (await database(local, 'keys').collection('subjectKeys').count().get()).data().count,
    ];
    expect(await refusedUpload(file)).toMatchObject({ code, status: 400, details: { found } });
    expect([
      objectsIn(local, 'FILES_BUCKET').length,
      (await database(local, 'keys').collection('subjectKeys').count().get()).data().count,
    ]).toEqual(before);
  });

  test('of no bytes at all is refused', async () => {
    expect(await refusedUpload('')).toMatchObject({ code: 'register/import-not-csv', details: { found: 'empty' } });
  });

  test('of 50 MB is refused, and so is one just over the limit', async () => {
    expect(await refusedUpload(Buffer.alloc(50 * 1024 * 1024, 'x'))).toMatchObject({ status: 413 });
    expect(await refusedUpload(Buffer.alloc(25 * 1024 * 1024 + 1, 'x'))).toMatchObject({
      code: 'register/import-too-large',
      details: { max: 25 * 1024 * 1024 },
    });
  });

  test.each([
    ['only a header', 'Förnamn;Efternamn\r\n', { rowCount: 0, validCount: 0, errorCount: 0 }],
    ['a header and blank rows', 'Förnamn;Efternamn\r\n;\r\n;\r\n', { rowCount: 0 }],
  ])('with %s has no rows', async (_name, file, expected) => {
    expect(await dryRun(file)).toMatchObject(expected);
  });

  test('without a header row is refused without telling its values', async () => {
    const refused = await refusal(dryRun('Ada;Prov;ada@example.se\r\nBo;Prov;bo@example.se\r\n'));
    expect(refused).toMatchObject({ code: 'register/import-not-csv', details: { found: 'no-header-row' } });
    expect(JSON.stringify(refused)).not.toMatch(/Ada|example/);
  });

  test('with damaged bytes late in the file names row and column', async () => {
    const file = Buffer.concat([
      Buffer.from('Förnamn;Efternamn\r\nÅsa;Öberg\r\nÄrla;Ög\r\nBo;Sk'),
      Buffer.from([0xe5]),
      Buffer.from('n\r\n'),
    ]);
    expect(await refusal(dryRun(file))).toMatchObject({ code: 'register/import-wrong-encoding', details: { row: 4, column: 'Efternamn' } });
  });

  test('with a stray or an unclosed quote names its row', async () => {
    expect(await refusal(dryRun('Förnamn;Efternamn\r\nAda;Prov\r\n"Bo;Prov\r\nCe;Prov\r\n'))).toMatchObject({
      code: 'register/import-not-csv',
      details: { found: 'unclosed-quote' },
    });
    expect(await refusal(dryRun('Förnamn;Efternamn\r\nAda;Pr"ov\r\n'))).toMatchObject({
      code: 'register/import-not-csv',
      details: { found: 'stray-quote', row: 2 },
    });
  });

  test('has each finding with row, column and code, and no value', async () => {
    const [twice, taken] = [pin(), pin()];
    await addPerson(local, at, { givenName: 'Finns', personalIdentityNumber: taken });
    const wrongDigit = twice.slice(0, 11) + String((Number(twice[11]) + 1) % 10);
    const preview = await dryRun(
      rows(
        `Ada;Prov;${twice};ada@example.se`,
        'Bo;Prov',
        `Ce;Prov;${wrongDigit};`,
        'Di;Prov;19891301-1234;',
        `Ed;Prov;${twice};`,
        `Fe;Prov;${taken};`,
        '=1+1;Prov;;',
        'Gu;Prov;;ingen adress',
        ';;;bara@example.se',
        '',
        `Hi;Prov;${twice.slice(2, 8)}+${twice.slice(8)};`,
        '@SUM(A1);+46;;',
        'Li;Prov;;;för mycket',
      ),
    );
    const found = preview.errors.map(({ row, column, problem, firstRow }): Partial<RowError> => ({
      row,
      column,
      problem,
      ...(firstRow === undefined ? {} : { firstRow }),
    }));
    expect(found.filter(({ row }) => row !== 12)).toEqual([
      { row: 3, column: 'Personnummer', problem: 'ragged-row' },
      { row: 4, column: 'Personnummer', problem: 'invalid-check-digit' },
      { row: 5, column: 'Personnummer', problem: 'invalid-identity-number' },
      { row: 6, column: 'Personnummer', problem: 'duplicate-in-file', firstRow: 2 },
      { row: 7, column: 'Personnummer', problem: 'duplicate-in-register' },
      { row: 8, column: 'Förnamn', problem: 'formula' },
      { row: 9, column: 'E-post', problem: 'invalid-email' },
      { row: 10, column: 'Efternamn', problem: 'required' },
      { row: 11, column: null, problem: 'empty-row' },
      { row: 13, column: 'Förnamn', problem: 'formula' },
      { row: 14, column: null, problem: 'ragged-row' },
    ]);
    expect(JSON.stringify(preview.errors)).not.toMatch(/example|SUM|Prov|19891301/);
    expect(preview).toMatchObject({ rowCount: 13, errorCount: 13 - preview.validCount });
  });
});

describe('rows with errors', () => {
  const file = () => rows(`Ada;Prov;${pin()};`, 'Bo;Prov;;fel', `Ce;Prov;${pin()};`);

  test('refuse the whole file: nothing is written, and the upload may be tried again', async () => {
    const into = await newOrganisation(local);
    const { jobId, uploadId } = await startImport(local, into, file());
    expect(await jobEnded(local, jobId)).toMatchObject({
      state: 'failed',
      error: { code: 'register/import-has-errors', details: { errorCount: 1 } },
    });
    expect(await personsOf(into.orgId)).toEqual([]);
    const { encoding, delimiter, mapping } = await previewImport(local, into.orgId, into.owner, uploadId);
    const again = (await local.callable(
      'startImport',
      { orgId: into.orgId, uploadId, encoding, delimiter, mapping, skipInvalidRows: true },
      into.owner.idToken,
    )) as { jobId: string };
    expect(await jobEnded(local, again.jobId)).toMatchObject({ state: 'succeeded', result: { imported: 2, skipped: 1 } });
  });

  test('are left out and reported when the member chose so', async () => {
    const into = await newOrganisation(local);
    const { jobId } = await startImport(local, into, file(), { skipInvalidRows: true });
    expect(await jobEnded(local, jobId)).toMatchObject({
      state: 'succeeded',
      done: 3,
      result: { imported: 2, skipped: 1, errorCount: 1, errors: [{ row: 3, column: 'D', problem: 'invalid-email' }] },
    });
    expect(await personsOf(into.orgId)).toHaveLength(2);
  });

  test('of a file that was imported already are all duplicates, and nobody is doubled', async () => {
    const into = await newOrganisation(local);
    const again = file();
    await jobEnded(local, (await startImport(local, into, again, { skipInvalidRows: true })).jobId);
    expect(await jobEnded(local, (await startImport(local, into, again, { skipInvalidRows: true })).jobId)).toMatchObject({
      result: { imported: 0, skipped: 3 },
    });
    expect(await personsOf(into.orgId)).toHaveLength(2);
  });
});

describe('starting', () => {
  test('needs a mapping that fits', async () => {
    const uploadId = await uploadFile(local, at.orgId, at.owner, 'Förnamn;Ort;Stad\r\nAda;Umeå;Luleå\r\n');
    for (const [mapping, reason] of [
      [{ Ort: 'city' }, 'no-name-column'],
      [{ Förnamn: 'givenName', Finnsinte: 'city' }, 'unknown-column'],
      [{ Förnamn: 'givenName', Ort: 'city', Stad: 'city' }, 'field-twice'],
    ] as const) {
      expect(await refusal(previewImport(local, at.orgId, at.owner, uploadId, { mapping }))).toMatchObject({
        code: 'register/import-mapping-missing',
        details: { reason },
      });
    }
    expect(await refusal(previewImport(local, at.orgId, at.owner, uploadId, { mapping: { Förnamn: 'shoeSize' } }))).toMatchObject({
      code: 'shared/invalid-input',
    });
    expect(await refusedWith(start(uploadId, { mapping: { Ort: 'city' } }))).toBe('register/import-mapping-missing');
  });

  test('keeps no header in the job: in a file without a header row it would be somebody’s name', async () => {
    const uploadId = await uploadFile(local, at.orgId, at.owner, 'Annika;Vallgatan\r\nBodil;Ringen\r\nfel\r\n');
    const { jobId } = (await start(uploadId, { mapping: { Annika: 'givenName', Vallgatan: 'street' }, skipInvalidRows: true })) as {
      jobId: string;
    };
    expect(await jobEnded(local, jobId)).toMatchObject({ state: 'succeeded', result: { imported: 1, errors: [{ row: 3, column: 'B' }] } });
    expect(JSON.stringify(await stored(local, `jobs/${jobId}`))).not.toMatch(/Annika|Vallgatan/);
  });

  test('needs a ground when there are identity numbers', async () => {
    const groundless = await newOrganisation(local, null);
    expect(await refusedWith(startImport(local, groundless, rows(`Ada;Prov;${pin()};`)))).toBe('orgs/identity-number-ground-missing');
  });

  test('needs an upload of one’s own that still waits', async () => {
    const uploadId = await uploadFile(local, at.orgId, at.owner, 'Förnamn\r\nAda\r\n');
    const other = await newOrganisation(local);
    const foreign = await uploadFile(local, other.orgId, other.owner, 'Förnamn\r\nAda\r\n');
    for (const id of [foreign, 'A'.repeat(20)]) {
      expect(await refusedWith(start(id))).toBe('register/upload-gone');
      expect(await refusedWith(previewImport(local, at.orgId, at.owner, id))).toBe('register/upload-gone');
    }
    expect(await refusedWith(start(uploadId, {}, editor))).toBe('register/upload-gone');
    await database(local)
      .doc(`orgs/${at.orgId}/uploads/${uploadId}`)
      .update({ expiresAt: Timestamp.fromMillis(Date.now() - 1) });
    expect(await refusedWith(start(uploadId))).toBe('register/upload-gone');
  });

  test('twice at once imports once', async () => {
    const into = await newOrganisation(local);
    const file = toCsv(samplePersons(150, 3), { delimiter: ';', encoding: 'utf-8', language: 'sv' });
    const uploads = [await uploadFile(local, into.orgId, into.owner, file), await uploadFile(local, into.orgId, into.owner, file)];
    const { encoding, delimiter, mapping } = await previewImport(local, into.orgId, into.owner, uploads[0]!);
    const input = (uploadId: string) => ({ orgId: into.orgId, uploadId, encoding, delimiter, mapping, skipInvalidRows: false });
    const asked = [uploads[0]!, uploads[1]!, uploads[0]!].map(
      (uploadId) => local.callable('startImport', input(uploadId), into.owner.idToken) as Promise<{ jobId: string }>,
    );
    const outcomes = await Promise.allSettled(asked);
    const jobs = await Promise.all(
      outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [jobEnded(local, outcome.value.jobId)] : [])),
    );
    expect(jobs.filter(({ state }) => state === 'succeeded')).toHaveLength(1);
    for (const job of jobs.filter(({ state }) => state === 'failed'))
      expect(['register/import-already-running', 'register/upload-gone', 'register/import-has-errors']).toContain(job['error'].code);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(await refusedWith(Promise.reject(outcome.reason as unknown))).toBe('register/import-already-running');
    expect(await personsOf(into.orgId)).toHaveLength(150);
    const numbers = (await personsOf(into.orgId)).flatMap((doc) => doc.get('identityNumberIndex') ?? []);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('a second while the first runs is refused', async () => {
    const into = await newOrganisation(local);
    const first = await uploadFile(local, into.orgId, into.owner, encodeWindows1252('Förnamn\r\nÅsa\r\n'));
    const second = await uploadFile(local, into.orgId, into.owner, 'Förnamn\r\nBo\r\n');
    local.cloud.tasks.hold();
    const input = (uploadId: string, encoding: string) => ({
      orgId: into.orgId,
      uploadId,
      encoding,
      delimiter: ';',
      mapping: { Förnamn: 'givenName' },
      skipInvalidRows: false,
    });
    const { jobId } = (await local.callable('startImport', input(first, 'windows-1252'), into.owner.idToken)) as { jobId: string };
    expect(await refusedWith(local.callable('startImport', input(second, 'utf-8'), into.owner.idToken))).toBe(
      'register/import-already-running',
    );
    local.cloud.tasks.release();
    expect(await jobEnded(local, jobId)).toMatchObject({ state: 'succeeded', result: { imported: 1 } });
  });
});

test('uploading needs the permission, a session and the right method', async () => {
  const reader = await addMember(local, at.orgId, 'reader');
  expect(await refusedWith(uploadFile(local, at.orgId, reader, 'Förnamn\r\nAda\r\n'))).toBe('orgs/not-allowed');
  const url = `${local.cloud.urls.functions}/uploadImport?orgId=${at.orgId}`;
  expect((await fetch(url, { method: 'POST', body: 'Förnamn\r\nAda\r\n' })).status).toBe(401);
  expect((await fetch(url, { method: 'PUT', headers: { authorization: `Bearer ${at.owner.idToken}` }, body: 'x' })).status).toBe(400);
});

test('files that wait are counted, and one whose call was killed before its document is destroyed a day later', async () => {
  const here = await newOrganisation(local);
  const send = () => uploadFile(local, here.orgId, here.owner, 'Förnamn\r\nAda\r\n');
  const [orphan, fresh] = [await send(), await send()];
  const uploads = database(local).collection(`orgs/${here.orgId}/uploads`);
  for (const id of [orphan, fresh]) await uploads.doc(id).delete();
  const written = local.cloud.storage.objects(local.cloud.env['FILES_BUCKET']!).get(`orgs/${here.orgId}/uploads/${orphan}`)!;
  Object.assign(written, { timeCreated: new Date(Date.now() - 25 * 3_600_000).toISOString() });
  await local.cloud.runSchedule('pruneExpired');
  expect(objectsIn(local, 'FILES_BUCKET', `orgs/${here.orgId}/`)).toEqual([`orgs/${here.orgId}/uploads/${fresh}`]);
  expect(await stored(local, `subjectKeys/${orphan}`, 'keys')).toBeUndefined();
  const waiting = { state: 'stored', createdBy: here.owner.accountId, expiresAt: Timestamp.fromMillis(Date.now() + 60_000) };
  await Promise.all(Array.from({ length: 20 }, () => uploads.add(waiting)));
  expect(await refusal(send())).toMatchObject({ code: 'identity/too-many-attempts', status: 429, details: { max: 20 } });
});
