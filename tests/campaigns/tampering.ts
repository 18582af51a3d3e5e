/**
 * Random tamperings with sealed logs: each must be found, and named as what it was; logs that nobody touched must give no
 * alarm. `npm run campaign:tampering`: 10,000 tamperings and 1,000 clean logs; `-- --count 500 --seed 7` for fewer, or to
 * see a run again.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Finding } from '../../functions/src/crypto/auditLog/findings.ts';
import { drawFrom, newSampleSigner, sampleLog, verifyBytes, type Draw, type SampleLog, type Shape } from '../support/auditLog/sampleLog.ts';
import { cleanFile, tamperings, type Tampered } from '../support/auditLog/tampering.ts';

const { values: options } = parseArgs({
  options: { count: { type: 'string', default: '10000' }, seed: { type: 'string', default: String(randomInt(2 ** 31)) } },
});
const [count, seed] = [Number(options.count), Number(options.seed)];
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const signer = newSampleSigner();
const keys = [signer.key];

/** Few large logs among many small ones: what can go wrong depends on neighbours and powers of two, not on bulk. */
function drawShape(draw: Draw): Shape {
  const size = draw(20);
  if (size === 0) return [1 + draw(1000), 1 + draw(300)];
  const most = size < 6 ? 60 : 12;
  return Array.from({ length: 1 + draw(size < 12 ? 5 : 12) }, () => 1 + draw(most));
}

const isNamed = (findings: readonly Finding[], { expected, at }: Tampered): boolean =>
  findings.some(
    (finding) =>
      expected.includes(finding.kind) &&
      (at === undefined || (finding.seq === at.seq && (at.index === undefined || finding.index === at.index))),
  );

type Row = { tried: number; found: number; named: number; readonly as: Map<string, number> };

/** Tampers with logs in every way in turn. */
async function tamper(draw: Draw): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  const ways = Object.entries(tamperings);
  let log: SampleLog = sampleLog(signer, drawShape(draw), draw(2 ** 31));
  for (let tried = 0; tried < count;) {
    const [name, way] = ways[draw(ways.length)] ?? ['', () => null];
    if (draw(10) === 0) log = sampleLog(signer, drawShape(draw), draw(2 ** 31));
    const tampered: Tampered | null = way(log, draw);
    if (tampered === null) continue;
    tried += 1;
    const { findings } = await verifyBytes(tampered.bytes, keys, tampered.known);
    const row = rows.get(name) ?? { tried: 0, found: 0, named: 0, as: new Map() };
    row.tried += 1;
    row.found += findings.length > 0 ? 1 : 0;
    row.named += isNamed(findings, tampered) ? 1 : 0;
    for (const kind of new Set(findings.map((finding) => finding.kind))) row.as.set(kind, (row.as.get(kind) ?? 0) + 1);
    rows.set(name, row);
  }
  return rows;
}

/** How many logs that nobody touched gave an alarm, with and without an earlier receipt. */
async function falseAlarms(draw: Draw, logs: number): Promise<number> {
  let alarms = 0;
  for (let number = 0; number < logs; number += 1) {
    const log = sampleLog(signer, drawShape(draw), draw(2 ** 31));
    const known = log.seals[draw(log.seals.length * 2)]; // half of them without
    alarms += (await verifyBytes(cleanFile(log), keys, known)).findingCount > 0 ? 1 : 0;
  }
  return alarms;
}

if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) throw new TypeError('"--count" and "--seed" are whole numbers');
print(`seed ${seed}`);
const draw = drawFrom(seed);
const rows = await tamper(draw);
for (const [name, { tried, found, named, as }] of [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
  const kinds = [...as].toSorted((a, b) => b[1] - a[1]).map(([kind, times]) => `${kind} ${times}`);
  print(
    `${name.padEnd(74)} ${String(tried).padStart(5)}, found ${String(found).padStart(5)}, named ${String(named).padStart(5)}: ${kinds.join(', ')}`,
  );
}
const all = [...rows.values()];
const sum = (key: 'tried' | 'found' | 'named'): number => all.reduce((total, row) => total + row[key], 0);
const clean = Math.ceil(count / 10);
const alarms = await falseAlarms(draw, clean);
print(
  `${sum('tried')} tamperings, ${sum('found')} found, ${sum('named')} named as what they were; ${clean} clean logs, ${alarms} false alarms`,
);
process.exitCode = sum('found') === sum('tried') && sum('named') === sum('tried') && alarms === 0 ? 0 : 1;
