/** The import of a file, in three steps. Upload and job are in the address, so that the page can be left and come back to. */
import { useMembership } from '../../app/organisation.tsx';
import { Requires } from '../../app/Requires.tsx';
import { Page } from '../../app/Page.tsx';
import { useSearchParams } from '../../app/useNavigate.ts';
import { useText } from '../../i18n/language.tsx';
import { ImportCheck } from './ImportCheck.tsx';
import { ImportJob } from './ImportJob.tsx';
import { ImportUpload } from './ImportUpload.tsx';

/** The wizard. */
export function ImportPage() {
  return (
    <Requires permission="register.import">
      <Wizard />
    </Requires>
  );
}

function Wizard() {
  const { importing } = useText();
  const { orgId } = useMembership();
  const [address, setAddress] = useSearchParams();
  const jobId = address.get('job');
  const uploadId = address.get('upload');
  const step = jobId !== null ? 2 : uploadId !== null ? 1 : 0;
  const steps = [importing.stepFile, importing.stepCheck, importing.stepRun];
  return (
    <Page title={importing.title} {...(step === 0 ? { intro: importing.fileIntro } : {})}>
      <ol className="steps" aria-label={importing.steps}>
        {steps.map((name, index) => (
          <li key={name} className={index < step ? 'step-done' : ''} {...(index === step ? { 'aria-current': 'step' as const } : {})}>
            {name}
          </li>
        ))}
      </ol>
      {step === 0 && <ImportUpload orgId={orgId} onUploaded={(upload) => setAddress({ upload })} />}
      {step === 1 && (
        <ImportCheck
          key={uploadId}
          orgId={orgId}
          uploadId={uploadId ?? ''}
          onStarted={(job) => setAddress({ job })}
          onOtherFile={() => setAddress({})}
        />
      )}
      {step === 2 && <ImportJob orgId={orgId} jobId={jobId ?? ''} onAnother={() => setAddress({})} />}
    </Page>
  );
}
