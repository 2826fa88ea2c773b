// What the firmware takes of a heap whose words have 32 bits, as an ESP32's have. The bounds are what it takes today, with little room.
import assert from 'node:assert';
import { test } from 'node:test';
import { Broker } from './broker.mjs';
import { ask, board, until } from './support.mjs';

const KB = 1024;

async function taken(device) {
  await device.eval('import gc\ngc.collect()'); // it collects when the call is over
  return device.eval('answer = gc.mem_alloc()');
}

test('an idle node, and one that asks others to work, take no more of the heap than they should', async t => {
  const broker = await new Broker().start();
  const empty = board('empty', broker.port, {}, { main: 'import asyncio, gc' });
  const node = board('node', broker.port, { modules: [] });
  await empty.start();
  await node.start();
  await until(() => node.said.includes('connected'));
  const base = await taken(empty);
  const idle = (await taken(node)) - base;
  await ask(node, 'cluster.nodes()');
  const producing = (await taken(node)) - base;
  t.diagnostic(`idle ${idle} bytes, with its side as a producer ${producing}`);
  assert.ok(idle <= 48 * KB, `${idle} bytes`);
  assert.ok(producing <= 68 * KB, `${producing} bytes`);
  await empty.close();
  await node.close();
  await broker.stop();
});

test('a node that was busy takes what an idle one does', async () => {
  const broker = await new Broker().start();
  const asker = board('asker', broker.port, { modules: [] });
  const node = board('node', broker.port);
  await asker.start();
  await node.start();
  await ask(asker, 'await cluster.group([("add", i, i) for i in range(50)])');
  const before = await taken(node);
  for (let i = 0; i < 5; i++) await ask(asker, 'await cluster.group([("concat", "x" * 100, "y") for i in range(100)])');
  const after = await taken(node);
  assert.ok(after - before <= 6 * KB, `${before} bytes, then ${after}`); // the results that it remembers
  await asker.close();
  await node.close();
  await broker.stop();
});
