import { describe, expect, it } from 'vitest';
import { operatorsActorId } from '../../../functions/src/audit/contract.ts';
import { isAskedFor, narrowedByDatabase } from '../../../hosting/src/api/auditEvents.ts';
import { addressOf, filterOf, noFilter, queryOf, writtenNetwork, wrongIn } from '../../../hosting/src/features/audit/filter.ts';

const person = 'AbCdEfGhIjKlMnOpQrSt';

describe('the filter of the log', () => {
  it('survives its way through the address', () => {
    const form = {
      person,
      actor: person,
      action: 'register.dataSubject.reveal',
      outcome: 'refused',
      network: '203.0.113.0/24',
      from: '2026-01-01',
      to: '2026-01-31',
    } as const;
    expect(filterOf(new URLSearchParams(addressOf(form)))).toEqual(form);
  });

  it('leaves nothing in the address when it is empty', () => {
    expect(addressOf(noFilter)).toEqual({});
  });

  it.each([
    'person=anna@example.org',
    'actor=%00',
    'action=register.dataSubject.sell',
    'from=yesterday',
    'to=2026-1-1',
    'outcome=perhaps',
    'network=10.0.0',
  ])('ignores %s', (address) => {
    expect(filterOf(new URLSearchParams(address))).toEqual(noFilter);
  });

  it('keeps the operators, whose id is a word', () => {
    expect(filterOf(new URLSearchParams({ actor: operatorsActorId }))).toEqual({ ...noFilter, actor: operatorsActorId });
  });

  it('says which text stands for nothing', () => {
    expect(wrongIn(noFilter)).toEqual([]);
    expect(wrongIn({ ...noFilter, person: ` ${person} `, network: '203.0.113.77' })).toEqual([]);
    expect(wrongIn({ ...noFilter, person: 'Anna Andersson', network: 'localhost' })).toEqual(['person', 'network']);
  });

  it('takes in the whole of its last day', () => {
    const { from, before } = queryOf({ ...noFilter, from: '2026-03-28', to: '2026-03-29' });
    expect(from?.getDate()).toBe(28);
    expect(before?.getDate()).toBe(30);
    expect(before?.getHours()).toBe(0);
  });

  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    [' 203.0.113.0/24 ', '203.0.113.0/24'],
    ['2001:DB8:1::5', '2001:db8:1::/48'],
    ['2001:db8:1::/48', '2001:db8:1::/48'],
    ['203.0.113.0/16', null],
    ['203.0.113.0/24/24', null],
    ['localhost', null],
    ['', null],
  ])('takes %j for the network %j', (text, network) => {
    expect(writtenNetwork(text)).toBe(network);
  });

  it('leaves to the database what an index leads to, and narrows the rest itself', () => {
    const network = '203.0.113.0/24';
    const asked = [
      {},
      { outcome: 'refused' },
      { outcome: 'done' },
      { network },
      { network, outcome: 'refused' },
      { actorId: person, network },
    ] as const;
    expect(asked.map(narrowedByDatabase)).toEqual([
      { byNetwork: false, byRefusal: false },
      { byNetwork: false, byRefusal: true },
      { byNetwork: false, byRefusal: false },
      { byNetwork: true, byRefusal: false },
      { byNetwork: true, byRefusal: false },
      { byNetwork: false, byRefusal: false },
    ]);
    const refused = { outcome: 'orgs/not-allowed', from: network } as const;
    expect(asked.map((filter) => isAskedFor(refused, filter))).toEqual([true, true, false, true, true, true]);
    expect(asked.map((filter) => isAskedFor({ outcome: 'done', from: null }, filter))).toEqual([true, false, true, false, false, false]);
  });
});
