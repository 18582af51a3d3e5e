/** The devices that an account has signed in from: the last twenty, by keyed hashes. */

const mostKnownDevices = 20;

/** The list with a device at its beginning; a device that did not name itself changes nothing. */
export function withDevice(known: readonly string[], deviceIndex: string | null): readonly string[] {
  if (deviceIndex === null) return known;
  return [deviceIndex, ...known.filter((index) => index !== deviceIndex)].slice(0, mostKnownDevices);
}
