/**
 * The network that an address belongs to, instead of the address. Pure, without node:net, so that contracts may use it.
 * Guarantees: at most /24 of IPv4 and /48 of IPv6 is kept; what is no address becomes null, never the text itself.
 */

const ipv4Octets = 3;
const ipv6Groups = 3;
const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);
const group = /^[0-9a-f]{1,4}$/i;

/** For example `192.0.2.0/24` or `2001:db8:1::/48`. An IPv4 address inside IPv6 (`::ffff:…`) is an IPv4 address. */
export function networkOf(address: string): string | null {
  if (ipv4.test(address)) return ipv4Network(address.split('.'));
  const groups = ipv6GroupsOf(address.replace(/%.*$/, ''));
  if (groups === null) return null;
  const isMapped = groups.every((value, index) => index >= 6 || value === (index === 5 ? 0xffff : 0));
  if (isMapped) return ipv4Network(groups.slice(6).flatMap((value) => [String(value >> 8), String(value & 0xff)]));
  const kept = groups.slice(0, ipv6Groups).map((value) => value.toString(16));
  return `${kept.join(':')}::/48`;
}

const ipv4Network = (octets: readonly string[]): string => `${octets.slice(0, ipv4Octets).join('.')}.0/24`;

/** The eight groups of an IPv6 address (RFC 4291, section 2.2); null for any other text. */
function ipv6GroupsOf(address: string): number[] | null {
  const halves = address.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail] = halves;
  if (halves.length > 2) return null;
  const last = tail ?? head;
  const embedded = last.at(-1)?.includes('.') === true ? last.pop() : undefined;
  if (embedded !== undefined && !ipv4.test(embedded)) return null;
  if (![...head, ...(tail ?? [])].every((text) => group.test(text))) return null;
  const [front, back] = [head.map(parseGroup), (tail ?? []).map(parseGroup)];
  if (embedded !== undefined) (tail === undefined ? front : back).push(...groupsOfIpv4(embedded));
  const missing = 8 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  return [...front, ...Array.from({ length: missing }, () => 0), ...back];
}

const parseGroup = (text: string): number => Number.parseInt(text, 16);

function groupsOfIpv4(address: string): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}
