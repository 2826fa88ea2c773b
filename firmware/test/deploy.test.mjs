// New functions for a board that runs.
import assert from 'node:assert';
import { after, before, test } from 'node:test';
import { Broker } from './broker.mjs';
import { bytes, deployer, KEY } from './modules.mjs';
import { ask, beside, board, until } from './support.mjs';

const main = 'import broccoli.node\nbroccoli.node.LONGEST_PAUSE = 500\nimport main';
let broker;
let asker;
let worker;
let [call, begin, open, deploy, remove] = [];

before(async () => {
  broker = await new Broker().start();
  asker = board('asker', broker.port, { modules: [] }, { main });
  worker = board('worker', broker.port, { deploy_key: KEY, watchdog: 4000 }, { main });
  ({ call, begin, open, deploy, remove } = deployer(asker, 'worker'));
  await asker.start();
  await worker.start();
});

after(async () => {
  await asker.close();
  await worker.close();
  await broker.stop();
});

const module = body => `from broccoli import task\n\n\n@task\ndef grow(x):\n    ${body}\n`;
/** Runs what follows if the program of the board has set that. */
const when = name => `try:\n    ${name}\nexcept NameError:\n    ${name} = False\nif ${name}:\n    `;
const grow = x => ask(asker, `await cluster.call("grow", ${x})`);

test('a module is in use as soon as it is there, and a newer version takes its place', async () => {
  assert.deepEqual(await deploy('garden', '1', module('return x + 1')), ['grow']);
  assert.equal(await grow(1), 2);
  await deploy('garden', '2', module('return x + 10'));
  await until(async () => (await grow(1)) === 11);
  assert.deepEqual(await call('modules'), { garden: '2' });
});

test('it is there after a power cut too', async () => {
  await worker.kill();
  await worker.start();
  assert.equal(await grow(2), 12);
});

test('what cannot be imported is told with its traceback, and the older version goes on', async () => {
  await assert.rejects(deploy('garden', '3', module('return x +')), /SyntaxError/);
  await assert.rejects(deploy('garden', '4', 'import nowhere\n' + module('return 0')), /ImportError/);
  await assert.rejects(deploy('garden', '5', 'x = 1 / 0\n' + module('return 0')), /ZeroDivisionError/);
  await assert.rejects(deploy('garden', '6', 'x = 1\n'), /it has no tasks/);
  assert.equal(await grow(3), 13);
  await worker.kill();
  await worker.start();
  assert.equal(await grow(4), 14);
});

test('what is unsigned, altered, or was deployed before is refused', async () => {
  await assert.rejects(deploy('garden', '7', module('return 0'), { key: 'another' }), /the signature is wrong/);
  const elsewhere = deployer(asker, 'worker', { cluster: 'another' });
  await assert.rejects(elsewhere.begin(), /the signature is wrong: it was made .* for another cluster or board/);
  await assert.rejects(deploy('broccoli', '1', module('return 0')), /cannot have this name/);
  await assert.rejects(deploy('asyncio', '1', module('return 0')), /another module has this name/);
  await assert.rejects(deploy('garden', '7\n', module('return 0')), /a version is 1 to 64 printable/);
  const source = module('return x');
  const altered = await open('garden', '8', source);
  await altered.chunk(0, source.replace('x', 'y'));
  await assert.rejects(altered.commit(), /not what was announced/);
  const seen = await open('garden', '7', source);
  await seen.send();
  await seen.commit();
  await deploy('garden', '2', module('return x + 10'));
  await assert.rejects(call('open', ...seen.args), /StaleChallenge.*the challenge is not valid/);
  await assert.rejects(seen.chunk(0, source), /there is no such transfer/);
  await assert.rejects(seen.commit(), /there is no such transfer/);
  await until(async () => (await grow(5)) === 15);
});

test('each step of a stranger is refused, and the transfer that it disturbs goes on', async () => {
  const stranger = board('stranger', broker.port, { modules: [] }, { main });
  await stranger.start();
  try {
    const wrong = bytes(Buffer.alloc(32));
    const theirs = deployer(stranger, 'worker');
    const source = module('return x + 15');
    const ours = await open('garden', '8', source);
    await ours.chunk(0, source.slice(0, 10));
    for (const [task, ...args] of [
      ['begin', wrong],
      ['open', ...ours.args.slice(0, -1), wrong],
      ['chunk', ours.number, 10, bytes(Buffer.from('x')), wrong],
      ['chunk', ours.number, 0, bytes(Buffer.from('x')), wrong],
      ['commit', ours.number, wrong],
      ['remove', '"garden"', ours.args[4], wrong],
      ['configure', wrong, wrong, wrong],
    ]) {
      await assert.rejects(theirs.call(task, ...args), /WrongSignature/, task);
    }
    await ours.chunk(10, source.slice(10));
    await ours.commit();
    await until(async () => (await grow(1)) === 16);
    await deploy('garden', '2', module('return x + 10'));
  } finally {
    await stranger.close();
  }
});

