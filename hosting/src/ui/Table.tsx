/** A table with a header row; when it is wider than the screen it scrolls within itself and can be focused to do so. */
import { useEffect, useRef, useState, type ReactNode } from 'react';

type Column = {
  readonly id: string;
  readonly title: string;
  /** Left out where the screen is narrow. */
  readonly isOptional?: boolean;
  readonly isNumeric?: boolean;
};

type TableProps = {
  readonly label: string;
  readonly columns: readonly Column[];
  /** Cells stay on one line; for tables that are wider than the page anyway. */
  readonly isUnwrapped?: boolean;
  /** Cells in the order of the columns; the first is the row's header. */
  readonly rows: readonly { readonly id: string; readonly cells: readonly ReactNode[] }[];
};

const classOf = (column: Column) =>
  [column.isOptional === true ? 'optional' : '', column.isNumeric === true ? 'numeric' : ''].join(' ').trim();

/** A data table. */
export function Table({ label, columns, rows, isUnwrapped = false }: TableProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [overflows, setOverflows] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setOverflows(element.scrollWidth > element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div className="table-frame" ref={frame} {...(overflows ? { tabIndex: 0, role: 'group', 'aria-label': label } : {})}>
      <table className={isUnwrapped ? 'table table-unwrapped' : 'table'} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" className={classOf(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.id} scope="row" className={classOf(column)}>
                    {row.cells[index]}
                  </th>
                ) : (
                  <td key={column.id} className={classOf(column)}>
                    {row.cells[index]}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
