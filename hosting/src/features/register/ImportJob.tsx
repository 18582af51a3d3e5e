/** Step three: the import at work, and what came of it. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import * as z from 'zod/mini';
import type { RowError } from '../../../../functions/src/register/contract.ts';
import type { Job } from '../../api/documents.ts';
import { ApiError } from '../../api/apiError.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { JobProgress } from '../../app/JobProgress.tsx';
import { ButtonLink } from '../../app/links.tsx';
import { useJob } from '../../app/useJob.ts';
import { formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { ImportErrors } from './ImportFindings.tsx';

const resultSchema = z.object({ imported: z.int(), skipped: z.int(), errorCount: z.int(), errors: z._default(z.array(z.unknown()), []) });

type ImportJobProps = { readonly orgId: string; readonly jobId: string; readonly onAnother: () => void };

/** Follows an import by its address, also after coming back. */
export function ImportJob({ orgId, jobId, onAnother }: ImportJobProps) {
  const { importing } = useLanguage().text;
  const { job, error, retry } = useJob(jobId);
  if (error !== null) return <ErrorPanel error={error} onRetry={retry} />;
  if (job?.state === 'succeeded') return <Done job={job} orgId={orgId} onAnother={onAnother} />;
  if (job?.state === 'failed') {
    return (
      <>
        <ErrorPanel title={importing.failedTitle} error={new ApiError(job.error?.code ?? 'shared/internal')} />
        <p>{importing.failedText}</p>
        <div className="actions">
          <Button onPress={onAnother}>{importing.another}</Button>
        </div>
      </>
    );
  }
  return (
    <section className="card">
      <JobProgress label={importing.running} job={job} steps={importing.jobSteps} />
      <p className="field-hint">{importing.runningHint}</p>
    </section>
  );
}

function Done({ job, orgId, onAnother }: { readonly job: Job; readonly orgId: string; readonly onAnother: () => void }) {
  const { locale, text } = useLanguage();
  const { importing } = text;
  const queries = useQueryClient();
  const banner = useRef<HTMLDivElement>(null);
  useEffect(() => {
    banner.current?.focus();
    void queries.invalidateQueries({ queryKey: ['persons', orgId] });
  }, [queries, orgId]);
  const result = z.safeParse(resultSchema, job.result);
  if (!result.success) return <ErrorPanel error={new ApiError('shared/internal')} />;
  const { imported, skipped, errorCount, errors } = result.data;
  return (
    <>
      <Banner kind="success" role="status" title={importing.doneTitle} ref={banner}>
        <p>{importing.doneCount(formatNumber(locale, imported))}</p>
        {skipped > 0 && <p>{importing.doneSkipped(formatNumber(locale, skipped))}</p>}
      </Banner>
      {/* The server wrote the findings in the shape of the contract. */}
      {errorCount > 0 && <ImportErrors errors={errors as RowError[]} errorCount={errorCount} />}
      <div className="actions">
        <ButtonLink to={`/o/${orgId}/persons`}>{importing.toRegister}</ButtonLink>
        <Button variant="secondary" onPress={onAnother}>
          {importing.another}
        </Button>
      </div>
    </>
  );
}
