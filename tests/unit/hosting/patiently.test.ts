import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../../hosting/src/api/apiError.ts';
import { patiently } from '../../../hosting/src/api/patiently.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('what the network failed', () => {
  it('is tried again, twice at most', async () => {
    const action = vi.fn<() => Promise<never>>().mockRejectedValue(new TypeError('Failed to fetch'));
    const last = patiently(action).catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    expect(await last).toEqual(new TypeError('Failed to fetch'));
    expect(action).toHaveBeenCalledTimes(3);
  });

  it('gives its answer as soon as there is one', async () => {
    const action = vi.fn<() => Promise<string>>().mockRejectedValueOnce({ code: 'auth/network-request-failed' }).mockResolvedValue('in');
    const answer = patiently(action);
    await vi.runAllTimersAsync();
    expect(await answer).toBe('in');
    expect(action).toHaveBeenCalledTimes(2);
  });

  it('is not what the service refused', async () => {
    const action = vi.fn<() => Promise<never>>().mockRejectedValue(new ApiError('identity/wrong-code'));
    await expect(patiently(action)).rejects.toThrow('identity/wrong-code');
    expect(action).toHaveBeenCalledTimes(1);
  });
});
