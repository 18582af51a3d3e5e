/** A dialog over the page that keeps focus until it is answered. */
import { Modal } from '@midas-ds/components/modal';
import type { ReactNode } from 'react';

type DialogProps = {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** A modal dialog without a close button: its buttons are in `children`; Escape is `onClose`. */
export function Dialog({ title, isOpen, onClose, children }: DialogProps) {
  return (
    <Modal title={title} isOpen={isOpen} hideCloseButton onOpenChange={(open) => (open ? undefined : onClose())}>
      {children}
    </Modal>
  );
}
