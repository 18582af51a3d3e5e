/** What every callable does with input that is wrong, hostile or huge. */
import { beforeAll, describe, expect, test } from 'vitest';
import { withLocalCloud } from '../../support/localCloud.ts';
import {
  addPerson,
  builtFunctions,
  getPerson,
  newEmail,
  newOrganisation,
  password,
  refusal,
  refusedWith,
  type Organisation,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
beforeAll(async () => {
  at = await newOrganisation(local);
});
const call = (name: string, input: unknown) => local.callable(name, input, at.owner.idToken);
const signUpInput = (over: object) => ({ email: newEmail(), password, displayName: 'Ada', locale: 'sv', ...over });

describe('wrong input', () => {
  test.each([
    ['an unknown key', { nobodyKnows: 1 }, 'nobodyKnows'],
    ['a wrong type', { pageSize: '10' }, 'pageSize'],
    ['a number that is no integer', { pageSize: 1.5 }, 'pageSize'],
    ['a page that is too large', { pageSize: 101 }, 'pageSize'],
    ['an absent field', { pageSize: undefined }, 'pageSize'],
    ['a search of blanks', { search: '   ' }, 'search'],
    ['a page token that is no token', { pageToken: 'nonsense' }, 'pageToken'],
    ['a page token of another shape', { pageToken: Buffer.from('[1e300,0,"x"]').toString('base64url') }, 'pageToken'],
    ['a page token that leads elsewhere', { pageToken: Buffer.from('[1,0,"../../x"]').toString('base64url') }, 'pageToken'],
    ['a huge search', { search: 'x'.repeat(100_000) }, 'search'],
  ])('with %s is refused with its field', async (_name, over, field) => {
    const refused = await refusal(call('listDataSubjects', { orgId: at.orgId, pageSize: 10, ...over }));
    expect(refused).toMatchObject({ code: 'shared/invalid-input', status: 400, details: { field } });
    expect(refused.message).toMatch(/^invalid "/);
  });

  test.each([null, 5, 'text', [], [{}], true])('that is %j instead of an object is refused', async (input) => {
    expect(await refusedWith(call('listDataSubjects', input))).toBe('shared/invalid-input');
  });

  test.each(['', 'x', '../other', 'a/b/c/d/e/f/g/h/i/j/k', '%2e%2e%2f'.repeat(5), '\u0000'.repeat(20), 'å'.repeat(20), 'A'.repeat(65)])(
    'with the organisation id %j is refused',
    async (orgId) => {
      expect(await refusal(call('listDataSubjects', { orgId, pageSize: 1 }))).toMatchObject({
        code: 'shared/invalid-input',
        details: { field: 'orgId' },
      });
    },
  );

  test('never comes back in the message', async () => {
    const refused = await refusal(
      call('createDataSubject', {
        orgId: at.orgId,
        isProtected: false,
        fields: { givenName: 'Ada', email: 'hemlig adress', personalIdentityNumber: '19000101-0000' },
      }),
    );
    expect(JSON.stringify(refused)).not.toMatch(/hemlig|19000101/);
    expect(refused).toMatchObject({ code: 'shared/invalid-input', details: { field: 'personalIdentityNumber' } });
  });

  test('as anything but a callable’s request is refused', async () => {
    const url = `${local.cloud.urls.functions}/getAccount`;
    const authorization = `Bearer ${at.owner.idToken}`;
    expect((await fetch(url, { headers: { authorization } })).status).toBe(400);
    expect(
      (await fetch(url, { method: 'POST', headers: { authorization, 'content-type': 'text/plain' }, body: '{"data":{}}' })).status,
    ).toBe(400);
    expect(
      (await fetch(url, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: '{"data":{},"more":1}' }))
        .status,
    ).toBe(400);
    expect(
      (await fetch(url, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: '{"data":' })).status,
    ).toBe(400);
  });
});

describe('hostile input', () => {
  test('with keys of prototypes neither gets in nor changes anything', async () => {
    const raw = (json: string) =>
      fetch(`${local.cloud.urls.functions}/listDataSubjects`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${at.owner.idToken}` },
        body: json,
      });
    for (const key of ['__proto__', 'constructor', 'prototype', 'toString']) {
      const response = await raw(`{"data":{"orgId":"${at.orgId}","pageSize":1,"${key}":{"isAdmin":true,"pageSize":1}}}`);
      if (key !== '__proto__') expect(response.status).toBe(400);
      expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    }
    // A value that comes by the prototype is no value.
    const inherited = await raw(`{"data":{"__proto__":{"orgId":"${at.orgId}","pageSize":1}}}`);
    expect(inherited.status).toBe(400);
  });

  test('with a prototype’s key as a field name is refused', async () => {
    for (const key of ['constructor', 'hasOwnProperty', 'valueOf']) {
      expect(
        await refusedWith(call('createDataSubject', { orgId: at.orgId, isProtected: false, fields: { givenName: 'Ada', [key]: 'x' } })),
      ).toBe('shared/invalid-input');
    }
  });

  test.each(['\ud800', 'A\udc00da', 'A\u0000da', 'Ada\u202Egnp', '\uffff', 'A\nda'])('%j is refused as a name', async (name) => {
    expect(await refusal(call('createDataSubject', { orgId: at.orgId, isProtected: false, fields: { givenName: name } }))).toMatchObject({
      code: 'shared/invalid-input',
      details: { field: 'givenName' },
    });
    expect(await refusal(local.callable('signUpBegin', signUpInput({ displayName: name })))).toMatchObject({
      code: 'shared/invalid-input',
      details: { field: 'displayName' },
    });
    expect(await refusal(call('createOrganisation', { name, organisationNumber: '', identityNumberGround: null }))).toMatchObject({
      code: 'shared/invalid-input',
      details: { field: 'name' },
    });
  });

  test('of every script and emoji is kept as it is', async () => {
    const givenName = 'Åsa Žofia Нина 李 عائشة 👩🏽‍🚀';
    const id = await addPerson(local, at, { givenName, note: 'rad ett\nrad två 🦋' });
    expect((await getPerson(local, at.orgId, id, at.owner)).fields).toMatchObject({ givenName, note: 'rad ett\nrad två 🦋' });
  });

  test.each(['"><script>alert(1)</script>', "'; DROP TABLE persons; --", '{{7*7}}', '${process.env.SMTP_URL}', '../../../etc/passwd'])(
    '%j is only text',
    async (note) => {
      const id = await addPerson(local, at, { givenName: 'Ada', note });
      expect((await getPerson(local, at.orgId, id, at.owner)).fields.note).toBe(note);
    },
  );

  test('larger than a request may be is refused before it is read', async () => {
    const body = JSON.stringify({ data: { orgId: at.orgId, pageSize: 1, search: 'x'.repeat(33 * 1024 * 1024) } });
    const response = await fetch(`${local.cloud.urls.functions}/listDataSubjects`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(413);
  });

  test('in a password or an address is refused where it is too long', async () => {
    expect(await refusal(local.callable('signUpBegin', signUpInput({ password: 'x'.repeat(129) })))).toMatchObject({
      details: { field: 'password' },
    });
    expect(await refusal(local.callable('signInBegin', { email: `${'a'.repeat(250)}@example.org`, password, locale: 'sv' }))).toMatchObject(
      { details: { field: 'email' } },
    );
    expect(await refusal(local.callable('signUpBegin', signUpInput({ email: 'a@b.se\r\nBcc: other@example.org' })))).toMatchObject({
      details: { field: 'email' },
    });
  });
});
