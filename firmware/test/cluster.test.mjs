// Boards that have each other work: the ancestor's symmetry.
import assert from 'node:assert';
import { after, before, test } from 'node:test';
import { Broker } from './broker.mjs';
import { ask, board, until, wait } from './support.mjs';

const NESTED = `
import asyncio
from broccoli import cluster, task


@task
async def area(sides):
    return await cluster.group([("mul", a, b) for a, b in sides])


@task
async def deep(n):
    return 0 if n == 0 else 1 + await cluster.call("deep", n - 1)


@task
async def deep_and_slow(n):
    await asyncio.sleep(0.02)
    return 0 if n == 0 else 1 + await cluster.call("deep_and_slow", n - 1)


@task
async def who(name):
    return await cluster.call("name", on=name)
`;
const named = name => `
from broccoli import task


@task
def name():
    return "${name}"


@task
def one_by_one(n):
    yield n
`;

let broker;
const boards = [];

before(async () => {
  broker = await new Broker().start();
  for (let i = 1; i <= 4; i++) {
    const files = { 'more.py': named('board-' + i) + (i === 1 ? NESTED : '') };
    // The first one has nothing of its own but what has others work.
    const modules = i === 1 ? ['more'] : ['tasks', 'more'];
    const made = board('board-' + i, broker.port, { modules, files });
    made.on('out', line => line === 'connected' || console.log(made.config.name, line));
    boards.push(made);
    await made.start();
  }
  await ask(boards[0], 'await cluster.call("add", 1, 1)');
  await until(async () => JSON.parse(await ask(boards[0], 'json.dumps(len(cluster.nodes()))')) === 3);
});

after(async () => {
  await Promise.all(boards.map(each => each.close()));
  await broker.stop();
});

test('a call waits for those before it, and not for the whole of a group', async () => {
  let over = false;
  const group = ask(boards[0], 'await cluster.group([("sleep_then", i, 20) for i in range(300)])', 60000);
  group.finally(() => { over = true; }).catch(() => {});
  await until(() => boards[0].eval('answer = node.current.cluster.places.taken == 16')); // all places are taken
  assert.equal(await ask(boards[0], 'await cluster.call("mul", 3, 4)'), 12);
  assert.ok(!over, 'the call came after the whole of the group');
  assert.equal((await group).length, 300);
});

test('a call that is given up leaves its place, or its turn, to those behind it', async () => {
  await boards[0].eval(`
import asyncio
from broccoli import cluster, node
async def slow(i):
    results[i] = await cluster.call("sleep_then", i, 100)
async def give_up():
    while not node.current.cluster.places.line:
        await asyncio.sleep(0.001)
    calls[23].cancel()
    calls[15].cancel()
results = {}
calls = [asyncio.create_task(slow(i)) for i in range(24)]
asyncio.create_task(give_up())`);
  await until(() => boards[0].eval('answer = all([each.done() for each in calls])'));
  const done = JSON.parse(await boards[0].eval('answer = json.dumps(sorted(results.values()))'));
  assert.deepEqual(done, Array.from({ length: 23 }, (_, i) => i).filter(i => i !== 15));
});

test('a program of a board calls a task of another', async () => {
  assert.equal(await ask(boards[0], 'await cluster.call("mul", 3, 4)'), 12);
  assert.equal(await ask(boards[0], 'await cluster.call("add", 3, y=4)'), 7);
});

test('a chain goes in one frame to a node that has all its steps', async () => {
  const before = broker.published.length;
  assert.equal(await ask(boards[0], 'await cluster.chain(("add", 4, 4), ("mul", 8), ("mul", 10))'), 640);
  const tasks = broker.published.slice(before).filter(each => each.client === 'c:board-1' && (each.payload[1] & 15) === 3);
  assert.equal(tasks.length, 1);
});

test('a group is spread over all boards that can do it', async () => {
  const results = await ask(boards[0], 'await cluster.group([("sleep_then", i, 20) for i in range(60)])');
  assert.deepEqual(results, Array.from({ length: 60 }, (_, i) => i));
  const counts = [];
  for (const each of boards.slice(1)) {
    counts.push(await each.eval('from broccoli import node\nanswer = node.current.runner.succeeded'));
  }
  assert.ok(Math.min(...counts) > 1, 'tasks of each: ' + counts);
});

