/** A native list of choices: works by keyboard, by touch and a hundred times on one page. */
import { useId, type Ref } from 'react';

type SelectProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  /** The label is for assistive technology only, e.g. within a table. */
  readonly isLabelHidden?: boolean;
  readonly ref?: Ref<HTMLSelectElement>;
};

/** A labelled select. */
export function Select({ label, value, onChange, options, hint, error, isLabelHidden = false, ref }: SelectProps) {
  const id = useId();
  const describedBy = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].join(' ').trim();
  return (
    <div className="select">
      <label htmlFor={id} className={isLabelHidden ? 'visually-hidden' : 'field-label'}>
        {label}
      </label>
      {hint !== undefined && (
        <span id={`${id}-hint`} className="field-hint">
          {hint}
        </span>
      )}
      {error !== undefined && (
        <span id={`${id}-error`} className="field-error">
          {error}
        </span>
      )}
      <select
        id={id}
        ref={ref}
        value={value}
        aria-invalid={error !== undefined || undefined}
        {...(describedBy === '' ? {} : { 'aria-describedby': describedBy })}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
