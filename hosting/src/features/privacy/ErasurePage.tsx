/** Erasure of one person: preview, confirmation, the job, and the certificate. //= GDPR Art. 17 */
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
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
import { useText } from '../../i18n/language.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Certificate } from './Certificate.tsx';
import { ErasureForm } from './ErasureForm.tsx';
import { ErasurePreviewCards } from './ErasurePreviewCards.tsx';

/** The page of the erasure; the job is in the address. */
export function ErasurePage() {
  return (
    <Requires permission="privacy.erase">
      <Erasure />
    </Requires>
  );
}

function Erasure() {
  const { privacy } = useText();
  const { orgId } = useMembership();
  const { dataSubjectId = '' } = useParams();
  const [address, setAddress] = useSearchParams();
  const jobId = address.get('job');
  if (jobId !== null) {
    return (
      <Page title={privacy.erasureTitle}>
        <ErasureJob orgId={orgId} jobId={jobId} />
      </Page>
    );
  }
  return (
    <Page
      title={privacy.erasureTitle}
      intro={privacy.erasureIntro}
      actions={
        <ButtonLink to={`/o/${orgId}/persons/${dataSubjectId}`} look="secondary">
          {privacy.backToPerson}
        </ButtonLink>
      }
    >
      <Preview orgId={orgId} dataSubjectId={dataSubjectId} onStarted={(job) => setAddress({ job }, { replace: true })} />
    </Page>
  );
}

function Preview({
  orgId,
  dataSubjectId,
  onStarted,
}: {
  readonly orgId: string;
  readonly dataSubjectId: string;
  readonly onStarted: (jobId: string) => void;
}) {
  const { app } = useText();
  const preview = useQuery({
    queryKey: ['erasurePreview', orgId, dataSubjectId],
    queryFn: () => call('previewErasure', { orgId, dataSubjectId }),
    gcTime: 0,
  });
  if (preview.isPending) return <Loading label={app.loading} />;
  if (preview.data === undefined) return <ErrorPanel error={preview.error} onRetry={() => void preview.refetch()} />;
  return (
    <>
      <ErasurePreviewCards preview={preview.data} />
      {preview.data.blockers.length === 0 && <ErasureForm orgId={orgId} dataSubjectId={dataSubjectId} onStarted={onStarted} />}
    </>
  );
}

function ErasureJob({ orgId, jobId }: { readonly orgId: string; readonly jobId: string }) {
  const { privacy } = useText();
  const { job, error, retry } = useJob(jobId);
  if (error !== null) return <ErrorPanel error={error} onRetry={retry} />;
  if (job?.state === 'succeeded') return <Certificate orgId={orgId} jobId={jobId} />;
  if (job?.state === 'failed') {
    return (
      <>
        <ErrorPanel title={privacy.erasureFailed} error={new ApiError(job.error?.code ?? 'shared/internal')} />
        <p>{privacy.erasureFailedText}</p>
      </>
    );
  }
  return (
    <section className="card">
      <JobProgress label={privacy.erasureRunning} job={job} steps={privacy.jobSteps} />
      <p className="field-hint">{privacy.erasureRunningHint}</p>
    </section>
  );
}
