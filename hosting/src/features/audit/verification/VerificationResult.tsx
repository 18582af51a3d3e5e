/** What a verification came to: the verdict, what was looked at, what it shows and what it does not, and each fault. */
import { useEffect, useRef } from 'react';
import { formatDateTime, formatNumber } from '../../../i18n/format.ts';
import { useLanguage } from '../../../i18n/language.tsx';
import { Banner } from '../../../ui/Banner.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Card } from '../../../ui/Card.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { findingText } from './findingText.ts';
import type { Verification } from './verifyWork.ts';

/** Most faults that are shown one by one. */
const mostShown = 50;

/** The result; its verdict takes focus. */
export function VerificationResult({ verification }: { readonly verification: Verification }) {
  const { verification: words } = useLanguage().text;
  const { verdict, isKeyChanged, isOtherOrganisation } = verification;
  return (
    <>
      <VerdictBanner verification={verification} />
      {isOtherOrganisation && verdict !== 'good' && (
        <Banner kind="important" role="alert">
          {words.otherOrganisation}
        </Banner>
      )}
      {isKeyChanged && verdict !== 'otherKey' && (
        <Banner kind="important" role="alert" title={words.keyChangedTitle}>
          {words.keyChangedText}
        </Banner>
      )}
      {verdict === 'bad' && <FoundCard verification={verification} />}
      {verdict !== 'none' && <LookedAtCard verification={verification} />}
    </>
  );
}

function VerdictBanner({ verification }: { readonly verification: Verification }) {
  const { locale, text } = useLanguage();
  const { verification: words } = text;
  const banner = useRef<HTMLDivElement>(null);
  useEffect(() => banner.current?.focus(), [verification]);
  const { verdict, report, isOtherOrganisation } = verification;
  const number = (value: number) => formatNumber(locale, value);
  if (verdict === 'none')
    return (
      <Banner kind="info" role="status" title={words.noneTitle} ref={banner}>
        {words.noneText}
      </Banner>
    );
  if (verdict === 'bad')
    return (
      <Banner kind="warning" role="alert" title={words.badTitle(report.findingCount)} ref={banner}>
        {words.badText}
      </Banner>
    );
  if (verdict === 'otherKey')
    return (
      <Banner kind="warning" role="alert" title={words.keyChangedTitle} ref={banner}>
        {words.keyChangedText}
      </Banner>
    );
  if (isOtherOrganisation)
    return (
      <Banner kind="important" role="alert" title={words.otherOrganisation} ref={banner}>
        {words.otherGood}
      </Banner>
    );
  return (
    <Banner kind="success" role="status" title={words.goodTitle} ref={banner}>
      {words.goodText(number(report.events), number(report.seals))}
    </Banner>
  );
}

function FoundCard({ verification: { report } }: { readonly verification: Verification }) {
  const { locale, text } = useLanguage();
  const { verification: words } = text;
  const number = (value: number) => formatNumber(locale, value);
  const shown = report.findings.slice(0, mostShown);
  return (
    <Card title={words.foundTitle}>
      <ol className="plain-list">
        {shown.map((finding) => (
          <li key={[finding.kind, finding.part, finding.seq, finding.index].join(' ')}>
            {findingText(words, number, finding)} {finding.eventId !== undefined && <code>{finding.eventId}</code>}
          </li>
        ))}
      </ol>
      {report.findingCount > shown.length && <p>{words.foundMore(number(report.findingCount - shown.length))}</p>}
    </Card>
  );
}

function LookedAtCard({ verification }: { readonly verification: Verification }) {
  const { text } = useLanguage();
  const { app, verification: words } = text;
  const { verdict, compared } = verification;
  return (
    <Card title={words.factsTitle}>
      <Facts items={useFacts(verification)} />
      {verdict === 'good' && (
        <>
          <h3>{words.provesTitle}</h3>
          <ul className="plain-list">
            <li>{words.proves.events}</li>
            <li>{words.proves.chain}</li>
            {compared.length > 0 && <li>{words.provesContinued}</li>}
          </ul>
          <h3>{words.provesNotTitle}</h3>
          <ul className="plain-list">
            {Object.entries(words.provesNot).map(([key, sentence]) => (
              <li key={key}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
      <div className="actions no-print">
        <Button variant="secondary" onPress={() => window.print()}>
          {app.print}
        </Button>
      </div>
    </Card>
  );
}

/** The facts of a verification, as far as they are known. */
function useFacts({ report, sealedAt, fileName, compared, isRemembered, key }: Verification) {
  const { locale, text } = useLanguage();
  const { verification: words } = text;
  const number = (value: number) => formatNumber(locale, value);
  const at = (instant: string) => formatDateTime(locale, new Date(instant));
  const { newest, checkpoint } = report;
  const comparedWith = compared.map((one) =>
    one.kind === 'receipt' ? words.comparedReceipt(number(one.seq)) : words.comparedRemembered(number(one.seq), at(one.at)),
  );
  const nothing = isRemembered ? words.comparedNothing : words.comparedNothingKept;
  return [
    ...(fileName === null ? [] : [{ name: words.file, value: fileName }]),
    { name: words.events, value: number(report.events) },
    { name: words.seals, value: number(report.seals) },
    ...(newest === null || sealedAt === null ? [] : [{ name: words.newest, value: words.newestAt(number(newest.seq), at(sealedAt)) }]),
    { name: words.compared, value: comparedWith.length > 0 ? comparedWith.join('; ') : nothing },
    ...(checkpoint === null
      ? []
      : [
          { name: words.signedBy, value: checkpoint.origin },
          { name: words.size, value: number(checkpoint.size) },
        ]),
    { name: words.key, value: <code>{key}</code> },
    ...(newest === null ? [] : [{ name: words.head, value: <code>{newest.head}</code> }]),
  ];
}
