/** Native radio buttons in a fieldset. */
import { useId } from 'react';

type RadioGroupProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly hint?: string;
};

/** One choice of several. */
export function RadioGroup({ label, value, onChange, options, hint }: RadioGroupProps) {
  const id = useId();
  return (
    <fieldset className="radios" {...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` })}>
      <legend className="field-label">{label}</legend>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      {options.map((option) => (
        <label key={option.value} className="radio">
          <input type="radio" name={id} value={option.value} checked={value === option.value} onChange={() => onChange(option.value)} />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
