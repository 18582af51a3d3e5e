import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8, utf8Text } from '../../../../functions/src/crypto/auditLog/bytes.ts';
import {
  hashedEvents,
  eventIdOf,
  eventInstant,
  eventText,
  leafHashes,
  type LoggedEvent,
} from '../../../../functions/src/crypto/auditLog/event.ts';
import { leafHash } from '../../../../functions/src/crypto/auditLog/merkle.ts';
import { countThatFits, eventTexts, parseHeader, sealEvents } from '../../../../functions/src/crypto/auditLog/seal.ts';
import { sha256 } from '../../../../functions/src/crypto/nodeHashes.ts';
import { canonicalJson } from '../../../../functions/src/shared/canonicalJson.ts';
import { drawFrom, sampleEvent } from '../../../support/auditLog/sampleLog.ts';

const event: LoggedEvent = {
  v: 1,
  id: 'p3Hs8dFj6YgQa0UkRtWi',
  at: '2026-11-22T03:20:46.123456Z',
  action: 'register.dataSubject.read',
  actorKind: 'member',
  actorId: 'a7Xq2mB9rT4wLzKc1VnE',
  sessionId: 's7Xq2mB9rT4wLzKc1VnE',
  jobId: null,
  grantId: null,
  from: '203.0.113.0/24',
  targetKind: 'dataSubject',
  targetIds: ['d7Xq2mB9rT4wLzKc1VnE'],
  fields: ['familyName', 'email'],
  outcome: 'done',
};
const orgId = 'o7Xq2mB9rT4wLzKc1VnE';
const sealedAt = '2026-11-22T03:21:00.000Z';

describe('the bytes of an event', () => {
  test('are those of the specification', () => {
    expect(eventText(event)).toBe(
      '{"action":"register.dataSubject.read","actorId":"a7Xq2mB9rT4wLzKc1VnE","actorKind":"member","at":"2026-11-22T03:20:46.123456Z",' +
        '"fields":["familyName","email"],"from":"203.0.113.0/24","grantId":null,"id":"p3Hs8dFj6YgQa0UkRtWi","jobId":null,"outcome":"done",' +
        '"sessionId":"s7Xq2mB9rT4wLzKc1VnE","targetIds":["d7Xq2mB9rT4wLzKc1VnE"],"targetKind":"dataSubject","v":1}',
    );
  });

  test('are canonical JSON whatever the event holds, and give its id back', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom('"', '\\', '\0', '\n', 'a', ',', '\u007f', 'å') }),
    );
    const nullable = fc.option(text);
    const events: fc.Arbitrary<LoggedEvent> = fc.record({
      v: fc.constant(1 as const),
      id: text,
      at: text,
      action: text,
      actorKind: text,
      actorId: text,
      sessionId: nullable,
      jobId: nullable,
      grantId: nullable,
      from: nullable,
      targetKind: text,
      targetIds: fc.array(text),
      fields: fc.array(text),
      outcome: text,
    });
    fc.assert(
      fc.property(events, (any) => {
        expect(eventText(any)).toBe(canonicalJson(any));
        expect(eventIdOf(eventText(any))).toBe(JSON.stringify(any.id).slice(1, -1));
      }),
      { numRuns: 500 },
    );
  });

  test('do not exist for a lone surrogate, something else than text, or another version', () => {
    for (const wrong of [{ id: '\uD800' }, { fields: ['\uDFFF'] }, { outcome: 5 }, { targetIds: [null] }, { v: 2 }, { jobId: 7 }])
      expect(() => eventText({ ...event, ...wrong } as LoggedEvent)).toThrow(TypeError);
  });

  test.each([
    ['spaces', (text: string) => text.replace(',', ', ')],
    ['another order', (text: string) => text.replace('"v":1}', '}').replace('{', '{"v":1,')],
    ['a member more', (text: string) => text.replace('"v":1', '"v":1,"w":2')],
    ['a member twice', (text: string) => text.replace('"v":1', '"v":1,"v":1')],
    ['another escape', (text: string) => text.replace('/', String.raw`\/`)],
    ['a line feed behind', (text: string) => `${text}\n`],
  ])('are not an event with %s', (_what, change) => {
    expect(change(eventText(event))).not.toBe(eventText(event));
    expect(eventIdOf(change(eventText(event)))).toBeNull();
  });
});

test('an instant has six digits of fraction, cut off as Firestore cuts', () => {
  expect(eventInstant(1_795_317_646, 123_456_789)).toBe('2026-11-22T03:20:46.123456Z');
  expect(eventInstant(1_795_317_646, 0)).toBe('2026-11-22T03:20:46.000000Z');
  expect(eventInstant(-1, 1000)).toBe('1969-12-31T23:59:59.000001Z');
});

