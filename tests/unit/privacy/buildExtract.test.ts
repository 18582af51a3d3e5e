import { describe, expect, it } from 'vitest';
import { auditActions } from '../../../functions/src/audit/contract.ts';
import { buildExtract, hyphenated } from '../../../functions/src/privacy/buildExtract.ts';
import { extractSchema } from '../../../functions/src/privacy/extractModel.ts';
import { actionWords } from '../../../functions/src/privacy/extractWords.ts';
import { canonicalJson } from '../../../functions/src/shared/canonicalJson.ts';
import { sampleInputs } from '../../support/privacy/sampleExtract.ts';

describe('buildExtract', () => {
  it.each(['sv', 'en'] as const)('makes a model of the published format in %s', (locale) => {
    const model = buildExtract(sampleInputs(locale));
    expect(extractSchema.parse(JSON.parse(canonicalJson(model)))).toEqual(model);
  });

  it('keeps every value as it is stored, hostile characters included', () => {
    const inputs = sampleInputs('sv');
    const expected = inputs.sections.flatMap((section) => section.records.flatMap((record) => Object.entries(record.values)));
    const model = JSON.parse(canonicalJson(buildExtract(inputs))) as ReturnType<typeof buildExtract>;
    const actual = model.sections.flatMap((section) =>
      section.records.flatMap((record) => record.fields.map(({ name, value }) => [name, value])),
    );
    expect(actual.toSorted()).toEqual(expected.toSorted());
    expect(expected.some(([, value]) => value?.includes('\u202E') && value.includes('\0'))).toBe(true);
  });

  it('refuses a value that no declaration names, rather than leaving it out', () => {
    const inputs = sampleInputs('sv');
    const [first] = inputs.sections;
    const [record] = first?.records ?? [];
    if (first === undefined || record === undefined) throw new Error('the sample has a record');
    const sections = [{ ...first, records: [{ ...record, values: { ...record.values, shoeSize: '42' } }] }];
    expect(() => buildExtract({ ...inputs, sections })).toThrow(/"shoeSize".*no declaration/);
  });

  it('shows collections that hold nothing, and the access log with the newest first', () => {
    const model = buildExtract(sampleInputs('sv', 20));
    expect(model.sections.map((section) => section.records.length)).toEqual([1, 2, 0]);
    const times = model.accessLog.map((event) => event.at);
    expect(times).toEqual(times.toSorted().toReversed());
    expect(model.accessLog).toHaveLength(20);
  });

  it('claims no role for someone who is no longer a member', () => {
    const model = buildExtract({ ...sampleInputs('sv'), createdBy: null });
    expect(model.createdBy).toEqual({ role: null, text: 'Tidigare medarbetare' });
    expect(extractSchema.safeParse(model).success).toBe(true);
  });

  it('says of what was refused that it was, and of somebody unknown no more than that', () => {
    const event = { at: '2026-01-02T08:00:00.000Z', action: 'register.dataSubject.read', fields: [], evidence: 'sealed' } as const;
    const stranger = { kind: 'member', role: null, id: 'k3J9x2LmAAAAAAAAAAA' } as const;
    const accessLog = [
      { ...event, outcome: 'done', actor: stranger },
      { ...event, outcome: 'shared/not-found', actor: stranger },
      { ...event, outcome: 'orgs/not-allowed', actor: { ...stranger, role: 'reader' } },
    ] as const;
    const model = buildExtract({ ...sampleInputs('en'), accessLog });
    expect(model.accessLog.map(({ outcome, actionText, actor }) => [outcome, actionText, actor.text])).toEqual([
      ['done', 'Data read', 'Former member of staff'],
      ['shared/not-found', 'Data read (refused)', 'Somebody without access'],
      ['orgs/not-allowed', 'Data read (refused)', 'Reader'],
    ]);
  });

  it('tells of every right that Art. 15(1) asks for, and of the authority', () => {
    const { rights } = buildExtract(sampleInputs('en'));
    expect(rights.map((right) => right.articles)).toEqual(expect.arrayContaining(['16', '17', '18', '21', '77']));
    expect(rights.at(-1)?.text).toContain('www.imy.se');
  });

  it('has distinct words for every action, in both languages', () => {
    for (const locale of ['sv', 'en'] as const)
      expect(new Set(auditActions.map((action) => actionWords[action][locale])).size).toBe(auditActions.length);
  });

  it('writes organisation numbers with a hyphen', () => {
    expect(hyphenated('8020024280')).toBe('802002-4280');
    expect(hyphenated('802002-4280')).toBe('802002-4280');
  });
});
