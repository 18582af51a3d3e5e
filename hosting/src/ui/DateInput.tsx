/** A native date field: the browser brings the calendar and the reader's own way to write a date. */
import { useId } from 'react';

/** A date as `YYYY-MM-DD`, or empty. */
export function DateInput({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="select">
      <label htmlFor={id} className="field-label">
        {label}
      </label>
      <input id={id} type="date" value={value} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}
