/** Counts down to an instant. */
import { useEffect, useState } from 'react';
import { nowMs } from '../api/clock.ts';

/** Seconds until `atMs`, renewed each second and never below zero; null without an instant. */
export function useSecondsLeft(atMs: number | null): number | null {
  const [left, setLeft] = useState<number | null>(null);
  useEffect(() => {
    if (atMs === null) return setLeft(null);
    const tick = () => setLeft(Math.max(0, Math.ceil((atMs - nowMs()) / 1000)));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [atMs]);
  return left;
}
