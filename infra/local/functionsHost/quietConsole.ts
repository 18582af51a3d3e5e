/** Lines that libraries print at every call and that say nothing about this run. Everything else is printed. */
const noise = [/^WARNING: You are using the Auth Emulator/, /"message":"Callable request verification passed"/];

/** Leaves out known noise from this process's console; answers the function that puts the console back. */
export function quietConsole(): () => void {
  const originals = { log: console.log, info: console.info, debug: console.debug };
  for (const method of ['log', 'info', 'debug'] as const) {
    console[method] = (...values: unknown[]) => {
      if (!noise.some((pattern) => pattern.test(String(values[0])))) originals[method](...values);
    };
  }
  return () => void Object.assign(console, originals);
}
