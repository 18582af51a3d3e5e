/** Links that look like buttons, and such that tell why they cannot be used. */
import { useId, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { Capability } from './capability.ts';

type Look = 'primary' | 'secondary' | 'danger';

/** A link with the look of a button. */
export function ButtonLink({
  to,
  look = 'primary',
  children,
}: {
  readonly to: string;
  readonly look?: Look;
  readonly children: ReactNode;
}) {
  return (
    <Link to={to} className={`button-link button-link-${look}`}>
      {children}
    </Link>
  );
}

/** A button link for who may; for others a disabled button that can be reached and says why. */
export function GatedLink({
  capability,
  to,
  look = 'secondary',
  children,
}: {
  readonly capability: Capability;
  readonly to: string;
  readonly look?: Look;
  readonly children: ReactNode;
}) {
  const id = useId();
  if (capability.isAllowed) {
    return (
      <ButtonLink to={to} look={look}>
        {children}
      </ButtonLink>
    );
  }
  return (
    <span className="gated">
      <button type="button" className="button-link button-link-disabled" aria-disabled="true" aria-describedby={id}>
        {children}
      </button>
      <span id={id} className="gated-reason">
        {capability.reason}
      </span>
    </span>
  );
}