test('a repeated chunk is ignored, and a gap is refused', async () => {
  const source = module('return x + 20');
  const transfer = await open('garden', '9', source);
  assert.equal(await transfer.chunk(0, source.slice(0, 10)), 10);
  assert.equal(await transfer.chunk(0, source.slice(0, 10)), 10);
  await assert.rejects(transfer.chunk(20, 'x'), /expected is the chunk at 10/);
  await transfer.chunk(10, source.slice(10));
  await transfer.commit();
  await until(async () => (await grow(1)) === 21);
});

test('what is kept and was changed since does not run at the next start', async () => {
  const { readFileSync, writeFileSync } = await import('node:fs');
  const file = `${worker.flash}/garden.py`;
  const before = readFileSync(file);
  await worker.kill();
  writeFileSync(file, module('return x + 666'));
  worker.said.length = 0;
  await worker.start();
  await until(() => worker.said.some(line => line.includes('the module garden is not what was deployed')));
  assert.deepEqual(await call('modules'), { garden: '9 (disabled)' });
  await worker.kill();
  writeFileSync(file, before);
  await worker.start();
  assert.deepEqual(await call('modules'), { garden: '9' });
  assert.equal(await grow(1), 21);
});

test('a flash that is full while a module comes, or when it is to be counted, leaves the older version, and a stream goes on', async t => {
  const { readdirSync, statSync } = await import('node:fs');
  const used = () => readdirSync(worker.flash).reduce((sum, name) => sum + statSync(`${worker.flash}/${name}`).size, 0);
  const streamer = board('streamer', broker.port, { modules: [] }, { main });
  t.after(() => streamer.close());
  await streamer.start();
  const larger = module('return x + 30') + '# ' + 'x'.repeat(2000) + '\n';

  await beside(streamer, async () => {
    worker.resizeFlash(used() + 1000); // it fills in the middle of the file
    await assert.rejects(deploy('garden', '10', larger), /OSError/);
    assert.equal(await grow(1), 21);
    worker.resizeFlash(used() + larger.length + 5); // there is room for the file, and none for the list of modules
    await assert.rejects(deploy('garden', '11', larger), /OSError/);
    assert.equal(await grow(1), 21);
    assert.deepEqual(await call('modules'), { garden: '9' });
    assert.ok(!readdirSync(worker.flash).includes('deploy.new'), 'half a file is left');
    await worker.kill(); // in the middle of the stream
    await worker.start();
    assert.equal(await grow(1), 21);
    assert.deepEqual(await call('modules'), { garden: '9' });

    worker.resizeFlash(1 << 20);
    await deploy('garden', '12', larger);
    await until(async () => (await grow(1)) === 31);
  });

  await deploy('weeds', '1', module('return x').replace('grow', 'weed'));
  worker.resizeFlash(used());
  await remove('weeds'); // makes the room that it takes
  assert.deepEqual(await call('modules'), { garden: '12' });
  worker.resizeFlash(1 << 20);
  await deploy('garden', '9', module('return x + 20'));
});

test('a module that brings the board down twice is left out, and the board lives', async () => {
  worker.causes.length = 0;
  const source = 'from broccoli import task\n\n\n@task\ndef bad():\n    return 0\n\n\ndef stuck():\n    while True:\n        pass\n\n\n' + when('trap') + 'stuck()\n';
  await deploy('trap', '1', source);
  await worker.kill();
  worker.options.main = 'import builtins\nbuiltins.trap = True\n' + main;
  await worker.start();
  await until(() => worker.said.some(line => line.includes('the module trap brought this board down twice')), 60000);
  assert.ok(worker.causes.length >= 2);
  assert.equal(await grow(2), 22);
});

test('a newer version that brings the board down while it is imported leaves the older one, and is refused the third time', async () => {
  const stuck = module('return 0') + '\n\ndef stuck():\n    while True:\n        pass\n\n\nstuck()\n';
  for (const time of [1, 2]) {
    const transfer = await open('garden', 'stuck', stuck);
    await transfer.send();
    const resets = worker.causes.length;
    await assert.rejects(transfer.commit());
    assert.ok(worker.causes.length > resets);
    await until(async () => (await grow(3).catch(() => 0)) === 23, 60000);
    assert.equal((await call('modules')).garden, '9', `after ${time}`);
  }
  await assert.rejects(open('garden', 'stuck', stuck), /this version brought the board down twice/);
});

