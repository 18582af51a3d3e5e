import type { Endpoint } from '../functionsHost/endpoints.ts';
import { callEmulator } from './adminRest.ts';

/**
 * Tells the emulator which functions want to hear of which documents. It posts their events, as binary CloudEvents,
 * to the relay it was started with (eventRelay.ts); an attached emulator, started for others, would reach nobody.
 */
export async function registerTriggers(base: string, projectId: string, endpoints: ReadonlyMap<string, Endpoint>): Promise<void> {
  for (const [name, { eventTrigger }] of endpoints) {
    if (eventTrigger === undefined || !eventTrigger.eventType.startsWith('google.cloud.firestore.')) continue;
    const { eventFilters = {}, eventFilterPathPatterns = {} } = eventTrigger;
    const pattern = eventFilterPathPatterns['document'];
    await callEmulator(`${base}/emulator/v1/projects/${projectId}/eventarcTrigger?eventarcTriggerId=${name}`, 'POST', {
      eventType: eventTrigger.eventType,
      database: eventFilters['database'] ?? '(default)',
      namespace: eventFilters['namespace'] ?? '(default)',
      document:
        pattern === undefined ? { value: eventFilters['document'], matchType: 'EXACT' } : { value: pattern, matchType: 'PATH_PATTERN' },
    });
  }
}
