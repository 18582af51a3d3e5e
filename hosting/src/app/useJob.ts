/** Follows one job while a screen shows it. */
import { useEffect, useState } from 'react';
import type { ApiError } from '../api/apiError.ts';
import { watchJob, type Job } from '../api/documents.ts';

/** The job as it stands, null until the first answer; `retry` listens anew after an error. */
export function useJob(jobId: string | null): { readonly job: Job | null; readonly error: ApiError | null; readonly retry: () => void } {
  const [job, setJob] = useState<Job | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    setJob(null);
    setError(null);
    if (jobId === null) return;
    return watchJob(jobId, setJob, setError);
  }, [jobId, round]);
  return { job, error, retry: () => setRound((before) => before + 1) };
}
