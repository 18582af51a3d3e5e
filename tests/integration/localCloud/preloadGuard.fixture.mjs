// Preloaded with --import: writes every address that this process connects to or looks up into a file.
import { appendFileSync } from 'node:fs';
import dns from 'node:dns';
import { Socket } from 'node:net';
import { syncBuiltinESMExports } from 'node:module';

const file = process.env.CONNECTIONS_FILE;
const note = (what) => appendFileSync(file, `${what}\n`);
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'object' && first !== null) note(first.path ? `unix ${first.path}` : `tcp ${first.host ?? 'localhost'}`);
  else note(`tcp ${typeof args[1] === 'string' ? args[1] : 'localhost'}`);
  return connect.apply(this, args);
};
for (const owner of [dns, dns.promises]) {
  for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
    const original = owner[name];
    owner[name] = function (host, ...rest) {
      note(`dns ${host}`);
      return original.call(this, host, ...rest);
    };
  }
}
syncBuiltinESMExports();