test('a node can be addressed by its name', async () => {
  for (const { config } of boards.slice(1)) {
    assert.equal(await ask(boards[0], `await cluster.call("name", on="${config.name}")`), config.name);
  }
});

test('a failure is an error with the message of the other board', async () => {
  await assert.rejects(ask(boards[0], 'await cluster.call("fail", "boom")'), /TASK_FAILED: boom/);
  const types = await ask(boards[0], `[each.type for each in await cluster.group([("fail", "boom"), ("mapper", 1)], errors=True)]`);
  assert.deepEqual(types, ['Exception', 'TypeError']);
  await assert.rejects(ask(boards[0], 'await cluster.call("neg", 1, 2)'), /BAD_ARGUMENTS/);
});

test('who asks for one value of a task that gives several made a mistake, and so did who gives it too many arguments', async () => {
  await assert.rejects(ask(boards[0], 'await cluster.call("one_by_one", 3)'), /BAD_ARGUMENTS: one_by_one gives several values, and one is asked for/);
  await assert.rejects(ask(boards[0], 'await cluster.chain(("one_by_one", 3), ("neg",))'), /BAD_ARGUMENTS: one_by_one gives several values, which only the last/);
  await assert.rejects(ask(boards[0], 'await cluster.call("neg", 1, 2)'), /BAD_ARGUMENTS: neg\(\) takes 1 arguments but 2 were given/);
});

test('a task of a board fans out to other boards', async () => {
  assert.deepEqual(await ask(boards[1], 'await cluster.call("area", [[1, 2], [3, 4], [5, 6]])'), [2, 12, 30]);
});

test('a task that a board calls of itself runs in its own place, up to the depth that is allowed', async () => {
  assert.equal(await ask(boards[1], 'await cluster.call("deep", 5)'), 5);
  await assert.rejects(ask(boards[1], 'await cluster.call("deep", 20)'), /NESTING_EXHAUSTED/);
});

test('several that nest in one board do not take each other all places', async () => {
  const depths = await ask(boards[1], 'await cluster.group([("deep_and_slow", 7) for i in range(8)])', 60000);
  assert.deepEqual(depths, Array(8).fill(7));
});

test('a program that asks before its board is connected is answered when it is', async () => {
  const early = board('early', broker.port, { modules: [] }, { main: `
import main
from broccoli import cluster, node
cluster.produce(node.current)` });
  await early.start();
  assert.equal(await ask(early, 'await cluster.call("add", 20, 1)'), 21);
  await early.close();
});

test('what no node offers is an error, and waits for none for ever', async t => {
  const patient = board('patient', broker.port, { modules: [] }, { main: 'import broccoli.cluster\nbroccoli.cluster.PATIENCE = 1500\nimport main' });
  t.after(() => patient.close());
  await patient.start();
  await assert.rejects(ask(patient, 'await cluster.call("nothing", 1)'), /UNKNOWN_TASK: No node offers nothing/);
  await assert.rejects(ask(patient, 'await cluster.call("add", 1, 1, on="nobody")'), /UNKNOWN_TASK: No node offers add/);
  assert.equal(await ask(patient, 'await cluster.call("add", 20, 2)'), 22);
});

/** A board that asks, and one that died though what the broker keeps says that it is there; with the patience of an impatient one. */
async function haunted(t, patience, timeout) {
  const empty = await new Broker().start();
  const main = `import broccoli.cluster\nbroccoli.cluster.PATIENCE = ${patience}\nbroccoli.cluster.TIMEOUT = ${timeout}\nimport main`;
  const [asker, ghost] = [board('asker', empty.port, { modules: [] }, { main }), board('ghost', empty.port)];
  t.after(async () => {
    await Promise.all([asker.close(), ghost.close()]);
    await empty.stop();
  });
  await ghost.start();
  const presence = 'broccoli/c/p/ghost';
  const alive = await until(() => empty.retained.get(presence));
  await asker.start();
  return { asker, ghost, die: async () => {
    await ghost.kill();
    await until(() => empty.retained.get(presence) !== alive); // its will
    empty.publish(presence, alive, { retain: true, qos: 1 }); // as a broker that went down with it remembers
  } };
}