describe('the hashes of events', () => {
  test('are RFC 6962 leaf hashes of each, whatever the text holds', () => {
    const texts = ['', 'a', '\0', 'å'.repeat(300), '{"a":1}', '\0\0', 'x'.repeat(5000)];
    const leaves = leafHashes(sha256, texts);
    expect(hashedEvents(sha256, texts).leaves).toEqual(leaves);
    expect(hashedEvents(sha256, texts.slice(0, 3)).leaves).toEqual(leaves.slice(0, 96));
    texts.forEach((text, index) => expect(leaves.slice(index * 32, index * 32 + 32)).toEqual(leafHash(sha256, utf8(text))));
  });

  test('come with the bytes, a line each', () => {
    expect(utf8Text(hashedEvents(sha256, ['{"å":1}', '{}']).bytes)).toBe('{"å":1}\n{}\n');
    for (const texts of [['å'], ['a', 'å'], ['å', 'a'], ['aå', 'bb', '€'], ['ab', 'c']])
      expect(utf8Text(hashedEvents(sha256, texts).bytes)).toBe(texts.map((text) => `${text}\n`).join(''));
    expect(hashedEvents(sha256, []).bytes).toHaveLength(0);
  });
});

describe('a seal', () => {
  const draw = drawFrom(3);
  const texts = (count: number): string[] => Array.from({ length: count }, (_, number) => eventText(sampleEvent(number, draw)));

  test('links to the one before, counts on, and gives its events back', () => {
    const events = texts(3);
    const first = sealEvents(sha256, { orgId, previous: null, sealedAt, events });
    const second = sealEvents(sha256, { orgId, previous: first.header, sealedAt, events: texts(2) });
    expect(parseHeader(first.header)).toMatchObject({ seq: 1, start: 0, count: 3, previous: '0'.repeat(64) });
    expect(parseHeader(second.header)).toMatchObject({ seq: 2, start: 3, count: 2, previous: first.head });
    expect(Buffer.from(sha256(utf8(first.header))).toString('hex')).toBe(first.head);
    expect(eventTexts(first.events)).toEqual(events);
    expect(first.leaves).toHaveLength(96);
    expect(first.events.buffer.byteLength).toBeLessThanOrEqual(first.events.length + 1); // nothing else is stored with it
  });

  test('holds 1 to 1,000 events, behind a seal of the same organisation', () => {
    const first = sealEvents(sha256, { orgId, previous: null, sealedAt, events: texts(1) });
    for (const events of [[], texts(1001)])
      expect(() => sealEvents(sha256, { orgId, previous: null, sealedAt, events })).toThrow(TypeError);
    for (const [org, previous] of [
      ['anotherOrganisation0', first.header],
      [orgId, '{}'],
    ] as const)
      expect(() => sealEvents(sha256, { orgId: org, previous, sealedAt, events: texts(1) })).toThrow(TypeError);
  });

  test('takes as many events as fit in a document, and at least one', () => {
    expect(countThatFits([])).toBe(0);
    expect(countThatFits(texts(1500))).toBe(1000);
    expect(countThatFits(Array.from({ length: 10 }, () => 'å'.repeat(50_000)))).toBe(6);
    expect(countThatFits(['x'.repeat(800_000), 'y'])).toBe(1);
  });

  test.each([
    ['spaces', (header: string) => ` ${header}`],
    ['a member more', (header: string) => header.replace('"v":1', '"v":1,"w":1')],
    ['no members', () => '{}'],
    ['another version', (header: string) => header.replace('"v":1', '"v":2')],
    ['no events', (header: string) => header.replace(/"count":\d+/, '"count":0')],
    ['too many events', (header: string) => header.replace(/"count":\d+/, '"count":1001')],
    ['seal 0', (header: string) => header.replace(/"seq":\d+/, '"seq":0')],
    ['half a seal', (header: string) => header.replace(/"seq":\d+/, '"seq":1.5')],
    ['a short root', (header: string) => header.replace(/"root":"../, '"root":"')],
    ['upper case', (header: string) => header.replace(/"previous":"0/, '"previous":"A')],
    ['another time', (header: string) => header.replace('.000Z', 'Z')],
    ['a path for an organisation', (header: string) => header.replace('"orgId":"o', '"orgId":"/')],
  ])('has no header with %s', (_what, change) => {
    const { header } = sealEvents(sha256, { orgId, previous: null, sealedAt, events: texts(1) });
    expect(change(header)).not.toBe(header);
    expect(parseHeader(change(header))).toBeNull();
  });
});
