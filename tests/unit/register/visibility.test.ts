import { describe, expect, test } from 'vitest';
import { roles } from '../../../functions/src/orgs/contract.ts';
import { fieldNames } from '../../../functions/src/register/fields.ts';
import { hiddenFields, shownFields } from '../../../functions/src/register/view.ts';
import { maskedFor, needsSearchable } from '../../../functions/src/register/visibility.ts';

const maskedFields = { editor: ['note'], reader: ['email', 'phone', 'familyName'], support: ['city'] } as const;
const person = { givenName: 'Ada', familyName: 'Prov', email: 'ada@example.se', personalIdentityNumber: '189001019802', note: 'n' };

describe('what a role sees', () => {
  test('is all but what the organisation masks for it; whoever manages sees everything', () => {
    const masked = Object.fromEntries(roles.map((role) => [role, maskedFor(role, { maskedFields })]));
    expect(masked).toEqual({
      owner: [],
      administrator: [],
      editor: ['note'],
      reader: ['familyName', 'email', 'phone'],
      auditor: [],
      billing: [],
      support: ['city'],
    });
  });

  test('leaves out masked values and names them as hidden, if there is a value', () => {
    const masked = maskedFor('reader', { maskedFields });
    expect(shownFields(person, false, masked)).toEqual({ givenName: 'Ada', personalIdentityNumber: '18900101-****', note: 'n' });
    expect(hiddenFields(person, false, masked)).toEqual(['familyName', 'personalIdentityNumber', 'email']);
  });

  test('is nothing of a protected identity, whatever is masked', () => {
    for (const masked of [[], fieldNames]) {
      expect(shownFields(person, true, masked)).toEqual({});
      expect(hiddenFields(person, true, masked)).toEqual(Object.keys(person).toSorted((a, b) => order(a) - order(b)));
    }
  });

  test('may mask the identity number whole, its beginning too', () => {
    expect(shownFields(person, false, ['personalIdentityNumber'])).not.toHaveProperty('personalIdentityNumber');
  });
});

describe('a search', () => {
  test('over a masked field is refused, and so is one over names when either is masked', () => {
    expect(() => needsSearchable('email', ['phone'])).not.toThrow();
    expect(() => needsSearchable('email', ['email'])).toThrow(expect.objectContaining({ code: 'orgs/not-allowed' }));
    for (const name of ['givenName', 'familyName'] as const)
      expect(() => needsSearchable('name', [name])).toThrow(expect.objectContaining({ details: { field: 'search', masked: name } }));
    expect(() => needsSearchable('identityNumber', ['personalIdentityNumber'])).toThrow('your role does not see');
  });
});

const order = (name: string): number => (fieldNames as readonly string[]).indexOf(name);
