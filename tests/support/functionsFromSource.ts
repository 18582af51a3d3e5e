// Every deployed function, loaded from source instead of from its bundle: a `functionsEntry` that needs no build.
import { deployedFunctions } from '../../functions/src/index.ts';

const exported: Record<string, unknown> = {};
for (const [name, module] of Object.entries(deployedFunctions)) {
  const loaded = (await import(new URL(`../../functions/src/${module}`, import.meta.url).href)) as Record<string, unknown>; // a module namespace
  exported[name] = loaded[name];
}

export default exported;
