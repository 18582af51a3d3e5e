/** Verification of the log, computed by the reader's own browser: the log as it is now, a saved file, or a receipt. */
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, type ReactNode } from 'react';
import { fetchAuditLog, publishedKeysPath } from '../../../api/auditLog.ts';
import { saveFile } from '../../../api/files.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { ButtonLink } from '../../../app/links.tsx';
import { useMembership } from '../../../app/organisation.tsx';
import { Page } from '../../../app/Page.tsx';
import { Requires } from '../../../app/Requires.tsx';
import { Said } from '../../../app/Said.tsx';
import { formatNumber } from '../../../i18n/format.ts';
import { useLanguage, useText } from '../../../i18n/language.tsx';
import { Banner } from '../../../ui/Banner.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Card } from '../../../ui/Card.tsx';
import { FileDrop } from '../../../ui/FileDrop.tsx';
import { Progress } from '../../../ui/Progress.tsx';
import '../../../ui/audit.css';
import { useVerification, type VerificationState } from './useVerification.ts';
import { VerificationResult } from './VerificationResult.tsx';
import type { Problem } from './verifyWork.ts';

/** The page of the verification. */
export function VerifyPage() {
  return (
    <Requires permission="audit.read">
      <Verify />
    </Requires>
  );
}

function Verify() {
  const { verification: words } = useText();
  const { orgId } = useMembership();
  const { state, start, cancel } = useVerification(orgId);
  return (
    <Page
      title={words.title}
      intro={words.intro}
      actions={
        <ButtonLink to={`/o/${orgId}/audit`} look="secondary">
          {words.toLog}
        </ButtonLink>
      }
    >
      {state.kind === 'running' ? (
        <Running {...state} onCancel={cancel} />
      ) : (
        <>
          <Came state={state} />
          <Card title={words.ownTitle}>
            <p>{words.ownText}</p>
            <div className="actions">
              <Button onPress={() => void start({ kind: 'own' })}>{state.kind === 'verified' ? words.ownAgain : words.ownStart}</Button>
            </div>
          </Card>
          <Card title={words.fileTitle}>
            <p>{words.fileText}</p>
            <div data-no-work>
              <FileDrop
                label={words.fileLabel}
                dropText={words.drop}
                orText={words.or}
                buttonText={words.choose}
                accept=".valvlog,.json,.txt"
                onFile={(file) => void start({ kind: 'file', file })}
              />
            </div>
          </Card>
        </>
      )}
      <SaveCard orgId={orgId} />
    </Page>
  );
}

/** What the last verification came to. */
function Came({ state }: { readonly state: Exclude<VerificationState, { kind: 'running' }> }) {
  const { verification: words } = useText();
  switch (state.kind) {
    case 'idle':
      return null;
    case 'verified':
      return <VerificationResult verification={state.verification} />;
    case 'problem':
      return (
        <TakesFocus>
          <ProblemBanner problem={state.problem} />
        </TakesFocus>
      );
    case 'cancelled':
      return (
        <TakesFocus>
          <Banner kind="important" role="status">
            {words.cancelled}
          </Banner>
        </TakesFocus>
      );
    case 'failed':
      return (
        <TakesFocus>
          <ErrorPanel error={state.error} />
        </TakesFocus>
      );
  }
}

/** Around a banner that comes in the place of the button that had focus. */
function TakesFocus({ children }: { readonly children: ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => element.current?.querySelector<HTMLElement>('.banner')?.focus(), []);
  return <div ref={element}>{children}</div>;
}

function ProblemBanner({ problem }: { readonly problem: Problem }) {
  const { verification: words } = useText();
  const [title, text] = {
    noKey: [words.noKeyTitle, words.noKeyText],
    unsupported: [words.unsupportedTitle, words.unsupportedText],
    notALog: [undefined, words.notALog],
    receiptBad: [undefined, words.receiptBad],
    receiptOther: [undefined, words.receiptOther],
  }[problem];
  return (
    <Banner kind="warning" role="alert" {...(title === undefined ? {} : { title })}>
      {text}
    </Banner>
  );
}

function Running({ fileName, progress, onCancel }: Extract<VerificationState, { kind: 'running' }> & { readonly onCancel: () => void }) {
  const { locale, text } = useLanguage();
  const { app, verification: words } = text;
  const { events, ofEvents } = progress;
  const share = ofEvents === 0 ? null : Math.min(1, events / ofEvents);
  const valueText =
    events === 0
      ? words.starting
      : ofEvents === 0
        ? words.counted(formatNumber(locale, events))
        : words.countedOf(formatNumber(locale, events), formatNumber(locale, ofEvents));
  return (
    <section className="card">
      <Progress label={fileName === null ? words.running : words.runningFile(fileName)} share={share} valueText={valueText} />
      <div className="actions">
        <Button variant="secondary" onPress={onCancel} takesFocus>
          {app.cancel}
        </Button>
      </div>
    </section>
  );
}

function SaveCard({ orgId }: { readonly orgId: string }) {
  const { verification: words } = useText();
  const save = useMutation({
    mutationFn: () => fetchAuditLog(orgId),
    gcTime: 0,
    onSuccess: (file) => saveFile(words.saveFile, file),
  });
  return (
    <Card title={words.saveTitle}>
      <p>{words.saveText}</p>
      {save.isError && <ErrorPanel error={save.error} />}
      <Said words={save.isSuccess ? words.saved : null} />
      <div className="actions">
        <Button variant="secondary" isPending={save.isPending} onPress={() => save.mutate()}>
          {words.save}
        </Button>
        <a href={publishedKeysPath} download="valv-keys.json">
          {words.keyFile}
        </a>
      </div>
      <p>{words.command}</p>
      <pre className="command">
        <code>{`npm run verify -- ${words.saveFile} --keys valv-keys.json`}</code>
      </pre>
    </Card>
  );
}
