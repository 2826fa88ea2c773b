// What the firmware takes of a heap whose words have 32 bits, as an ESP32's have. The bounds are what it takes today, with little room.
import assert from 'node:assert';
import { test } from 'node:test';
import { Broker } from './broker.mjs';
import { deployer, KEY, large } from './modules.mjs';
import { ask, board, until, wait } from './support.mjs';

const KB = 1024;

/** A broker, and boards that it ends with the test. */
async function started(t, ...boards) {
  const broker = await new Broker().start();
  const made = boards.map(([name, config, options]) => board(name, broker.port, config, options));
  t.after(async () => {
    for (const each of made) await each.close();
    await broker.stop();
  });
  for (const each of made) await each.start();
  return made;
}

async function taken(device) {
  await device.eval('import gc\ngc.collect()'); // it collects when the call is over
  return device.eval('answer = gc.mem_alloc()');
}

/** The least of some looks: at each, what comes and goes may be there. */
async function quiet(device) {
  const looks = [];
  for (let i = 0; i < 5; i++) {
    looks.push(await taken(device));
    await wait(50);
  }
  return Math.min(...looks);
}

test('an idle node, and one that asks others to work, take no more of the heap than they should', async t => {
  const [empty, node] = await started(t, ['empty', {}, { main: 'import asyncio, gc' }], ['node', { modules: [] }]);
  await until(() => node.said.includes('connected'));
  const unheard = 'answer = len(__import__("sys").modules["broccoli.node"].current.mqtt.unacked)'; // leaves no names behind
  await until(async () => (await node.eval(unheard)) === 0);
  const base = await quiet(empty);
  const idle = (await quiet(node)) - base;
  await ask(node, 'cluster.nodes()');
  const producing = (await quiet(node)) - base;
  t.diagnostic(`idle ${idle} bytes, with its side as a producer ${producing}`);
  assert.ok(idle <= 36 * KB, `${idle} bytes`);
  assert.ok(producing <= 56 * KB, `${producing} bytes`);
});

test('a node that takes new functions takes little more, and what these need while they come it gives back', async t => {
  const [plain, node, asker] = await started(t, ['plain'], ['node', { deploy_key: KEY }], ['asker', { modules: [] }]);
  const { call, open, remove } = deployer(asker, 'node');
  for (const each of [plain, node]) await until(() => each.said.includes('connected'));
  const key = (await quiet(node)) - (await quiet(plain));
  await call('modules'); // its link is there, and what is remembered of its answers
  const before = await quiet(node);
  const transfer = await open('garden', '1', large());
  await transfer.send();
  const coming = (await quiet(node)) - before;
  const names = await transfer.commit();
  await remove('garden');
  const gone = (await quiet(node)) - before;
  t.diagnostic(`${key} bytes for who has a key, ${coming} more while a module comes, ${gone} when its ${names.length} functions are gone again`);
  assert.ok(key <= 3.25 * KB, `${key} bytes`);
  assert.ok(coming <= 9.5 * KB, `${coming} bytes`);
  assert.ok(gone <= 6 * KB, `${gone} bytes`); // the results that it remembers, and names
});

test('a node that was busy takes what an idle one does', async t => {
  const [asker, node] = await started(t, ['asker', { modules: [] }], ['node']);
  await ask(asker, 'await cluster.group([("add", i, i) for i in range(50)])');
  const before = await quiet(node);
  for (let i = 0; i < 5; i++) await ask(asker, 'await cluster.group([("concat", "x" * 100, "y") for i in range(100)])');
  const more = (await quiet(node)) - before;
  t.diagnostic(`${more} bytes more`);
  assert.ok(more <= 6 * KB, `${more} bytes`); // the results that it remembers
});

test('what a node takes at most, its queue full of large tasks', async t => {
  const [asker, node] = await started(t, ['asker', { modules: [] }], ['node']);
  await ask(asker, 'await cluster.group([("add", i, i) for i in range(50)])');
  const before = await quiet(node);
  let over = false;
  const stream = ask(asker, 'await cluster.group([("sleep_then", "x" * 1000, 10) for i in range(100)])');
  stream.finally(() => { over = true; }).catch(() => {});
  let most = 0;
  while (!over) most = Math.max(most, await taken(node) - before);
  await stream;
  t.diagnostic(`${most} bytes more than when idle`);
  assert.ok(most <= 22 * KB, `${most} bytes`);
});

