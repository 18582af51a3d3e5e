/**
 * What to call a device in a list: the family of the browser and the platform, from the User-Agent header.
 *
 * Guarantees: the answer is one of a few fixed words, never text from the header. Does not recognise everything, and what a
 * caller sends may be untrue: it helps a person to tell her own devices apart, nothing more.
 */

/** First match wins: browsers that call themselves by others' names too come before those. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|Opera)\//, 'Opera'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|Chromium|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/[\d.]+.*\bSafari\//, 'Safari'],
];
const platforms: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\b(?:Macintosh|Mac OS X)\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];
const longest = 512;

/** For example `Firefox · Windows`, `Safari · iPhone`, or null when neither is recognised. */
export function deviceName(userAgent: string): string | null {
  const text = userAgent.slice(0, longest);
  const nameIn = (table: typeof browsers): string[] => table.filter(([pattern]) => pattern.test(text)).map(([, name]) => name);
  return [nameIn(browsers)[0], nameIn(platforms)[0]].filter((part) => part !== undefined).join(' · ') || null;
}
