import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { networkOf } from '../../../functions/src/shared/network.ts';

describe('the network of an address', () => {
  test.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['::FFFF:c000:24d', '192.0.2.0/24'],
    ['0:0:0:0:0:ffff:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:12:34::1', '2001:db8:12::/48'],
    ['2001:0DB8:0000:0000:0000:0000:0000:0001', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['::', '0:0:0::/48'],
    ['64:ff9b::192.0.2.77', '64:ff9b:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
    ['127.0.0.1', '127.0.0.0/24'],
    ['unknown', null],
    ['192.0.2', null],
    ['192.0.2.256', null],
    ['192.0.2.077', null],
    ['192.0.2.77, 198.51.100.1', null],
    ['1::2::3', null],
    ['1:2:3:4:5:6:7', null],
    ['1:2:3:4:5:6:7:8:9', null],
    ['1:2:3:4:5:6:7:8::', null],
    ['12345::', null],
    ['192.0.2.77::', null],
    [':1', null],
    ['', null],
  ])('%s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  test('is known for exactly what node:net takes for an address, and says nothing of the host', () => {
    const piece = fc.constantFrom('0', '1', 'ab', 'ffff', '12345', 'g', ':', '::', '.', '192', '256', '01', '192.0.2.1', '');
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (address) => {
        const network = networkOf(address);
        expect(network !== null).toBe(isIP(address) !== 0);
        if (network !== null) expect(network).toMatch(/^(\d+\.\d+\.\d+\.0\/24|([0-9a-f]+:){3}:\/48)$/);
      }),
      { numRuns: 2000 },
    );
  });
});
