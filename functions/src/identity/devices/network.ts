/**
 * The network that an address belongs to, instead of the address.
 * Guarantees: at most /24 of IPv4 and /48 of IPv6 is kept; what is no address becomes null, never the text itself.
 */
import { isIPv4, isIPv6 } from 'node:net';

const ipv4Octets = 3;
const ipv6Groups = 3;

/** For example `192.0.2.0/24` or `2001:db8:1::/48`. An IPv4 address inside IPv6 is an IPv4 address. */
export function networkOf(address: string): string | null {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (isIPv4(plain)) return `${plain.split('.').slice(0, ipv4Octets).join('.')}.0/24`;
  if (!isIPv6(plain)) return null;
  return `${groupsOf(plain).slice(0, ipv6Groups).join(':')}::/48`;
}

/** The first groups of a valid IPv6 address, the zeros of `::` written out. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - behind.length;
  return [...groups, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...behind].map((group) => group.replace(/^0+(?=.)/, ''));
}
