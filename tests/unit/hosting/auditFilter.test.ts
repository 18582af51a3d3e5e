import { describe, expect, it } from 'vitest';
import { addressOf, filterOf, noFilter, queryOf } from '../../../hosting/src/features/audit/filter.ts';

const person = 'AbCdEfGhIjKlMnOpQrSt';

describe('the filter of the log', () => {
  it('survives its way through the address', () => {
    const form = { person, actor: person, action: 'register.dataSubject.reveal', from: '2026-01-01', to: '2026-01-31' } as const;
    expect(filterOf(new URLSearchParams(addressOf(form)))).toEqual(form);
  });

  it('leaves nothing in the address when it is empty', () => {
    expect(addressOf(noFilter)).toEqual({});
  });

  it.each(['person=anna@example.org', 'actor=%00', 'action=register.dataSubject.sell', 'from=yesterday', 'to=2026-1-1'])(
    'ignores %s',
    (address) => {
      expect(filterOf(new URLSearchParams(address))).toEqual(noFilter);
    },
  );

  it('takes in the whole of its last day', () => {
    const { from, before } = queryOf({ ...noFilter, from: '2026-03-28', to: '2026-03-29' });
    expect(from?.getDate()).toBe(28);
    expect(before?.getDate()).toBe(30);
    expect(before?.getHours()).toBe(0);
  });
});
