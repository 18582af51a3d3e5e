/** A message in the page: what happened, and what to do. */
import { InfoBanner } from '@midas-ds/components/info-banner';
import type { ReactNode, Ref } from 'react';

type BannerProps = {
  readonly kind: 'success' | 'info' | 'important' | 'warning';
  readonly title?: string;
  readonly children?: ReactNode;
  /** `alert` is read out at once, `status` when there is a pause; without it the banner is part of the page. */
  readonly role?: 'alert' | 'status';
  readonly ref?: Ref<HTMLDivElement>;
};

/** A banner. With a `ref` it can be given focus. */
export function Banner({ kind, title, children, role, ref }: BannerProps) {
  return (
    <div role={role} ref={ref} tabIndex={-1} className="banner">
      <InfoBanner type={kind} role="presentation" {...(title === undefined ? {} : { title })}>
        {children}
      </InfoBanner>
    </div>
  );
}
