/**
 * Bundles each deployed function by itself into functions/dist, with an index that loads only the called one.
 *
 * Guarantees: a bundle holds what its function reaches and nothing of infra/ or tests/; the index's endpoints are read from
 * the bundles themselves. Native packages stay outside, listed in the generated package.json with the installed version.
 */
import { build, type Metafile } from 'esbuild';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deployedFunctions } from '../../functions/src/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = join(root, 'functions/src');
/** Packages that cannot be bundled: native code, and fonts that are read as files. */
const external = ['@node-rs/argon2', 'dejavu-fonts-ttf'];
/** Packages whose files are read while running: the fonts of the extracts. */
const readAtRunTime = ['dejavu-fonts-ttf'];

/** Packages that are loaded at first use only: one file each, shared by all functions, read when the `import()` runs. */
const lazy: Readonly<Record<string, { readonly file: string; readonly exports: string }>> = {
  '@google-cloud/kms': { file: 'kms', exports: 'KeyManagementServiceClient' },
  '@google-cloud/firestore': { file: 'firestoreAdmin', exports: 'v1' },
  nodemailer: { file: 'mail', exports: 'createTransport' },
  '@simplewebauthn/server': { file: 'passkeys', exports: 'verifyAuthenticationResponse, verifyRegistrationResponse' },
  '@zxcvbn-ts/language-common': { file: 'commonPasswords', exports: 'dictionary' },
};

/** Packages that most functions load when they start, and that cannot be taken apart: one file each, which all bundles share. */
const shared: Readonly<Record<string, string>> = { '@google-cloud/firestore': 'firestore' };

/**
 * Bundles everything into `outDir`; answers esbuild's metafile, which is also kept beside it ({@link metafileOf}). Builds beside
 * it and renames, so that whoever reads `outDir` meanwhile finds the old or the new build, whole.
 */
export async function buildFunctions(outDir = join(root, 'functions/dist')): Promise<Metafile> {
  const buildDir = `${outDir}.${process.pid}`;
  await rm(buildDir, { recursive: true, force: true });
  await mkdir(buildDir, { recursive: true });
  try {
    const metafile = await bundle(buildDir);
    await rm(outDir, { recursive: true, force: true });
    await rename(buildDir, outDir);
    await writeFile(metafileOf(outDir), JSON.stringify(metafile));
    return metafile;
  } finally {
    await rm(buildDir, { recursive: true, force: true });
  }
}

/** Where the metafile of a build is: not in it, because that is deployed. */
export const metafileOf = (outDir: string): string => `${outDir}.metafile.json`;

/** Bundles that are made at once: all of them together would take gigabytes of memory. */
const batchSize = 24;

async function bundle(outDir: string): Promise<Metafile> {
  const entryPoints = [
    ...Object.keys(deployedFunctions).map((name) => ({ in: `deployed:${name}`, out: `functions/${name}` })),
    ...Object.entries(lazy).map(([name, { file }]) => ({ in: `lazy:${name}`, out: `lazy/${file}` })),
    ...Object.entries(shared).map(([name, file]) => ({ in: `shared:${name}`, out: `shared/${file}` })),
  ];
  const whole: Metafile = { inputs: {}, outputs: {} };
  for (let start = 0; start < entryPoints.length; start += batchSize) {
    const { inputs, outputs } = await bundleBatch(outDir, entryPoints.slice(start, start + batchSize));
    Object.assign(whole.inputs, inputs);
    Object.assign(whole.outputs, outputs);
  }
  await writeFile(join(outDir, 'package.json'), await packageJson());
  await writeEndpoints(outDir);
  return whole;
}

async function bundleBatch(outDir: string, entryPoints: readonly { in: string; out: string }[]): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...entryPoints],
    outdir: outDir,
    plugins: [{ name: 'deployed', setup: resolveDeployed }],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // Modules that find files beside themselves (pdfkit, the fonts) ask for an address that CommonJS does not give.
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    mainFields: ['main', 'module'],
    external,
    metafile: true,
    legalComments: 'none',
    // A third of the bytes is white space, and loading is mostly reading and compiling. Names stay, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'warning',
  });
  return metafile;
}

