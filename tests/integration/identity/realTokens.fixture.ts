// The functions in a process of their own that knows no Auth emulator: argument 1 is the module. Prints its port.
import type { AddressInfo } from 'node:net';
import { mountFunctions } from '../../../infra/local/functionsHost/mountFunctions.ts';

if (process.env['FIREBASE_AUTH_EMULATOR_HOST'] !== undefined) throw new Error('this process must not know the Auth emulator');
const loaded = (await import(process.argv[2] ?? '')) as { default?: object }; // the built functions, as CommonJS or from source
const { app } = mountFunctions(loaded.default ?? loaded);
const server = app.listen(0, '127.0.0.1', () => {
  // A server that listens has an address.
  process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`);
});
