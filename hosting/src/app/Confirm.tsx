/** A question before something that matters: what will happen, a button that does it, and a safe way out. */
import type { ReactNode } from 'react';
import { useText } from '../i18n/language.tsx';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorPanel } from './ErrorPanel.tsx';

type ConfirmProps = {
  readonly title: string;
  readonly isOpen: boolean;
  /** The words of the button that does it. */
  readonly action: string;
  readonly isDanger?: boolean;
  readonly isPending: boolean;
  readonly error?: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** The dialog; the safe answer has focus. */
export function Confirm({ title, isOpen, action, isDanger = false, isPending, error, onConfirm, onClose, children }: ConfirmProps) {
  const { app } = useText();
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose}>
      <div className="dialog-body">
        {children}
        {error !== undefined && error !== null && <ErrorPanel error={error} />}
        <div className="actions">
          <Button variant="secondary" onPress={onClose} takesFocus>
            {app.cancel}
          </Button>
          <Button variant={isDanger ? 'danger' : 'primary'} isPending={isPending} onPress={onConfirm}>
            {action}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
