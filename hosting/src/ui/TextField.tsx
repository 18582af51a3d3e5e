/** Labelled text fields with hint and error beside them. */
import { TextArea as MidasTextArea, TextField as MidasTextField } from '@midas-ds/components/textfield';
import type { Ref } from 'react';

type Common = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur?: () => void;
  readonly hint?: string | undefined;
  /** What is wrong, in words; nothing when all is well. */
  readonly error?: string | undefined;
  readonly name?: string;
  readonly maxLength?: number;
  readonly isRequired?: boolean;
};

type TextFieldProps = Common & {
  readonly type?: 'text' | 'email' | 'password' | 'search' | 'tel';
  readonly inputMode?: 'text' | 'email' | 'numeric' | 'tel';
  readonly autoComplete?: string;
  readonly className?: string;
  readonly ref?: Ref<HTMLInputElement>;
};

function shared({ label, value, onChange, onBlur, hint, error, name, maxLength, isRequired = false }: Common) {
  return {
    label,
    value,
    onChange,
    isRequired,
    validationBehavior: 'aria' as const,
    isInvalid: error !== undefined,
    ...(onBlur === undefined ? {} : { onBlur }),
    ...(hint === undefined ? {} : { description: hint }),
    ...(error === undefined ? {} : { errorMessage: error }),
    ...(name === undefined ? {} : { name }),
    ...(maxLength === undefined ? {} : { maxLength }),
  };
}

/** One line of text. A password has a button that shows it. */
export function TextField({ type = 'text', inputMode, autoComplete = 'off', className, ref, ...common }: TextFieldProps) {
  return (
    <MidasTextField
      {...shared(common)}
      type={type}
      autoComplete={autoComplete}
      size="medium"
      spellCheck="false"
      {...(inputMode === undefined ? {} : { inputMode })}
      {...(className === undefined ? {} : { className })}
      {...(ref === undefined ? {} : { ref })}
    />
  );
}

/** Several lines of text. */
export function TextArea({ ref, rows = 4, ...common }: Common & { readonly rows?: number; readonly ref?: Ref<HTMLTextAreaElement> }) {
  return <MidasTextArea {...shared(common)} rows={rows} {...(ref === undefined ? {} : { ref })} />;
}
