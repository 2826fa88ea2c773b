// The self-test of a board: what it says when all is well, and of each thing that is not.
import assert from 'node:assert';
import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Broker } from './broker.mjs';
import { board, until } from './support.mjs';

const source = path.join(path.dirname(fileURLToPath(import.meta.url)), '../src');
const hasPython = spawnSync('python3', ['--version']).status === 0;
const BROKEN = 'from broccoli import task\n\nimport a_driver_that_is_not_there\n';

let broker;

before(async () => {
  broker = await new Broker().start();
});

after(() => broker.stop());

/** What it says, without its figures: {name: ok | FAIL | skipped}, and all its lines. */
async function selftest(config, options = {}) {
  const device = board('tested', broker.port, config, { main: 'import selftest', ...options });
  await device.start();
  await until(() => device.said.some(line => line.startsWith('verdict')));
  const said = device.said.join('\n');
  const left = fs.readdirSync(device.flash);
  await device.close();
  return { said, left, ...verdicts(said) };
}

function verdicts(said) {
  const steps = Object.fromEntries([...said.matchAll(/^(ok  |FAIL|    ) (\w+) /gm)].map(([, word, name]) => [name, word.trim() || 'skipped']));
  return { steps, verdict: said.match(/^verdict: (.*)$/m)[1] };
}

const ALL_WELL = { config: 'ok', heap: 'ok', flash: 'ok', tasks: 'ok', task: 'ok', network: 'ok', broker: 'ok', message: 'ok' };

test('all is well, and nothing is left behind', async () => {
  const { steps, verdict, said, left } = await selftest({});
  assert.deepEqual(steps, ALL_WELL, said);
  assert.equal(verdict, 'good');
  assert.match(said, /ok {3}tasks +add, mul, /);
  assert.match(said, /ok {3}message +20 sent and received, \d+ ms there and back/);
  assert.deepEqual(left, []);
  assert.equal(broker.retained.size, 0);
  await until(() => broker.clients.size === 0);
});

test('a broker that is not there is told, and the rest is tried all the same', async () => {
  const away = await new Broker().start();
  await away.stop();
  const { steps, verdict, said } = await selftest({ port: away.port });
  assert.deepEqual(steps, { ...ALL_WELL, broker: 'FAIL', message: 'skipped' }, said);
  assert.equal(verdict, 'failed: broker, message');
  assert.match(said, /FAIL broker +OSError: .*ECONNREFUSED/);
});

test('of two brokers the one that is there is enough, and the other is told', async () => {
  const away = await new Broker().start();
  await away.stop();
  const { steps, said } = await selftest({ broker: `127.0.0.1:${away.port},127.0.0.1:${broker.port}` });
  assert.deepEqual(steps, { ...ALL_WELL, broker: 'ok' }, said);
  assert.match(said, new RegExp(`^ {5}broker +127.0.0.1:${away.port}: OSError: .*ECONNREFUSED`, 'm'));
  assert.match(said, new RegExp(`^ok {3}broker +127.0.0.1:${broker.port} connected`, 'm'));
});

test('a broker that keeps what it is sent for itself is told', async () => {
  const deaf = await new Broker().start();
  deaf.publish = () => {};
  const main = 'with open("/lib/selftest.py") as file: text = file.read()\nexec(text.replace("PATIENCE = 40", "PATIENCE = 1"))';
  const { steps, verdict, said } = await selftest({ port: deaf.port }, { main });
  assert.deepEqual(steps, { ...ALL_WELL, message: 'FAIL' }, said);
  assert.equal(verdict, 'failed: message');
  assert.match(said, /FAIL message +nothing happened for 1 s/);
  await deaf.stop();
});

test('a full flash is told', async () => {
  const { steps, said, left } = await selftest({}, { flashSize: 1000 });
  assert.deepEqual(steps, { ...ALL_WELL, flash: 'FAIL' }, said);
  assert.deepEqual(left, []);
});

test('a file of tasks that cannot be loaded is told, with where', async () => {
  const { steps, said } = await selftest({ modules: ['tasks', 'broken'], files: { 'broken.py': BROKEN } });
  assert.deepEqual(steps, { ...ALL_WELL, tasks: 'FAIL' }, said);
  assert.match(said, /the tasks of broken: .*a_driver_that_is_not_there/);
  assert.match(said, /File .*broken.py/);
});

test('too little memory is told', async () => {
  const { steps, said } = await selftest({}, { heap: 64 << 10 });
  assert.equal(steps.heap, 'FAIL', said);
  assert.match(said, /MemoryError: \d+ bytes are free, and it takes 24576/);
});

test('what config.py leaves out is told, and nobody is asked', async () => {
  const { steps, said } = await selftest({ cluster: '', broker: undefined });
  assert.deepEqual(steps, { ...ALL_WELL, config: 'FAIL', network: 'skipped', broker: 'skipped', message: 'skipped' }, said);
  assert.match(said, /config.py says nothing of: cluster, broker/);
});

test('on a PC its exit status is the verdict', { skip: !hasPython && 'there is no python3' }, async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'selftest-'));
  fs.cpSync(source, folder, { recursive: true, filter: file => !/config\.py$|__pycache__/.test(file) });
  const run = port => new Promise(resolve => {
    const config = `CONFIG = {"name": "pc", "cluster": "c", "broker": "127.0.0.1", "port": ${port}}\n`;
    fs.writeFileSync(path.join(folder, 'config.py'), config);
    execFile('python3', ['selftest.py'], { cwd: folder }, (error, out) => resolve({ status: error?.code ?? 0, ...verdicts(out) }));
  });
  const away = await new Broker().start();
  await away.stop();
  assert.deepEqual(await run(broker.port), { status: 0, steps: ALL_WELL, verdict: 'good' });
  assert.equal((await run(away.port)).status, 1);
  fs.rmSync(folder, { recursive: true });
});
