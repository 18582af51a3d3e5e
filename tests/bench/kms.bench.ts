/** How often a function asks KMS to unwrap an organisation's key, whatever the load. Counted at the loopback KMS. */
import { call } from '../../infra/client/client.ts';
import { figure, type Figure } from './figure.ts';
import { foundOrganisation, importPersons, startBench } from './valv.ts';

const parallel = 50;
const rounds = 8;

/** Reads a register 400 times, 50 at a time, in one instance of one function. */
export async function run(): Promise<Figure[]> {
  const bench = await startBench('inProcess');
  try {
    const orgId = await foundOrganisation(bench, '802005-1952');
    await importPersons(bench, orgId, 50, 1);
    const decrypts = (): number => bench.cloud.counters('kms')['decrypt'] ?? 0;
    if (decrypts() === 0) throw new Error('the loopback KMS counts no decryption at all');
    const before = decrypts();
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(Array.from({ length: parallel }, () => call(bench.at, 'listDataSubjects', { orgId, pageSize: 20 }, bench.idToken)));
    }
    return [figure(`KMS calls of one instance for one organisation in ${parallel * rounds} calls`, decrypts() - before, 'calls', '<=', 1)];
  } finally {
    await bench.cloud.stop();
  }
}
