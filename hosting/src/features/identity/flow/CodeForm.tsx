/** One field for a code, with what is left of its time and tries. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { ApiError } from '../../../api/apiError.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { errorText } from '../../../app/errorText.ts';
import { useText } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { TextField } from '../../../ui/TextField.tsx';
import { TimeLeft } from './TimeLeft.tsx';

type CodeFormProps<T> = {
  readonly label: string;
  readonly hint: string;
  /** Said when the code cannot be one. */
  readonly invalid: string;
  readonly clean: (typed: string) => string;
  readonly isComplete: (code: string) => boolean;
  readonly isDigits?: boolean;
  readonly confirm: (code: string) => Promise<T>;
  readonly confirmLabel: string;
  readonly onConfirmed: (answer: T) => void | Promise<void>;
  readonly expiresAt?: string | undefined;
  readonly expired?: string;
  /** Takes focus when it appears; for a form that replaces another. */
  readonly takesFocus?: boolean;
  /** Counts the codes sent anew. What was said of the one before is gone, but not what is being typed: it may be the new one. */
  readonly round?: number;
  /** More buttons beside the one that confirms. */
  readonly children?: ReactNode;
};

/** Asks for a code. A wrong one is said beside the field and selected; anything else above the form. */
export function CodeForm<T>(props: CodeFormProps<T>) {
  const {
    label,
    hint,
    invalid,
    clean,
    isComplete,
    isDigits = true,
    confirm,
    confirmLabel,
    onConfirmed,
    expiresAt,
    expired,
    takesFocus = false,
    round = 0,
    children,
  } = props;
  const text = useText();
  const input = useRef<HTMLInputElement>(null);
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string>();
  const [failure, setFailure] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);

  useEffect(() => {
    if (takesFocus) input.current?.focus();
  }, [takesFocus]);
  useEffect(() => {
    if (round === 0) return;
    setProblem(undefined);
    setFailure(null);
    if (document.activeElement === input.current) return;
    input.current?.focus();
    input.current?.select();
  }, [round]);
  const refuse = (error: unknown) => {
    const isWrong = error instanceof ApiError && (error.code === 'identity/wrong-code' || error.code === 'identity/wrong-recovery-code');
    if (!isWrong) return setFailure(error);
    const left = error.details['triesLeft'];
    setProblem(typeof left === 'number' ? `${errorText(text, error)} ${text.identity.triesLeft(left)}` : errorText(text, error));
    input.current?.select();
  };
  const submit = async () => {
    setFailure(null);
    setProblem(undefined);
    if (!isComplete(code)) {
      setProblem(invalid);
      return input.current?.focus();
    }
    setBusy(true);
    try {
      await onConfirmed(await confirm(code));
    } catch (error) {
      refuse(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void submit();
      }}
      noValidate
      className="form"
    >
      {failure !== null && <ErrorPanel error={failure} />}
      <TextField
        label={label}
        hint={hint}
        error={problem}
        value={code}
        onChange={(typed) => setCode(clean(typed))}
        inputMode={isDigits ? 'numeric' : 'text'}
        autoComplete={isDigits ? 'one-time-code' : 'off'}
        className={isDigits ? 'code-input' : 'code-input code-input-long'}
        isRequired
        ref={input}
      />
      {expiresAt !== undefined && <TimeLeft expiresAt={expiresAt} expired={expired ?? text.identity.attemptExpired} />}
      <div className="actions">
        <Button type="submit" isPending={isBusy}>
          {confirmLabel}
        </Button>
        {children}
      </div>
    </form>
  );
}
