import { describe, expect, it } from 'vitest';
import { telling } from '../../../functions/src/platform/callable.ts';
import { AppError } from '../../../functions/src/shared/errors.ts';

const refusal = new AppError('orgs/not-allowed', 'not allowed');
const refuse = (): Promise<never> => Promise.reject(refusal);

describe('telling of refusals', () => {
  it('tells who called, what was asked and why it was refused, before it throws', async () => {
    const told: unknown[] = [];
    const tell = async (...refused: unknown[]): Promise<void> => void told.push(refused);
    await expect(telling(tell, 'caller', { orgId: 'org' }, refuse)).rejects.toBe(refusal);
    expect(told).toEqual([['caller', { orgId: 'org' }, refusal]]);
  });

  it('leaves a refusal one when it cannot be told', async () => {
    const fail = (): Promise<never> => Promise.reject(new Error('the database is away'));
    await expect(telling(fail, 'caller', {}, refuse)).rejects.toBe(refusal);
  });

  it('tells nothing of what was let through, nor of what went wrong on our side', async () => {
    const told: unknown[] = [];
    const tell = async (...refused: unknown[]): Promise<void> => void told.push(refused);
    expect(await telling(tell, 'caller', {}, async () => 'answer')).toBe('answer');
    await expect(telling(tell, 'caller', {}, () => Promise.reject(new TypeError('ours')))).rejects.toThrow('ours');
    expect(told).toEqual([]);
  });
});
