/**
 * React Router's ways to another address, for what goes there after an answer of the server: once the reader has left the page
 * that asked, they do nothing. Who reads or writes elsewhere by then is not called away.
 */
import { useCallback } from 'react';
import {
  useLocation,
  useNavigate as useNavigateAnyway,
  useSearchParams as useSearchParamsAnyway,
  type NavigateOptions,
  type To,
} from 'react-router';
import { dropNotices } from './notice.ts';

/** Whether the address is still the page's that is being rendered; says so whenever it is asked. */
function useIsHere(): () => boolean {
  const { pathname } = useLocation();
  return useCallback(() => {
    const isHere = window.location.pathname === pathname;
    // They were meant for the page that is not gone to.
    if (!isHere) dropNotices();
    return isHere;
  }, [pathname]);
}

/** Leads to an address, from this page only. */
export function useNavigate(): (to: To, options?: NavigateOptions) => Promise<void> {
  const navigate = useNavigateAnyway();
  const isHere = useIsHere();
  return useCallback(
    async (to, options) => {
      if (isHere()) await navigate(to, options);
    },
    [navigate, isHere],
  );
}

/** What stands after the question mark, and how to write it, on this page only. */
export function useSearchParams(): readonly [URLSearchParams, (next: Record<string, string>, options?: NavigateOptions) => void] {
  const [params, setParams] = useSearchParamsAnyway();
  const isHere = useIsHere();
  const setHere = useCallback(
    (next: Record<string, string>, options?: NavigateOptions) => {
      if (isHere()) setParams(next, options);
    },
    [setParams, isHere],
  );
  return [params, setHere];
}
