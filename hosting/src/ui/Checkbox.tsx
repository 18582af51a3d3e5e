/** A native checkbox with its label and hint. */
import { useId, type Ref } from 'react';

type CheckboxProps = {
  readonly label: string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
  readonly hint?: string | undefined;
  readonly isDisabled?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
};

/** One yes-or-no choice. */
export function Checkbox({ label, isChecked, onChange, hint, isDisabled = false, ref }: CheckboxProps) {
  const id = useId();
  return (
    <div className="checkbox">
      <input
        id={id}
        ref={ref}
        type="checkbox"
        checked={isChecked}
        disabled={isDisabled}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` })}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <span id={`${id}-hint`} className="field-hint">
            {hint}
          </span>
        )}
      </div>
    </div>
  );
}