const SENSOR = `
from broccoli import source

reads = 0


@source(every_ms=50)
def reading():
    global reads
    reads += 1
    return reads
`;

test('a view takes little more than the feed that it works on, and nothing once nobody subscribes to it', async t => {
  const [node] = await started(t, ['node', { modules: ['sensor'], files: { 'sensor.py': SENSOR } }]);
  await until(() => node.said.includes('connected'));
  const subscribe = (name, view) => node.eval(`
from broccoli import node
${name} = node.current.registry.by_name["feed:reading"].function(0, 0, ${view})
${name}.sample(True)`);
  await subscribe('raw', 'None');
  const before = await quiet(node);
  await subscribe('one', '[["filter", ["value", 20, ">"]], ["count", 100, "mean"]]');
  const one = (await quiet(node)) - before;
  await subscribe('two', '[["map", ["value", 1.8, "*", 32, "+"]], ["delta", 0.5]]');
  const two = (await quiet(node)) - before;
  await node.eval('one.close()\ntwo.close()\ndel one, two');
  const gone = (await quiet(node)) - before;
  t.diagnostic(`${one} bytes for a view, ${two - one} for a second one, ${gone} when both are gone`);
  assert.ok(one <= 9.5 * KB, `${one} bytes`);
  assert.ok(two - one <= 1.5 * KB, `${two - one} bytes`);
  assert.ok(gone <= 1 * KB, `${gone} bytes`);
});

const HOARD = `
from broccoli import task

kept = []


@task
def keep(n):
    while n > 0:
        kept.append(bytearray(min(n, 2048)))
        n -= 2048
`;

test('a board whose free heap falls below 12 KB gives tasks back until there is more, and none is lost', async t => {
  const broker = await new Broker().start();
  const asker = board('asker', broker.port, { modules: [] });
  const scarce = board('scarce', broker.port, { modules: ['tasks', 'hoard'], files: { 'hoard.py': HOARD } }, { heap: 160 * KB });
  const other = board('other', broker.port);
  t.after(async () => {
    for (const each of [asker, scarce, other]) await each.close();
    await broker.stop();
  });
  await asker.start();
  await scarce.start();
  await ask(asker, 'await cluster.group([("add", i, 1) for i in range(20)])'); // its credit is dealt
  const state = async () => JSON.parse(await scarce.eval(`
from broccoli import node
n = node.current
answer = json.dumps([n.free, n.ledger.scarce, n.runner.succeeded, len(n.ledger.remembered)])`));
  await scarce.eval('import json');
  await scarce.eval('import gc\ngc.collect()');
  await scarce.eval('import hardware, gc, hoard\nhoard.keep(hardware.heap - gc.mem_alloc() - 8 * 1024)');
  const numbers = n => Array.from({ length: n }, (_, i) => i + 1);
  const stream = ask(asker, 'await cluster.group([("sleep_then", i + 1, 10) for i in range(200)])');
  await until(() => scarce.said.includes('memory is short, tasks are given back'));
  const [free, isScarce, before] = await state();
  assert.ok(isScarce && free < 12 * KB, `${free} bytes are free`);
  await wait(500);
  const waiting = await state();
  assert.ok(waiting[2] <= before + 9, 'what it held by then, and no more, has run');
  await other.start(); // does what the first one does not
  assert.deepEqual(await stream, numbers(200));
  assert.ok((await state())[2] <= before + 9, 'none of it ran there');
  await other.kill();
  const lonely = ask(asker, 'await cluster.group([("add", i, 1) for i in range(100)])');
  await wait(1000);
  await scarce.eval('del hoard.kept[:]\ngc.collect()');
  assert.deepEqual(await lonely, numbers(100));
  assert.ok(scarce.said.includes('there is memory again'));
  t.diagnostic(`free when it refused: ${free} bytes`);
});