test('a call ends though the only node is dead and the broker says that it is there', async t => {
  const { asker, die } = await haunted(t, 1500, 60000);
  await die();
  await assert.rejects(ask(asker, 'await cluster.call("add", 1, 1)', 20000),
    /UNKNOWN_TASK: No node that answers offers add: node ghost was asked for room and has not answered/);
});

test('a call without an outcome ends with what it waited for, and gives back its place and what is under way', async t => {
  const { asker, ghost } = await haunted(t, 60000, 3000);
  assert.equal(await ask(asker, 'await cluster.call("add", 1, 1)'), 2);
  await assert.rejects(ask(asker, 'await cluster.call("sleep_then", 1, 20000)', 20000), /TIMEOUT: No outcome within 3000 ms: node ghost has the task and did not answer/);
  assert.equal(await ask(asker, 'await cluster.call("sleep_then", 1, 5000, timeout_ms=20000)', 20000), 1);
  const slow = [0, 1].map(() => ask(asker, 'await cluster.group([("sleep_then", i, 300) for i in range(16)], timeout_ms=0)', 60000));
  await assert.rejects(ask(asker, 'await cluster.call("nothing", timeout_ms=1)', 20000), /TIMEOUT: No outcome within 1 ms: no node offers nothing/);
  await Promise.all(slow);
  ghost.freeze(60000);
  await assert.rejects(ask(asker, 'await cluster.call("add", 1, 1)', 20000), /TIMEOUT: No outcome within 3000 ms: /);
  const left = 'c = node.current.cluster\nanswer = len(c.errands) + len(c.pending) + c.places.taken';
  assert.equal(await asker.eval(left), 0);
});

test('a board that died in the middle of a group loses nothing of it', async () => {
  const result = ask(boards[0], 'await cluster.group([("sleep_then", i, 50) for i in range(40)])');
  await wait(400);
  await boards[3].kill();
  assert.deepEqual(await result, Array.from({ length: 40 }, (_, i) => i));
  await boards[3].start();
});

test('a board that leaves hands back what it has not begun, and is sent nothing more', async () => {
  const result = ask(boards[0], 'await cluster.group([("sleep_then", i, 50) for i in range(150)])');
  const queued = 'from broccoli import node\nanswer = len(node.current.runner.queue)';
  await until(async () => (await boards[3].eval(queued)) > 0);
  await boards[3].eval('from broccoli import leaving, node\nleaving.drain(node.current)');
  assert.equal(await boards[3].eval(queued), 0);
  const ran = await boards[3].eval('answer = node.current.runner.succeeded');
  assert.deepEqual(await result, Array.from({ length: 150 }, (_, i) => i));
  assert.ok(await boards[3].eval('answer = node.current.runner.succeeded') <= ran + 1, 'what ran, and no more');
});

test('who awaits that a board has left hears when what ran is done and told, or that it takes longer', async t => {
  const leaver = board('leaver', broker.port);
  t.after(() => leaver.close());
  await leaver.start();
  const status = () => broker.retained.get('broccoli/c/p/leaver')?.[10]; // behind its name
  await until(() => status() === 0);
  const running = ask(boards[0], 'await cluster.call("sleep_then", 7, 1500, on="leaver")');
  await until(() => leaver.eval('from broccoli import node\nanswer = bool(node.current.runner.jobs)'));
  const drain = patience => `await __import__("broccoli.leaving").leaving.drain(patience_ms=${patience})`;
  assert.equal(await ask(leaver, drain(200)), false);
  assert.equal(status(), 1, 'it leaves');
  assert.equal(await ask(leaver, drain(20000)), true);
  assert.equal(status(), 2, 'it has left');
  assert.equal(await running, 7);
});

test('nothing is left when all is done', () =>
  until(async () => {
    const left = await boards[0].eval(`
c = node.current.cluster
links = [each.link for each in c.nodes.values() if each.link]
answer = json.dumps([c.places.taken, len(c.places.line), len(c.pending)] + [len(each.open) for each in links] + [each.usable() for each in links])`);
    return JSON.parse(left).every(n => n === 0);
  }));
