/** A whole number with its unit and limits; native, because a number is typed. */
import { useId } from 'react';

type NumberFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly isDisabled?: boolean;
};

/** The whole number in a text, or null when it is none or outside of the limits. */
export function wholeNumber(text: string, min: number, max: number): number | null {
  const typed = text.replaceAll(/\s/g, '');
  if (!/^\d{1,9}$/.test(typed)) return null;
  const value = Number(typed);
  return value >= min && value <= max ? value : null;
}

/** A field for digits. */
export function NumberField({ label, value, onChange, hint, error, isDisabled = false }: NumberFieldProps) {
  const id = useId();
  const describedBy = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].join(' ').trim();
  return (
    <div className="select number">
      <label htmlFor={id} className="field-label">
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
      <input
        id={id}
        type="text"
        inputMode="numeric"
        autoComplete="off"
        value={value}
        disabled={isDisabled}
        aria-invalid={error !== undefined || undefined}
        {...(describedBy === '' ? {} : { 'aria-describedby': describedBy })}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
