// What may happen while boards do a stream of tasks: each result comes, once and in its place, whatever it is.
import assert from 'node:assert';
import { after, before, test } from 'node:test';
import { Broker } from './broker.mjs';
import { ask, beside, board, until, wait } from './support.mjs';

const WILD = `
from broccoli import task

kept = []


@task
def spin():
    while True:
        pass


@task
def hoard():
    mine = []
    while True:
        mine.append(bytearray(40000))
`;
const MAIN = 'import broccoli.node\nbroccoli.node.LONGEST_PAUSE = 1000\nimport main';
const SEED = Number(process.env.SEED ?? Date.now() % 1000000);

let broker;
let asker; // a board that has others work
let worker; // what happens, happens to it
let other; // does what is left

before(async () => {
  broker = await new Broker().start();
  asker = board('asker', broker.port, { modules: [] }, { main: MAIN });
  worker = board('worker', broker.port, { modules: ['tasks', 'wild'], files: { 'wild.py': WILD }, watchdog: 4000 }, { main: MAIN });
  other = board('other', broker.port, {}, { main: MAIN });
  for (const each of [asker, worker, other]) await each.start();
  assert.equal(await ask(asker, 'await cluster.call("add", 1, 2)'), 3);
});

after(async () => {
  for (const each of [asker, worker, other]) await each.close();
  await broker.stop();
});

const done = board => board.eval('from broccoli import node\nanswer = node.current.runner.succeeded');

/** Something happens beside a stream of tasks; afterwards both boards work again. */
async function during(happen) {
  await beside(asker, async () => {
    await wait(300);
    await happen();
  });
  await until(async () => {
    const before = await done(worker).catch(() => undefined);
    await ask(asker, 'await cluster.group([("sleep_then", i, 10) for i in range(16)])');
    return before !== undefined && (await done(worker).catch(() => 0)) > before;
  });
}

test('power cuts', () =>
  during(async () => {
    for (const _ of [1, 2, 3]) {
      await worker.kill();
      await wait(100);
      await worker.start();
      await wait(300);
    }
  }));

test('a board that freezes, until its watchdog resets it', async () => {
  worker.causes.length = 0;
  await during(async () => {
    worker.freeze(60000);
    await until(() => worker.causes.includes('wdt'));
  });
});

test('a network that is cut, and mended', () =>
  during(async () => {
    for (const _ of [1, 2]) {
      worker.cut();
      await wait(700);
      worker.cut(false);
      await wait(300);
    }
  }));

test('a broker that restarts', () =>
  during(async () => {
    const port = broker.port;
    await broker.stop();
    await wait(300);
    broker = await new Broker().start(port);
  }));

test('a flash that is full, over power cuts: the board cannot count its lives, and the broker tells it', () =>
  during(async () => {
    worker.said.length = 0;
    worker.resizeFlash(0);
    for (const life of [300, 1500, 1500, 300]) { // some speak under the number that the broker told them, some end before
      await worker.kill();
      await worker.start();
      await wait(life);
    }
    await until(() => worker.said.some(line => line.includes('boot counter cannot be written')));
    worker.resizeFlash(1 << 20);
  }));

test('a task that takes all memory', () =>
  during(() => assert.rejects(ask(other, 'await cluster.call("hoard")'), /MemoryError/)));

test('a task that never ends', async () => {
  worker.causes.length = 0;
  await during(() => assert.rejects(ask(other, 'await cluster.call("spin")', 60000), /watchdog of this board/));
  assert.ok(worker.causes.includes('wdt'));
});

test('30,000 frames that are none, or mutated ones, from members that do not exist', async t => {
  t.diagnostic('SEED=' + SEED);
  let state = SEED;
  const random = n => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % n;
  };
  const frames = broker.published.filter(each => each.topic === 'broccoli/c/i/worker/asker').map(each => each.payload);
  const malformed = () => worker.eval('from broccoli import node\nanswer = node.current.malformed');
  const before = await malformed();
  let thrown = 0;
  let rounds = 0;
  const isEnough = () => thrown >= 30000 && rounds > 1;
  const throwing = (async () => {
    for (; !isEnough(); thrown++) {
      let frame = Buffer.from(frames[random(frames.length)]);
      if (random(2)) for (let k = random(4); k >= 0; k--) frame[random(frame.length)] = random(256);
      else frame = Buffer.from(Array.from({ length: random(60) }, () => random(256)));
      broker.publish('broccoli/c/i/worker/nobody-' + random(3), frame);
      if (thrown % 100 === 0) await wait(2);
    }
  })();
  for (; !isEnough(); rounds++) {
    assert.deepEqual(
      await ask(asker, 'await cluster.group([("sleep_then", i, 10) for i in range(30)])'), Array.from({ length: 30 }, (_, i) => i));
  }
  await throwing;
  await until(async () => await malformed() - before > 15000, 120000); // it has read them all
  await other.kill();
  assert.equal(await ask(asker, 'await cluster.call("add", 40, 2)'), 42);
});
