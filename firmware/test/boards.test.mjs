// What happens to boards: power cuts, frozen programs, cut networks, full flash, exhausted memory, broken frames.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Broker } from './broker.mjs';
import { ask, board, until, wait } from './support.mjs';

const WILD = `
from broccoli import task


@task
def spin():
    while True:
        pass


@task
def hoard():
    kept = []
    while True:
        kept.append(bytearray(40000))


@task
def count(n):
    for i in range(n):
        yield i


@task
def large():
    return "x" * 5000
`;
const MAIN = 'import broccoli.node\nbroccoli.node.LONGEST_PAUSE = 1000\nimport main';

let broker;
let asker; // a board that has others work
let worker;

const files = { 'wild.py': WILD, 'broken.py': 'def x(:' };
const config = { modules: ['tasks', 'broken', 'wild'], files, watchdog: 6000 };

before(async () => {
  broker = await new Broker().start();
  asker = board('asker', broker.port, { modules: [] }, { main: MAIN });
  worker = board('worker', broker.port, config, { main: MAIN, heap: 512 << 10 });
  await asker.start();
  await worker.start();
  assert.equal(await ask(asker, 'await cluster.call("add", 1, 2)'), 3);
});

after(async () => {
  await asker.close();
  await worker.close();
  await broker.stop();
});

test('however many ask at a time who is there, a board answers once', async () => {
  const announcements = () => broker.published.filter(each => each.topic === 'broccoli/c/p/worker').length;
  await until(() => announcements() > 0);
  const before = announcements();
  for (let i = 0; i < 200; i++) broker.publish('broccoli/c/hello', '');
  await until(() => announcements() > before);
  await wait(300);
  assert.ok(announcements() - before <= 20, `${announcements() - before} answers`);
});

test('a file of tasks that cannot be loaded is told, and the others are there', () => {
  assert.ok(worker.said.some(line => line.startsWith('the tasks of broken are missing:')));
  assert.ok(worker.said.some(line => line.includes('SyntaxError')));
});

const epoch = () => worker.eval('from broccoli import node\nanswer = node.current.epoch');
const isUp = () => worker.eval('from broccoli import node\nanswer = node.current.mqtt.up').catch(() => false);

test('a board whose name would be another topic does not start, and says why', async t => {
  const wrong = board('a/b', broker.port, { modules: [] });
  t.after(() => wrong.close());
  await wrong.start();
  assert.ok(await until(() => wrong.said.find(line => line.includes("config.py, name 'a/b': a name must not contain / + or #"))));
  assert.ok(!wrong.said.includes('connected'));
});

test('a board that could not start tries again, without anybody', async t => {
  const config = { modules: [], files: { 'broken_driver.py': 'raise OSError("the sensor is not there")' } };
  const late = board('late', broker.port, config, { main: 'import time\ntime.sleep = lambda s: print("a pause of", s)\nimport broken_main' });
  late.config.files['broken_main.py'] = `
import sys
import config
if "missing" not in config.CONFIG:
    del config.CONFIG
import main`;
  t.after(() => late.close());
  await late.start();
  await until(() => late.said.includes('a pause of 10'));
  late.config.missing = false; // it is mended
  await until(() => late.said.includes('connected'));
  assert.ok(late.causes.length && late.causes.every(cause => cause === 'soft'), String(late.causes));
});

test('a board of two brokers goes on to the one that is there, and back when that one is away', async t => {
  const [first, second] = [await new Broker().start(), await new Broker().start()];
  const ports = [first.port, second.port];
  await first.stop();
  const lists = [`127.0.0.1:${ports[0]},127.0.0.1:${ports[1]}`, `mqtt://127.0.0.1:${ports[1]},127.0.0.1:${ports[0]}`];
  const members = lists.map((broker, i) => board('member-' + i, 1, { broker, modules: i ? ['tasks'] : [] }, { main: MAIN }));
  let live = second;
  t.after(async () => {
    for (const each of members) await each.close();
    await live.stop();
  });
  for (const each of members) await each.start();
  assert.equal(await ask(members[0], 'await cluster.call("add", 1, 2)'), 3);
  assert.ok(members[0].said.some(line => line.startsWith('no connection') && line.endsWith(`(127.0.0.1:${ports[0]})`)), members[0].said.join('\n'));
  await second.stop();
  live = await new Broker().start(ports[0]);
  assert.equal(await ask(members[0], 'await cluster.call("add", 2, 2)'), 4);
  assert.deepEqual(members[0].causes, []);
});

test('a board whose broker is none does not start, and says what it takes', async t => {
  const wrong = board('wrong', broker.port, { broker: 'tcp://127.0.0.1' });
  t.after(() => wrong.close());
  await wrong.start();
  assert.ok(await until(() => wrong.said.find(line => line.includes("config.py, broker 'tcp://127.0.0.1': the scheme is mqtt or mqtts"))));
});

