// Guarantees: a root of trust of this local cloud alone; with a state folder it outlives a restart, so that evidence signed
// earlier can still be verified. The keys protect nothing of worth: they are made on this machine for this machine.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { readJsonFile, writeJsonFile } from '../jsonFile.ts';
import { type Credential, type Identity, makeAuthority, makeClient, makeServer, toCredential } from './certificates.ts';

/** Who trusts whom: what the service needs, and what a relying party needs. */
export type Trust = {
  /** Certifies server and relying party; PEM. A relying party trusts this and nothing else. */
  readonly ca: string;
  readonly server: Credential;
  readonly client: Credential;
  /** Certifies persons. */
  readonly persons: Identity;
};

type Kept = { readonly ca: string; readonly server: Credential; readonly client: Credential; readonly persons: Credential };

const personsName = { CN: 'Local BankID Customer CA', O: 'Valv local cloud' } as const;

/** Reads the trust of a state folder, or makes it. */
export function openTrust(stateDir: string | null, at: Date): Trust {
  const file = stateDir === null ? null : join(stateDir, 'bankid.json');
  const kept = file === null ? undefined : (readJsonFile(file) as Kept | undefined); // written below
  if (kept !== undefined) return { ...kept, persons: identityOf(kept.persons) };
  const made = makeTrust(at);
  if (file !== null) writeJsonFile(file, { ...made, persons: toCredential(made.persons) });
  return made;
}

function makeTrust(at: Date): Trust {
  const authority = makeAuthority({ CN: 'Local BankID SSL Root CA', O: 'Valv local cloud' }, at);
  return {
    ca: toCredential(authority).cert,
    server: toCredential(makeServer(authority, at)),
    client: toCredential(makeClient(authority, { CN: 'Valv', O: 'Valv local cloud' }, at)),
    persons: makeAuthority(personsName, at),
  };
}

function identityOf({ cert, key }: Credential): Identity {
  return { certDer: new X509Certificate(cert).raw, privateKey: createPrivateKey(key), name: personsName };
}
