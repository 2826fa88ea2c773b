// Tasks that never end, or keep all memory: the board resets itself, says so when they come again, and does everything else.
import assert from 'node:assert';
import { after, before, test } from 'node:test';
import { Broker } from './broker.mjs';
import { ask, board, until } from './support.mjs';

const WILD = `
import asyncio
from broccoli import cluster, task

kept = None


def stuck():
    while True:
        pass


@task
def plain():
    stuck()


@task
async def waits_first():
    await asyncio.sleep(0.05)
    stuck()


@task
async def asks_itself():
    return await cluster.call("plain", on="worker")


@task
async def after_asking_itself():
    await cluster.call("small", on="worker")
    stuck()


@task
def small():
    return 1


@task
def hoards():
    global kept
    for size in (40000, 400, 40, 1):
        try:
            while True:
                kept = (bytearray(size), kept)
        except MemoryError:
            pass
    raise MemoryError("all of it")
`;
const MAIN = 'import broccoli.node\nbroccoli.node.LONGEST_PAUSE = 500\nimport main';

let broker;
let asker;
let worker;

before(async () => {
  broker = await new Broker().start();
  asker = board('asker', broker.port, { modules: [] }, { main: MAIN });
  worker = board('worker', broker.port, { modules: ['tasks', 'wild'], files: { 'wild.py': WILD }, watchdog: 3000 }, { main: MAIN });
  await asker.start();
  await worker.start();
});

after(async () => {
  await asker.close();
  await worker.close();
  await broker.stop();
});

const works = async () => assert.deepEqual(
  await ask(asker, 'await cluster.group([("add", i, 1) for i in range(60)])'), Array.from({ length: 60 }, (_, i) => i + 1));

for (const task of ['plain', 'waits_first', 'asks_itself', 'after_asking_itself']) {
  test(`${task}: it is run once, whatever it waits for`, async () => {
    worker.causes.length = 0;
    await assert.rejects(ask(asker, `await cluster.call("${task}")`, 60000), /watchdog of this board/);
    assert.deepEqual(worker.causes, ['wdt']);
    await works();
  });
}

test('a task during which the chip crashed, or its supply broke down, is not run again either', async () => {
  for (const cause of ['soft', 'pwron']) {
    worker.causes.length = 0;
    const answer = ask(asker, 'await cluster.call("plain")', 60000);
    answer.catch(() => {});
    await until(() => worker.marked);
    await worker.crash(cause);
    await assert.rejects(answer, /a crash or too little power/);
    assert.deepEqual(worker.causes, [cause]);
    await works();
  }
});

test('another life of who asked has numbers of its own', async () => {
  worker.causes.length = 0;
  await assert.rejects(ask(asker, 'await cluster.call("plain")', 60000), /watchdog of this board/);
  await asker.kill();
  await asker.start();
  await works();
  await works();
});

test('a task that keeps all memory, so that not even its failure can be told', async () => {
  worker.causes.length = 0;
  await assert.rejects(ask(asker, 'await cluster.call("hoards")', 60000), /NODE_LOST/);
  assert.deepEqual(new Set(worker.causes), new Set(['soft'])); // before the watchdog has to
  await works();
});
