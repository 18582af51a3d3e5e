/** What is around a step of signing in: a page, or a part of a dialog. A step that replaces another takes focus. */
import { useEffect, useRef, type ComponentType, type ReactNode } from 'react';
import { Page } from '../../../app/Page.tsx';

/** What every step says of itself. */
export type FrameProps = {
  /** For the tab as well, so without personal data. */
  readonly title: string;
  /** The heading, when it says more than the title. */
  readonly heading?: string;
  readonly intro?: string;
  readonly children: ReactNode;
};
/** A frame for steps. */
export type Frame = ComponentType<FrameProps>;

/** Gives focus to the first field of a step that has just appeared, or else to its heading. */
function StepFocus({ children }: { readonly children: ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const first =
      element.current?.querySelector<HTMLElement>('input:not([type="hidden"])') ?? element.current?.querySelector<HTMLElement>('h1, h3');
    first?.focus();
  }, []);
  return <div ref={element}>{children}</div>;
}

/** A step as a page of its own. */
export function PageStep(props: FrameProps) {
  return (
    <StepFocus>
      <Page {...props} />
    </StepFocus>
  );
}

/** A step within a dialog, whose title stands above. */
export function DialogStep({ title, heading, intro, children }: FrameProps) {
  return (
    <StepFocus>
      <div className="page step">
        <h3 tabIndex={-1}>{heading ?? title}</h3>
        {intro !== undefined && <p className="intro">{intro}</p>}
        {children}
      </div>
    </StepFocus>
  );
}
