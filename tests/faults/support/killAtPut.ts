/** Kills at one place: when the functions put an object into a bucket. */
import type { TestCloud } from '../../support/localCloud.ts';

/** Kills the functions when an object is put: before the service has it, or as soon as it has. Answers what ends it. */
export function killAtPut(local: TestCloud, isWanted: (path: string) => boolean, when: 'before' | 'after'): () => void {
  const { storage } = local.cloud;
  const { put } = storage;
  storage.put = (name, path, bytes, settings) => {
    if (!isWanted(path)) return put(name, path, bytes, settings);
    storage.put = put;
    if (when === 'before') process.kill(local.cloud.functionsPid() ?? 0, 'SIGKILL');
    const object = put(name, when === 'before' ? `${path}.never` : path, bytes, settings);
    if (when === 'after') process.kill(local.cloud.functionsPid() ?? 0, 'SIGKILL');
    return object;
  };
  return () => void (storage.put = put);
}
