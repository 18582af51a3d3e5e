// Guarantees: a credential with which Google's clients sign their own tokens (RS256, self-signed JWT) and so contact
// neither a metadata server nor Google. The key is made for this run and known to nobody else.
// Does not guarantee: that loopback services look at those tokens; they don't.
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { writeJsonFile } from './jsonFile.ts';

/** Writes a service-account file in Google's format, for `GOOGLE_APPLICATION_CREDENTIALS`. */
export async function writeServiceAccount(path: string, projectId: string): Promise<{ email: string }> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const email = `functions@${projectId}.iam.gserviceaccount.com`;
  writeJsonFile(path, {
    type: 'service_account',
    project_id: projectId,
    private_key_id: 'local',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: email,
    client_id: '1',
    universe_domain: 'googleapis.com',
  });
  return { email };
}
