/** A section of a page on its own surface. */
import type { ReactNode } from 'react';

/** A titled section; a heading, not a landmark, because a page has many. `aside` stands beside the title. */
export function Card({ title, aside, children }: { readonly title: string; readonly aside?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className="card">
      <div className="card-head">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
