/** Native checkboxes in a fieldset: any number of several. */
import { useId } from 'react';

type CheckboxGroupProps = {
  readonly label: string;
  readonly values: readonly string[];
  readonly onChange: (values: string[]) => void;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
};

/** Several choices of several; the values stay in the order of the options. */
export function CheckboxGroup({ label, values, onChange, options, hint, error }: CheckboxGroupProps) {
  const id = useId();
  const describedBy = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].join(' ').trim();
  const toggle = (value: string, isChecked: boolean) =>
    onChange(options.map((option) => option.value).filter((one) => (one === value ? isChecked : values.includes(one))));
  return (
    <fieldset className="radios" {...(describedBy === '' ? {} : { 'aria-describedby': describedBy })}>
      <legend className="field-label">{label}</legend>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className="field-error">
          {error}
        </p>
      )}
      <div className="checkbox-columns">
        {options.map((option) => (
          <label key={option.value} className="radio">
            <input
              type="checkbox"
              checked={values.includes(option.value)}
              onChange={(event) => toggle(option.value, event.target.checked)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