test('what brings the board down twice has a newer version that does not', async () => {
  await deploy('trap', '2', module('return x').replace('grow', 'good'));
  assert.deepEqual(await call('modules'), { garden: '9', trap: '2' });
  assert.equal(await ask(asker, 'await cluster.call("good", 4)'), 4);
  await deploy('trap', '1', module('return x').replace('grow', 'good')).then(() => assert.fail(), error => assert.match(String(error), /twice/));
});

test('a module that cannot be loaded when the board starts is left out, and has a newer version that can', async () => {
  const needs = thing => `${thing}\nfrom broccoli import task\n\n\n@task\ndef sow(x):\n    return x\n`;
  await deploy('beds', '1', needs(when('winter') + 'raise OSError("no sensor")'));
  await worker.kill();
  worker.options.main = 'import builtins\nbuiltins.winter = True\n' + main;
  await worker.start();
  assert.deepEqual(await call('modules'), { garden: '9', trap: '2', beds: '1 (disabled)' });
  await deploy('beds', '2', needs(''));
  assert.equal(await ask(asker, 'await cluster.call("sow", 4)'), 4);
  assert.deepEqual(await call('modules'), { garden: '9', trap: '2', beds: '2' });
});

test('a module that is removed is gone, also after a restart', async () => {
  await remove('garden');
  await worker.kill();
  await worker.start();
  assert.deepEqual(await call('modules'), { trap: '2', beds: '2' });
});

test('a module may have the name of a file that the board came with: what was deployed is used', async () => {
  assert.deepEqual(await deploy('tasks', '1', 'from broccoli import task\n\n\n@task\ndef lone(x):\n    return x + 7\n'), ['lone']);
  assert.equal(await ask(asker, 'await cluster.call("lone", 1)'), 8);
});

test('a module that is in use is not said to have failed because there was no memory to tell others of it', async () => {
  await worker.eval(`
from broccoli import node
tell = node.current.announce
short = [2]
def announce():
    if short:
        short.pop()
        raise MemoryError
    tell()
node.current.announce = announce`);
  assert.deepEqual(await deploy('garden', '20', module('return x + 50')), ['grow']);
  await until(async () => (await grow(1).catch(() => 0)) === 51);
});

test('a module may be called deploy', async () => {
  await deploy('deploy', '1', module('return x').replace('grow', 'spread'));
  assert.equal((await call('modules')).deploy, '1');
  await worker.kill();
  await worker.start();
  assert.equal((await call('modules')).deploy, '1');
});

test('one that takes the place of such a file, and stops the board whenever it is loaded, is left out too', async () => {
  const stops = 'from broccoli import task\n\n\n@task\ndef lone(x):\n    return x + 8\n\n\n' +
    'def stuck():\n    while True:\n        pass\n\n\n' + when('trap') + 'stuck()\n';
  await deploy('tasks', '2', stops);
  worker.causes.length = 0;
  worker.said.length = 0;
  await worker.kill();
  worker.options.main = 'import builtins\nbuiltins.trap = True\n' + main;
  await worker.start();
  await until(() => worker.said.some(line => line.includes('the module tasks brought this board down twice')), 60000);
  assert.equal(worker.causes.length, 2);
  assert.equal((await call('modules')).tasks, '2 (disabled)');
});

test('one that stops the board while it comes leaves the file that the board came with', async t => {
  const { mkdtempSync, readFileSync, writeFileSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const flash = mkdtempSync(`${tmpdir()}/board-`);
  const own = 'from broccoli import task\n\n\n@task\ndef own(x):\n    return x + 9\n';
  writeFileSync(`${flash}/tasks.py`, own); // in the one folder that a board has
  await worker.close();
  worker = board('worker', broker.port, { deploy_key: KEY, watchdog: 4000 }, { main, flash });
  await worker.start();
  assert.equal(await ask(asker, 'await cluster.call("own", 1)'), 10);
  const stuck = module('return 0') + '\n\ndef stuck():\n    while True:\n        pass\n\n\nstuck()\n';
  const transfer = await open('tasks', 'stuck', stuck);
  await transfer.send();
  await assert.rejects(transfer.commit());
  await until(async () => (await ask(asker, 'await cluster.call("own", 2)').catch(() => 0)) === 11, 60000);
  assert.ok(worker.causes.length <= 2, worker.causes.join());
  assert.equal(readFileSync(`${flash}/tasks.py`, 'utf8'), own);
  assert.deepEqual(await call('modules'), {});
});

test('a list of modules that nobody wrote is told, and the board works without them', async () => {
  const { writeFileSync } = await import('node:fs');
  await worker.kill();
  writeFileSync(`${worker.flash}/modules`, 'what is this');
  await worker.start();
  assert.equal(await ask(asker, 'await cluster.call("own", 3)'), 12);
  assert.ok(worker.said.some(line => line.includes('the modules cannot be read')), worker.said.join('\n'));
});
