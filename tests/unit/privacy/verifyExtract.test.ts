import { crc32, deflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { allPassed, type Check } from '../../../infra/verify/checks.ts';
import { readZip } from '../../../infra/verify/readZip.ts';
import { verifyExtract } from '../../../infra/verify/verifyExtract.ts';
import { otherPdf, replaced, resigned, type SignedExtract, signedExtract, zipOf } from '../../support/privacy/signedExtract.ts';
import { testSigner } from '../../support/privacy/testSigner.ts';

let good: SignedExtract;
beforeAll(async () => {
  good = await signedExtract();
});

const subject = { orgId: 'orgAAAAAAAAAAAAAAAAA', dataSubjectId: 'subAAAAAAAAAAAAAAAAA' };
const failures = (checks: readonly Check[]): readonly string[] =>
  checks.filter((check) => check.outcome === 'failed').map(({ name, detail }) => `${name}: ${detail}`);
const failuresOf = async (zip: Buffer, jwks = good.jwks): Promise<readonly string[]> => failures(await verifyExtract(zip, jwks));
const contentOf = (name: string): Buffer => Buffer.from(good.files.find((file) => file.name === name)?.bytes ?? []);

/** Replaces every occurrence of an entry's name, in both headers; the lengths must be equal. */
function renamedInZip(zip: Buffer, from: string, to: string): Buffer {
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
}

describe('the verification of an extract', () => {
  it.each(['sv', 'en'] as const)('passes an untouched ZIP in %s', async (locale) => {
    const { zip, jwks } = await signedExtract(good.signer, locale);
    const checks = await verifyExtract(zip, jwks);
    expect(failures(checks)).toEqual([]);
    expect(checks.length).toBeGreaterThanOrEqual(19);
    expect(allPassed(checks)).toBe(true);
  });

  it('finds any changed byte, or the content is the same', async () => {
    const manifestAt = good.zip.indexOf('manifest.json') - 30;
    const positions = new Set<number>();
    for (let at = 0; at < manifestAt; at += Math.max(1, Math.floor(manifestAt / 500))) positions.add(at);
    for (let at = manifestAt; at < good.zip.length; at += 1) positions.add(at); // the manifest and the directory in full
    expect(positions.size).toBeGreaterThan(1000);
    const unseen: number[] = [];
    for (const at of positions) {
      const zip = Buffer.from(good.zip);
      zip[at] = (zip[at] ?? 0) ^ (1 << (at % 8));
      if (!allPassed(await verifyExtract(zip, good.jwks))) continue;
      unseen.push(at);
      expect(readZip(zip)).toEqual(readZip(good.zip));
    }
    // Unseen are, for each of six entries, four bytes of time, the version that packed it, and spare bits after its data.
    expect(unseen.length).toBeLessThanOrEqual(6 * 6);
  }, 60_000);

  it('finds a ZIP that is cut off, anywhere', async () => {
    for (let length = 0; length < good.zip.length; length += 97)
      expect((await failuresOf(good.zip.subarray(0, length))).length, `length ${length}`).toBe(1);
    expect(await failuresOf(good.zip.subarray(0, -1))).toEqual([expect.stringContaining('cut off')]);
  });

  it('finds bytes before, between and after the entries', async () => {
    const directory = good.zip.readUInt32LE(good.zip.length - 6);
    expect(await failuresOf(Buffer.concat([Buffer.from('PK'), good.zip]))).toHaveLength(1);
    expect(await failuresOf(Buffer.concat([good.zip, Buffer.from('x')]))).toEqual([expect.stringContaining('something after it')]);
    const gapped = Buffer.concat([good.zip.subarray(0, directory), Buffer.from('x'), good.zip.subarray(directory)]);
    gapped.writeUInt32LE(directory + 1, gapped.length - 6);
    expect(await failuresOf(gapped)).toEqual([expect.stringContaining('between the entries and the directory')]);
  });

  it.each(['README.txt', 'utdrag.pdf', 'extract.json', 'register.csv'])('finds a changed %s', async (name) => {
    const bytes = Buffer.concat([contentOf(name), Buffer.from(' ')]);
    expect(await failuresOf(await zipOf(replaced(good.files, name, bytes)))).toContainEqual(
      expect.stringContaining(`${name} is unchanged: it has`),
    );
    const sameSize = contentOf(name);
    sameSize[10] = (sameSize[10] ?? 0) ^ 1;
    expect(await failuresOf(await zipOf(replaced(good.files, name, sameSize)))).toContainEqual(
      `${name} is unchanged: its checksum is another`,
    );
  });

  it('finds a file added, removed, renamed, moved or there twice', async () => {
    const extra = { name: 'bonus.txt', bytes: Buffer.from('hej') };
    expect(await failuresOf(await zipOf([...good.files, extra]))).toEqual([expect.stringContaining('no others: it holds')]);
    for (const file of good.files)
      expect(await failuresOf(await zipOf(good.files.filter((other) => other !== file)))).toEqual([
        expect.stringContaining('no others: it holds'),
      ]);
    expect(await failuresOf(await zipOf(good.files.toReversed()))).toEqual([expect.stringContaining('no others')]);
    expect(await failuresOf(renamedInZip(good.zip, 'README.txt', 'LASMIG.txt'))).toEqual([expect.stringContaining('no others')]);
    expect(await failuresOf(await zipOf([...good.files, { ...extra, name: 'README.txt' }]))).toEqual([
      'the ZIP is well-formed: "README.txt" is there twice',
    ]);
    expect(await failuresOf(await zipOf([...good.files, { ...extra, name: 'readme.TXT' }]))).toEqual([
      'the ZIP is well-formed: "readme.TXT" is there twice',
    ]);
    expect(await failuresOf(await zipOf([]))).toEqual([expect.stringContaining('it holds nothing')]);
  });

  it.each(['../etc/pwd', '/etc/paswd', 'a/b/c.text', '..\\..\\abcd', 'README\0txt', '.READMEtxt', 'README\u{85}txt'])(
    'finds the name %j',
    async (name) => {
      expect(await failuresOf(renamedInZip(good.zip, 'README.txt', name))).toEqual([
        expect.stringContaining('a name that Valv does not use'),
      ]);
    },
  );

  it('finds two headers that disagree', async () => {
    const zip = Buffer.from(good.zip);
    zip.write('X', zip.indexOf('README.txt'));
    expect(await failuresOf(zip)).toEqual([expect.stringContaining('two headers that disagree')]);
  });

  it('finds a symbolic link', async () => {
    const zip = Buffer.from(good.zip);
    const central = zip.lastIndexOf('README.txt') - 46;
    zip.writeUInt32LE((0o120777 << 16) >>> 0, central + 38);
    expect(await failuresOf(zip)).toEqual([expect.stringContaining('is not a plain file')]);
  });

  it('unpacks no bomb, whether it declares its size or not', async () => {
    const bomb = Buffer.alloc(65 * 1024 * 1024);
    expect(await failuresOf(await zipOf(replaced(good.files, 'README.txt', bomb)))).toEqual([expect.stringContaining('is larger than')]);
    expect(await failuresOf(declared(deflateRawSync(bomb), 10, 0))).toEqual([
      expect.stringContaining('cannot be unpacked to the size that it declares'),
    ]);
    const many = Array.from({ length: 101 }, (_, index) => ({ name: `f${index}`, bytes: Buffer.alloc(0) }));
    expect(await failuresOf(await zipOf(many))).toEqual([expect.stringContaining('more than 100 entries')]);
  });

  it('finds a wrong checksum, a wrong size and bytes hidden after packed data', async () => {
    const text = Buffer.from('hej');
    const packed = deflateRawSync(text);
    expect(readZip(declared(packed, 3, crc32(text)))).toEqual([{ name: 'README.txt', bytes: text }]);
    expect(await failuresOf(declared(packed, 3, (crc32(text) ^ 1) >>> 0))).toEqual([expect.stringContaining('"README.txt" is damaged')]);
    expect(await failuresOf(declared(packed, 4, crc32(text)))).toEqual([expect.stringContaining('"README.txt" is damaged')]);
    expect(await failuresOf(declared(Buffer.concat([packed, Buffer.from('dolt')]), 3, crc32(text)))).toEqual([
      expect.stringContaining('something after its data'),
    ]);
  });

  it('finds a signature from another extract of the same signer', async () => {
    const other = await signedExtract(good.signer, 'en');
    const swapped = replaced(good.files, 'manifest.jws', other.files.find((file) => file.name === 'manifest.jws')?.bytes ?? '');
    expect(await failuresOf(await zipOf(swapped))).toEqual(['manifest.json is what was signed: it says something else']);
  });

  it('finds a manifest without signature, under no algorithm, by an unknown key or forged', async () => {
    const [header = '', payload = '', signature = ''] = contentOf('manifest.jws').toString().split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid: good.signer.jwk.kid })).toString('base64url');
    const forged = Buffer.from(Buffer.from(signature, 'base64url').toReversed()).toString('base64url');
    const zipWith = async (jws: string): Promise<Buffer> => zipOf(replaced(good.files, 'manifest.jws', jws));
    expect(await failuresOf(await zipWith(''))).toEqual([expect.stringContaining('is a signed JWS')]);
    expect(await failuresOf(await zipWith(`${none}.${payload}.`))).toEqual([expect.stringContaining('the algorithm is ES256')]);
    expect(await failuresOf(good.zip, { keys: [(await testSigner()).jwk] })).toEqual([expect.stringContaining('one of the trusted keys')]);
    expect(await failuresOf(await zipWith(`${header}.${payload}.${forged}`))).toEqual([
      expect.stringContaining('the signature is genuine'),
    ]);
  });

  it('finds what even the key holder must not sign', async () => {
    const signed = async (files: SignedExtract['files'], about = subject): Promise<Buffer> =>
      zipOf(await resigned(files, good.signer, about));
    expect(await failuresOf(await signed(good.files))).toEqual([]);
    expect(await failuresOf(await signed(good.files, { ...subject, dataSubjectId: 'subBBBBBBBBBBBBBBBBB' }))).toEqual([
      expect.stringContaining('their ids differ'),
    ]);
    const spaced = replaced(good.files, 'extract.json', `${contentOf('extract.json').toString()}\n`);
    expect(await failuresOf(await signed(spaced))).toEqual(['extract.json is canonical JSON: it is not']);
    expect(await failuresOf(await signed(replaced(good.files, 'extract.json', '{"format":"valv/register-extract/v2"}')))).toEqual([
      'extract.json has the known format: it has not',
    ]);
    expect(await failuresOf(await signed(replaced(good.files, 'utdrag.pdf', 'hej')))).toEqual([
      expect.stringContaining('the PDF is a PDF'),
    ]);
  });

  it('finds a PDF of another extract', async () => {
    expect(await failuresOf(await zipOf(replaced(good.files, 'utdrag.pdf', await otherPdf())))).toEqual([
      expect.stringContaining('utdrag.pdf is unchanged'),
    ]);
  });
});

/** A ZIP of one entry, README.txt, with any packed bytes under any declared size and checksum. */
function declared(packed: Buffer, size: number, crc: number): Buffer {
  const common = Buffer.alloc(22);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(0x0800, 2);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc, 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(size, 18);
  const name = Buffer.from('README.txt');
  const lengths = Buffer.from([name.length, 0]);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, lengths, Buffer.alloc(2), name, packed]);
  const tail = Buffer.alloc(16);
  tail.writeUInt16LE(9, 0);
  tail.writeUInt32LE((0o100644 << 16) >>> 0, 8);
  const timestamp = Buffer.from([0x55, 0x54, 5, 0, 3, 0, 0, 0, 0]);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x3f\x03', 'latin1'), common, lengths, tail, name, timestamp]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