test('a board without a broker restarts after a while, unless it is told not to', async t => {
  const away = await new Broker().start();
  const [alone, patient] = [board('alone', away.port, { modules: [], offline: 2000 }), board('patient', away.port, { modules: [], offline: 0 })];
  t.after(() => Promise.all([alone.close(), patient.close()]));
  await alone.start();
  await patient.start();
  for (const each of [alone, patient]) await until(() => each.said.includes('connected'));
  await wait(3000);
  assert.deepEqual([...alone.causes, ...patient.causes], []);
  await away.stop();
  await until(() => alone.causes.length > 1);
  assert.deepEqual([...new Set(alone.causes)], ['soft']);
  assert.deepEqual(patient.causes, []);
});

test('a board whose sender does not go on restarts though everything else does', async t => {
  const stuck = board('stuck', broker.port, { modules: [] }, { main: 'import broccoli.node\nimport main' });
  t.after(() => stuck.close());
  await stuck.start();
  await until(() => stuck.said.includes('connected'));
  await stuck.eval(`
import asyncio
from broccoli import node
from broccoli.compat import ticks_ms
async def drain():
    await asyncio.Event().wait()
node.current.mqtt.drain = drain
node.ticks_ms = lambda: ticks_ms() + 60000  # it is a minute later
node.current.turned = ticks_ms()`);
  await until(() => stuck.causes.length);
  assert.deepEqual(stuck.causes, ['soft']);
});

test('a power cut is survived, and the board knows that it lives anew', async () => {
  const before = await epoch();
  await worker.kill();
  await worker.start();
  assert.equal(await ask(asker, 'await cluster.call("add", 2, 2)'), 4);
  assert.equal(await epoch(), before + 1);
});

test('a board that lost its flash goes on above the life that the broker remembers', async () => {
  const before = await epoch();
  await worker.kill();
  fs.rmSync(path.join(worker.flash, 'boots'));
  await worker.start();
  await until(async () => (await epoch()) > before);
  assert.equal(await ask(asker, 'await cluster.call("add", 2, 3)'), 5);
});

test('a frozen board is reset by its watchdog and works again', async () => {
  const calls = ask(asker, 'await cluster.group([("sleep_then", i, 30) for i in range(30)])');
  await wait(300);
  worker.freeze(60000);
  await until(() => worker.causes.includes('wdt'));
  assert.deepEqual(await calls, Array.from({ length: 30 }, (_, i) => i));
});

test('a task that never ends is told by the watchdog, and not run again', async () => {
  worker.causes.length = 0;
  await assert.rejects(ask(asker, 'await cluster.call("spin")'), /watchdog of this board/);
  assert.ok(worker.causes.includes('wdt'));
  assert.equal(await ask(asker, 'await cluster.call("add", 3, 3)'), 6);
});

test('a task that takes all memory fails, and the board does not', async () => {
  worker.causes.length = 0;
  await assert.rejects(ask(asker, 'await cluster.call("hoard")'), /MemoryError/);
  assert.equal(await ask(asker, 'await cluster.call("add", 3, 4)'), 7);
  assert.deepEqual(worker.causes, []);
});

test('a result that is too large is a failure that says so', async () => {
  await assert.rejects(ask(asker, 'await cluster.call("large")'), /TOO_LARGE: The result takes 5003 bytes/);
});

test('a board whose network is cut, and mended, comes back', async () => {
  worker.cut();
  const call = ask(asker, 'await cluster.call("add", 4, 4)');
  await wait(1000);
  worker.cut(false);
  assert.equal(await call, 8);
});

test('a broker that restarts finds its boards again', async () => {
  const port = broker.port;
  await broker.stop();
  await wait(500);
  broker = await new Broker().start(port);
  assert.equal(await ask(asker, 'await cluster.call("add", 4, 5)'), 9);
});

test('a full flash is said, and the board works on with what the broker remembers', async () => {
  const before = await epoch();
  await worker.kill();
  worker.options.flashSize = 0;
  worker.said.length = 0;
  await worker.start();
  assert.equal(await ask(asker, 'await cluster.call("add", 5, 5)'), 10);
  assert.ok(worker.said.some(line => line.includes('boot counter cannot be written')), worker.said.join('\n'));
  assert.ok((await epoch()) > before);
});

test('what its program prints in a core task that fails is told, and the board goes on', async () => {
  await worker.eval('from broccoli import node\nnode.current.ready.append(42)\nnode.current.wake.set()');
  await until(() => worker.said.some(line => line.includes('Traceback')));
  assert.equal(await ask(asker, 'await cluster.call("add", 5, 6)'), 11);
  assert.ok(await isUp());
});