/** Resolves `deployed:NAME` to a module that exports that one function. */
function resolveDeployed(bundler: Parameters<Exclude<Parameters<typeof build>[0]['plugins'], undefined>[number]['setup']>[0]): void {
  bundler.onResolve({ filter: /^deployed:/ }, ({ path }) => ({ path: path.slice('deployed:'.length), namespace: 'deployed' }));
  // Our own modules do nothing when they are merely loaded, so what a function does not use of them is left out.
  bundler.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, importer, resolveDir }) => {
    const from = resolveDir === '' ? dirname(importer) : resolveDir;
    return from.startsWith(source) ? { path: join(from, path), sideEffects: false } : undefined;
  });
  bundler.onResolve({ filter: /^(@|nodemailer$)/ }, ({ path, kind, namespace }) => {
    const later = kind === 'dynamic-import' ? lazy[path] : undefined;
    if (later !== undefined) return { path: `../lazy/${later.file}.js`, external: true };
    const file = namespace === 'file' ? shared[path] : undefined;
    return file === undefined ? undefined : { path: `../shared/${file}.js`, external: true };
  });
  bundler.onResolve({ filter: /^shared:/ }, ({ path }) => ({ path: path.slice('shared:'.length), namespace: 'shared' }));
  bundler.onLoad({ filter: /.*/, namespace: 'shared' }, ({ path }) => ({
    contents: `module.exports = require('${path}');`,
    resolveDir: source,
    loader: 'js',
  }));
  bundler.onResolve({ filter: /^lazy:/ }, ({ path }) => ({ path: path.slice('lazy:'.length), namespace: 'lazy' }));
  // Named, so that Node finds the names when an `import()` loads the CommonJS file.
  bundler.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({
    contents: `export { ${lazy[path]?.exports ?? ''} } from '${path}';`,
    resolveDir: source,
    loader: 'js',
  }));
  bundler.onLoad({ filter: /.*/, namespace: 'deployed' }, ({ path }) => {
    const module = (deployedFunctions as Readonly<Record<string, string>>)[path]; // path is a key: it came from the entry points
    return { contents: `export { ${path} } from '${module ?? ''}';`, resolveDir: source, loader: 'ts' };
  });
}

async function packageJson(): Promise<string> {
  const project = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> }; // our own file
  const wanted = [...external, ...readAtRunTime, 'firebase-functions', 'firebase-admin'];
  const dependencies = Object.fromEntries(wanted.map((name) => [name, project.dependencies[name]]));
  return `${JSON.stringify({ name: 'valv-functions', private: true, type: 'commonjs', main: 'index.js', engines: { node: '24' }, dependencies }, null, 2)}\n`;
}

/** Writes index.js, whose exports carry their endpoint and load their bundle when first called, or at once when they are the target. */
async function writeEndpoints(outDir: string): Promise<void> {
  process.env['GCLOUD_PROJECT'] ??= 'valv-build';
  const require = createRequire(import.meta.url);
  const endpoints: Record<string, unknown> = {};
  for (const name of Object.keys(deployedFunctions)) {
    const module = require(join(outDir, 'functions', `${name}.js`)) as Record<string, { __endpoint: unknown }>; // made by the build above
    endpoints[name] = module[name]?.__endpoint;
  }
  const json = JSON.stringify(endpoints, (_key, value: unknown) => (isResetValue(value) ? null : value), 2);
  await writeFile(join(outDir, 'endpoints.json'), `${json}\n`);
  await writeFile(join(outDir, 'index.js'), index);
}

const isResetValue = (value: unknown): boolean => typeof value === 'object' && value !== null && value.constructor.name === 'ResetValue';

const index = `'use strict';
const endpoints = require('./endpoints.json');
const load = (name) => require('./functions/' + name + '.js')[name];
for (const name of Object.keys(endpoints)) {
  const fn = (...args) => load(name)(...args);
  fn.__endpoint = endpoints[name];
  exports[name] = process.env.FUNCTION_TARGET === name ? load(name) : fn;
}
`;

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await buildFunctions();
