/** Small line drawings; always decoration beside words. */
const paths = {
  shield: 'M12 3l7 3v5c0 4.6-2.9 8-7 10-4.1-2-7-5.4-7-10V6l7-3zM9 12l2 2 4-4',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4M9 13h6M9 17h6',
  people: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-3.3 2.7-6 6-6s6 2.7 6 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.3c1.8.9 3 3 3 5.7',
  log: 'M5 4h14v16H5zM8.5 8.5h7M8.5 12h7M8.5 15.5h4',
  chevron: 'M6 9l6 6 6-6',
  check: 'M4 12.5l5.5 5.5L20 7',
  folder: 'M3 6h6l2 2.5h10V19H3z',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5a2.2 2.2 0 0 0 4 0',
  building: 'M4 21V5l8-2v18M12 21h8V9l-8-2M7 8h2M7 12h2M7 16h2M15 12h2M15 16h2',
} as const;

/** The name of a drawing. */
export type IconName = keyof typeof paths;

/** A drawing of the text's size and colour. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      width="20"
      height="20"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={paths[name]} />
    </svg>
  );
}

/** Valv's mark: an arch within an arch. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 48 48" width="32" height="32" aria-hidden="true" fill="none" strokeLinecap="round">
      <path d="M10 36V22a14 14 0 0 1 28 0v14" className="mark-outer" strokeWidth="4" />
      <path d="M18 36V23a6 6 0 0 1 12 0v13" className="mark-inner" strokeWidth="4" />
      <path d="M7 39h34" className="mark-outer" strokeWidth="3.5" />
    </svg>
  );
}
