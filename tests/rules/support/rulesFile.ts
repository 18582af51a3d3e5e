import { readFile } from 'node:fs/promises';

/** Puts a rules file in force for one project of the emulator. Throws with the emulator's words if it does not compile. */
export async function putRules(emulatorUrl: string, projectId: string, file: string): Promise<void> {
  await putRulesText(emulatorUrl, projectId, await readFile(file, 'utf8'));
}

/** As {@link putRules}, from text. */
export async function putRulesText(emulatorUrl: string, projectId: string, content: string): Promise<void> {
  const response = await fetch(`${emulatorUrl}/emulator/v1/projects/${projectId}:securityRules`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rules: { files: [{ name: 'firestore.rules', content }] } }),
  });
  const answer = await response.text();
  // The emulator answers {} for good rules and lists `issues` (warnings included) for others.
  if (!response.ok || answer.includes('issues')) throw new Error(`the rules were refused: ${answer}`);
}
