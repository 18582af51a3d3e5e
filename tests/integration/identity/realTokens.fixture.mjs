// Preloaded into a process of functions that verify ID tokens as in production: what asks Google for its certificates asks a
// loopback server instead, over real TLS whose CA is given. Any other request over HTTPS is an error.
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

const { CERTIFICATES_PORT: port, CERTIFICATES_CA: ca } = process.env;
const request = https.request;

https.request = (options, ...rest) => {
  const host = options.hostname ?? options.host;
  if (host !== 'www.googleapis.com') throw new Error(`a request to ${host}`);
  const loopback = { hostname: '127.0.0.1', host: '127.0.0.1', port, ca, servername: 'localhost', agent: new https.Agent() };
  return request({ ...options, ...loopback, headers: { ...options.headers, host } }, ...rest);
};
syncBuiltinESMExports();
