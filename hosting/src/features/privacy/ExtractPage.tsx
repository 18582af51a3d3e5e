/** The register extract of one person: made as a job, fetched once it is ready. //= GDPR Art. 15, 20 */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import type { Locale } from '../../../../functions/src/identity/contract.ts';
import { ApiError } from '../../api/apiError.ts';
import { call } from '../../api/call.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { JobProgress } from '../../app/JobProgress.tsx';
import { ButtonLink } from '../../app/links.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { Requires } from '../../app/Requires.tsx';
import { Page } from '../../app/Page.tsx';
import { useJob } from '../../app/useJob.ts';
import { useSearchParams } from '../../app/useNavigate.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { RadioGroup } from '../../ui/RadioGroup.tsx';
import { ReadyExtract } from './ReadyExtract.tsx';

/** The page of the extract. */
export function ExtractPage() {
  return (
    <Requires permission="privacy.extract">
      <Extract />
    </Requires>
  );
}

function Extract() {
  const { privacy } = useLanguage().text;
  const { orgId } = useMembership();
  const { dataSubjectId = '' } = useParams();
  const [address, setAddress] = useSearchParams();
  const jobId = address.get('job');
  return (
    <Page
      title={privacy.extractTitle}
      intro={privacy.extractIntro}
      actions={
        <ButtonLink to={`/o/${orgId}/persons/${dataSubjectId}`} look="secondary">
          {privacy.backToPerson}
        </ButtonLink>
      }
    >
      {jobId === null ? (
        <StartExtract orgId={orgId} dataSubjectId={dataSubjectId} onStarted={(job) => setAddress({ job }, { replace: true })} />
      ) : (
        <ExtractJob orgId={orgId} jobId={jobId} onAgain={() => setAddress({}, { replace: true })} />
      )}
    </Page>
  );
}

function StartExtract({
  orgId,
  dataSubjectId,
  onStarted,
}: {
  readonly orgId: string;
  readonly dataSubjectId: string;
  readonly onStarted: (jobId: string) => void;
}) {
  const { locale, text } = useLanguage();
  const { app, privacy } = text;
  const [language, setLanguage] = useState<Locale>(locale);
  const start = useMutation({
    mutationFn: () => call('startExtract', { orgId, dataSubjectId, locale: language }),
    onSuccess: ({ jobId }) => onStarted(jobId),
  });
  return (
    <section className="card">
      <p>{privacy.extractContents}</p>
      <RadioGroup
        label={privacy.extractLanguage}
        value={language}
        onChange={(value) => setLanguage(value === 'sv' ? 'sv' : 'en')}
        options={[
          { value: 'sv', label: app.swedish },
          { value: 'en', label: app.english },
        ]}
      />
      {start.isError && <ErrorPanel error={start.error} />}
      <div className="actions">
        <Button isPending={start.isPending} onPress={() => start.mutate()}>
          {privacy.extractStart}
        </Button>
      </div>
    </section>
  );
}

function ExtractJob({ orgId, jobId, onAgain }: { readonly orgId: string; readonly jobId: string; readonly onAgain: () => void }) {
  const { privacy } = useLanguage().text;
  const { job, error, retry } = useJob(jobId);
  if (error !== null) return <ErrorPanel error={error} onRetry={retry} />;
  if (job?.state === 'succeeded') return <ReadyExtract orgId={orgId} jobId={jobId} result={job.result} onAgain={onAgain} />;
  if (job?.state === 'failed') {
    return (
      <>
        <ErrorPanel title={privacy.extractFailed} error={new ApiError(job.error?.code ?? 'shared/internal')} />
        <div className="actions">
          <Button onPress={onAgain}>{privacy.extractAgain}</Button>
        </div>
      </>
    );
  }
  return (
    <section className="card">
      <JobProgress label={privacy.extractRunning} job={job} steps={privacy.jobSteps} />
    </section>
  );
}
