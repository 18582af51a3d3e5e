import { describe, expect, test } from 'vitest';
import { deviceName } from '../../../functions/src/identity/devices/deviceName.ts';
import { withDevice } from '../../../functions/src/identity/devices/rememberDevice.ts';

describe('the name of a device', () => {
  test.each([
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox · Windows'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36', 'Chrome · Windows'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0', 'Edge · Windows'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
      'Safari · macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      'Safari · iPhone',
    ],
    [
      'Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/138.0.0.0 Mobile/15E148 Safari/604.1',
      'Chrome · iPad',
    ],
    [
      'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36',
      'Samsung Internet · Android',
    ],
    ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36', 'Chrome · ChromeOS'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 OPR/120.0', 'Opera · Linux'],
    ['curl/8.5.0', null],
    ['', null],
  ])('%s', (userAgent, name) => {
    expect(deviceName(userAgent)).toBe(name);
  });

  test('is never text from the header', () => {
    expect(deviceName('<script>alert(1)</script> Firefox/1 Windows')).toBe('Firefox · Windows');
    expect(deviceName(`${'x'.repeat(100_000)} Firefox/1`)).toBeNull();
  });
});

describe('the known devices', () => {
  test('are the last twenty, newest first, each once', () => {
    const twentyFive = Array.from({ length: 25 }, (_, index) => `device${index}`);
    const known = twentyFive.reduce<readonly string[]>(withDevice, []);
    expect(known).toEqual(twentyFive.toReversed().slice(0, 20));
    expect(withDevice(known, 'device10')).toEqual(['device10', ...known.filter((device) => device !== 'device10')]);
  });

  test('stay as they are when a device does not name itself', () => {
    expect(withDevice(['a', 'b'], null)).toEqual(['a', 'b']);
  });
});
