/** Something is on its way: said at once to assistive technology, shown after a moment so that it does not flicker. */
export function Loading({ label }: { readonly label: string }) {
  return (
    <div className="loading" role="status">
      <span className="loading-arch" aria-hidden="true" />
      <span>{label}</span>
    </div>
  );
}
