/** A job at work: what it does now, and how far it is. */
import type { Job } from '../api/documents.ts';
import { formatNumber } from '../i18n/format.ts';
import { useLanguage } from '../i18n/language.tsx';
import { Progress } from '../ui/Progress.tsx';

type JobProgressProps = {
  readonly label: string;
  readonly job: Job | null;
  /** Words for the job's steps; a step without words is `working`. */
  readonly steps: Readonly<Record<string, string>>;
};

/** A bar that moves with the job document. */
export function JobProgress({ label, job, steps }: JobProgressProps) {
  const { locale, text } = useLanguage();
  const step = steps[job?.step ?? 'queued'] ?? text.importing.working;
  const isCounted = job !== null && job.total > 0;
  const valueText = isCounted ? `${text.app.progressOf(formatNumber(locale, job.done), formatNumber(locale, job.total))}, ${step}` : step;
  return <Progress label={label} share={isCounted ? Math.min(1, job.done / job.total) : null} valueText={valueText} />;
}
