/** A button of the design system in Valv's colours. */
import { Button as MidasButton } from '@midas-ds/components/button';
import type { ReactNode, Ref } from 'react';

type ButtonProps = {
  readonly children: ReactNode;
  readonly onPress?: () => void;
  readonly type?: 'button' | 'submit';
  readonly variant?: 'primary' | 'secondary' | 'tertiary' | 'danger';
  readonly isDisabled?: boolean;
  /** Work is going on: the button keeps its focus, says so and takes no press. */
  readonly isPending?: boolean;
  readonly label?: string;
  readonly describedBy?: string;
  readonly size?: 'large' | 'medium';
  /** Takes focus when it appears; for the safe answer of a dialog. */
  readonly takesFocus?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
};

/** A button. `label` replaces its text for assistive technology. */
export function Button({
  children,
  onPress,
  type = 'button',
  variant = 'primary',
  isDisabled = false,
  isPending = false,
  label,
  describedBy,
  size = 'medium',
  takesFocus = false,
  ref,
}: ButtonProps) {
  return (
    <>
      {/* The design system draws that work is going on, and would take every press meanwhile. */}
      <MidasButton
        type={isPending ? 'button' : type}
        variant={variant}
        size={size}
        isDisabled={isDisabled}
        isPending={isPending}
        {...(isPending ? { 'aria-disabled': true } : {})}
        {...(takesFocus ? { autoFocus: true } : {})}
        {...(onPress === undefined || isPending ? {} : { onPress })}
        {...(label === undefined ? {} : { 'aria-label': label })}
        {...(describedBy === undefined ? {} : { 'aria-describedby': describedBy })}
        {...(ref === undefined ? {} : { ref })}
      >
        {children}
      </MidasButton>
      {/* Without any submit button, Enter in the only field of a form would send it again. */}
      {isPending && type === 'submit' && <button type="submit" disabled hidden aria-hidden="true" />}
    </>
  );
}
