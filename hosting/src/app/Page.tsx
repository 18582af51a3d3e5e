/** The frame of a page: title of the tab, heading that takes focus after a change of route, actions beside it. */
import { useEffect, useRef, type ReactNode } from 'react';
import { useLocation } from 'react-router';

let arrivedAt: string | null = null;

/** Gives focus to the returned element when the reader came here from another page of the app. */
export function useArrivalFocus<T extends HTMLElement>() {
  const element = useRef<T>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    if (arrivedAt !== null && arrivedAt !== pathname) element.current?.focus();
    arrivedAt = pathname;
  }, [pathname]);
  return element;
}

type PageProps = {
  /** The title of the tab; never holds personal data, because browsers keep it in their history. */
  readonly title: string;
  /** The heading, when it says more than the title. */
  readonly heading?: ReactNode;
  readonly intro?: string;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
};

/** A page of the app. */
export function Page({ title, heading, intro, actions, children }: PageProps) {
  const headingRef = useArrivalFocus<HTMLHeadingElement>();
  useEffect(() => {
    document.title = `${title} – Valv`;
  }, [title]);
  return (
    <div className="page">
      <div className="page-head">
        <h1 ref={headingRef} tabIndex={-1}>
          {heading ?? title}
        </h1>
        {actions !== undefined && <div className="actions">{actions}</div>}
      </div>
      {intro !== undefined && <p className="intro">{intro}</p>}
      {children}
    </div>
  );
}
