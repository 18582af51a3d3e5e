/** Ties the fields of ui/ to react-hook-form, and puts the server's complaints beside the field they are about. */
import {
  useController,
  type Control,
  type FieldPath,
  type FieldValues,
  type UseControllerProps,
  type UseFormSetError,
} from 'react-hook-form';
import { ApiError } from '../api/apiError.ts';
import { Checkbox } from '../ui/Checkbox.tsx';
import { TextArea, TextField } from '../ui/TextField.tsx';
import { afterPress } from './afterPress.ts';

type Tied<V extends FieldValues> = {
  readonly control: Control<V>;
  readonly name: FieldPath<V>;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly rules?: UseControllerProps<V, FieldPath<V>>['rules'];
  readonly maxLength?: number;
  readonly isRequired?: boolean;
};

type TextInput<V extends FieldValues> = Tied<V> & {
  readonly type?: 'text' | 'email' | 'password' | 'tel';
  readonly inputMode?: 'text' | 'email' | 'numeric' | 'tel';
  readonly autoComplete?: string;
  readonly isLong?: boolean;
  readonly className?: string;
};

/** A text field of a form. */
export function FormText<V extends FieldValues>({
  control,
  name,
  rules,
  isLong = false,
  type,
  inputMode,
  autoComplete,
  className,
  ...look
}: TextInput<V>) {
  const { field, fieldState } = useController({ control, name, ...(rules === undefined ? {} : { rules }) });
  const value: unknown = field.value;
  const shared = {
    ...look,
    name,
    value: typeof value === 'string' ? value : '',
    onChange: field.onChange,
    onBlur: () => afterPress(field.onBlur),
    error: fieldState.error?.message,
    ref: field.ref,
  };
  if (isLong) return <TextArea {...shared} />;
  return (
    <TextField
      {...shared}
      {...(type === undefined ? {} : { type })}
      {...(inputMode === undefined ? {} : { inputMode })}
      {...(autoComplete === undefined ? {} : { autoComplete })}
      {...(className === undefined ? {} : { className })}
    />
  );
}

/** A checkbox of a form. */
export function FormCheckbox<V extends FieldValues>({
  control,
  name,
  label,
  hint,
  isDisabled = false,
}: Tied<V> & { readonly isDisabled?: boolean }) {
  const { field } = useController({ control, name });
  return (
    <Checkbox
      label={label}
      hint={hint}
      isChecked={field.value === true}
      isDisabled={isDisabled}
      onChange={field.onChange}
      ref={field.ref}
    />
  );
}

/**
 * Puts a refusal beside its field, if it names one of the form's fields, and gives that field focus.
 * Answers whether it did; if not, the form shows the refusal as a whole.
 */
export function showBesideField<V extends FieldValues>(
  error: unknown,
  setError: UseFormSetError<V>,
  words: Partial<Record<FieldPath<V>, string>>,
): boolean {
  if (!(error instanceof ApiError) || typeof error.details['field'] !== 'string') return false;
  const name = error.details['field'].replace(/^(fields|changes)\./, '');
  if (!Object.hasOwn(words, name)) return false;
  // `words` has exactly the form's fields as keys, and `name` is one of them.
  const field = name as FieldPath<V>;
  setError(field, { type: 'server', message: words[field] ?? '' }, { shouldFocus: true });
  return true;
}
