import fc from 'fast-check';
import { expect, test } from 'vitest';
import { approvalsOf, isApproved, stateAt, wayToFinish } from '../../../functions/src/identity/recovery/standing.ts';

const now = new Date('2026-11-21T12:00:00Z');
const orgId = fc.constantFrom('org-a', 'org-b', 'org-c');
const member = fc.constantFrom('anna', 'bo', 'cilla');
const facts = fc.record({
  state: fc.constantFrom('open', 'waiting', 'approved', 'declined', 'finished'),
  expiresAt: fc.constantFrom(new Date(now.getTime() - 1), now, new Date(now.getTime() + 1)),
  approvals: fc.dictionary(orgId, fc.array(member, { maxLength: 4 })),
});
const account = fc.record({ orgIds: fc.uniqueArray(orgId, { maxLength: 3 }), hasOtherFactor: fc.boolean(), isSupport: fc.boolean() });

test('nothing is finished that has run out, was declined or is finished', () => {
  fc.assert(
    fc.property(facts, account, fc.boolean(), (recovery, of, showsCode) => {
      const isOver = recovery.expiresAt <= now || recovery.state === 'declined' || recovery.state === 'finished';
      if (isOver) expect(wayToFinish(recovery, of, showsCode, now)).toBeNull();
      if (recovery.state === 'finished') expect(stateAt(recovery, now)).toBe('finished');
    }),
  );
});

test('without a recovery code, an account in an organisation is opened only by two different members of each, a technician’s never', () => {
  fc.assert(
    fc.property(facts, account, (recovery, of) => {
      const way = wayToFinish(recovery, of, false, now);
      if (of.orgIds.length === 0) return;
      const twoOfEach = of.orgIds.every((id) => new Set(recovery.approvals[id] ?? []).size >= 2);
      expect(isApproved(recovery, of)).toBe(twoOfEach && !of.isSupport);
      expect(way === 'approval').toBe(twoOfEach && !of.isSupport && stateAt(recovery, now) === 'approved');
      expect(way).not.toBe('email');
    }),
  );
});

test('e-mail alone is enough only where nothing is behind the account, which has no other factor and is no technician’s', () => {
  fc.assert(
    fc.property(facts, account, (recovery, of) => {
      const way = wayToFinish(recovery, of, false, now);
      if (way === 'email') expect(of).toEqual({ orgIds: [], hasOtherFactor: false, isSupport: false });
      if (of.orgIds.length === 0) expect(isApproved(recovery, of)).toBe(false);
    }),
  );
});

test('an approval that is no longer enough leaves the way of a recovery code', () => {
  fc.assert(
    fc.property(facts, account, (recovery, of) => {
      if (stateAt(recovery, now) !== 'approved') return;
      expect(wayToFinish(recovery, of, true, now)).toBe(isApproved(recovery, of) ? 'approval' : 'recoveryCode');
    }),
  );
});

test('never are more approvals counted than are needed, and somebody who approves twice counts once', () => {
  fc.assert(
    fc.property(facts, account, (recovery, of) => {
      const { given, needed } = approvalsOf(recovery, of);
      expect(given).toBeLessThanOrEqual(needed);
      const doubled = Object.fromEntries(Object.entries(recovery.approvals).map(([id, members]) => [id, [...members, ...members]]));
      expect(approvalsOf({ approvals: doubled }, of)).toEqual({ given, needed });
    }),
  );
});
