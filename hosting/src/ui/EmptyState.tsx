/** A page or list with nothing in it, and what to do about it. */
import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon.tsx';

/** An empty state. `children` are its buttons. */
export function EmptyState({
  icon,
  title,
  text,
  children,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      <p>{text}</p>
      {children !== undefined && <div className="actions">{children}</div>}
    </div>
  );
}
