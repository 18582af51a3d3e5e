/** What became of an approved request: progress, outcome, the download of an export. */
import { useMutation } from '@tanstack/react-query';
import type { Timestamp } from 'firebase/firestore';
import * as z from 'zod/mini';
import type { ApprovalView } from '../../../../functions/src/privacy/approvals/contract.ts';
import { ApiError } from '../../api/apiError.ts';
import { fetchRegisterExport, saveFile } from '../../api/files.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { JobProgress } from '../../app/JobProgress.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { useJob } from '../../app/useJob.ts';
import { useSecondsLeft } from '../../app/useSecondsLeft.ts';
import { formatDateTime, formatNumber, formatSize } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';

// An instant in Firestore is the SDK's own class; null once the export has been removed.
const instant = z.custom<Timestamp>((value) => typeof value === 'object' && value !== null && 'toDate' in value);
const exportResult = z.object({ expiresAt: instant, sizeBytes: z.number(), persons: z.number() });
const erasureResult = z.object({ erased: z.number(), skipped: z.number() });

/** Follows the job of a used approval. */
export function ApprovalJob({ kind, jobId }: { readonly kind: ApprovalView['kind']; readonly jobId: string }) {
  const { approvals: words, privacy } = useLanguage().text;
  const { job, error, retry } = useJob(jobId);
  if (error !== null) return <ErrorPanel error={error} onRetry={retry} />;
  if (job?.state === 'failed') return <ErrorPanel title={words.failed[kind]} error={new ApiError(job.error?.code ?? 'shared/internal')} />;
  if (job?.state !== 'succeeded') return <JobProgress label={words.running[kind]} job={job} steps={privacy.jobSteps} />;
  return kind === 'massErasure' ? <ErasureOutcome result={job.result} /> : <ExportOutcome jobId={jobId} result={job.result} />;
}

function ErasureOutcome({ result }: { readonly result: unknown }) {
  const { locale, text } = useLanguage();
  const { approvals: words } = text;
  const parsed = z.safeParse(erasureResult, result);
  if (!parsed.success) return null;
  const { erased, skipped } = parsed.data;
  return (
    <Banner kind="success" role="status">
      {words.erased(formatNumber(locale, erased))}
      {skipped > 0 && ` ${words.skipped(formatNumber(locale, skipped))}`}
    </Banner>
  );
}

function ExportOutcome({ jobId, result }: { readonly jobId: string; readonly result: unknown }) {
  const { locale, text } = useLanguage();
  const { approvals: words } = text;
  const { orgId } = useMembership();
  const parsed = z.safeParse(exportResult, result);
  const expiresAt = parsed.success ? parsed.data.expiresAt.toDate() : null;
  const secondsLeft = useSecondsLeft(expiresAt?.getTime() ?? null);
  const download = useMutation({
    mutationFn: () => fetchRegisterExport(orgId, jobId),
    gcTime: 0,
    onSuccess: (zip) => saveFile(words.exportFile, zip),
  });
  if (!parsed.success || expiresAt === null || secondsLeft === 0) return <p className="entry-note">{words.exportGone}</p>;
  return (
    <>
      <Banner kind="success" role="status">
        {words.exportReady(formatNumber(locale, parsed.data.persons), formatSize(locale, parsed.data.sizeBytes))}{' '}
        {words.exportUntil(formatDateTime(locale, expiresAt))}
      </Banner>
      {download.isError && <ErrorPanel error={download.error} />}
      {download.isSuccess && (
        <Banner kind="info" role="status">
          {words.exportDownloaded}
        </Banner>
      )}
      <div className="actions">
        <Button isPending={download.isPending} onPress={() => download.mutate()}>
          {words.exportDownload}
        </Button>
      </div>
    </>
  );
}
