/** Progress that is seen and, at each tenth, heard. */
import { ProgressBar } from '@midas-ds/components/progress-bar';

type ProgressProps = {
  readonly label: string;
  /** 0 to 1, or null when nobody knows yet. */
  readonly share: number | null;
  /** The value in words, e.g. `300 of 1,000`. */
  readonly valueText: string;
};

/** A progress bar with its value in words, and a quiet announcement at every tenth. */
export function Progress({ label, share, valueText }: ProgressProps) {
  const tenth = share === null ? null : Math.floor(share * 10);
  return (
    <div className="progress">
      <ProgressBar label={label} valueLabel={valueText} isIndeterminate={share === null} value={(share ?? 0) * 100} />
      <p className="progress-value" aria-hidden="true">
        {valueText}
      </p>
      <span className="visually-hidden" role="status">
        {tenth === null ? `${label}: ${valueText}` : `${label}: ${tenth * 10} %`}
      </span>
    </div>
  );
}
