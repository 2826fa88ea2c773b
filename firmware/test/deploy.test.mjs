// New functions for a board that runs.
import assert from 'node:assert';
import { createHash, createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Broker } from './broker.mjs';
import { ask, beside, board, until } from './support.mjs';

const KEY = 'a secret of the cluster';
const main = 'import broccoli.node\nbroccoli.node.LONGEST_PAUSE = 500\nimport main';
let broker;
let asker;
let worker;
let counter = 0;

before(async () => {
  broker = await new Broker().start();
  asker = board('asker', broker.port, { modules: [] }, { main });
  worker = board('worker', broker.port, { deploy_key: KEY, watchdog: 4000 }, { main });
  await asker.start();
  await worker.start();
});

after(async () => {
  await asker.close();
  await worker.close();
  await broker.stop();
});

const bytes = buffer => `bytes.fromhex("${buffer.toString('hex')}")`;
const call = (task, ...args) => ask(asker, `await cluster.call("deploy.${task}"${args.map(each => ', ' + each).join('')}, on="worker")`);
const mac = (key, what, ...fields) => bytes(createHmac('sha256', key).update([what, 'worker', ...fields].join('\n')).digest());

async function begin(name, version, source, { key = KEY, count = ++counter } = {}) {
  const sha = createHash('sha256').update(source).digest();
  const size = Buffer.byteLength(source);
  const signed = mac(key, 'begin', name, version, size, sha.toString('hex'), count);
  return call('begin', `"${name}"`, `"${version}"`, size, bytes(sha), count, signed);
}

async function deploy(name, version, source, options) {
  await begin(name, version, source, options);
  const whole = Buffer.from(source);
  for (let at = 0; at < whole.length; at += 100) await call('chunk', at, bytes(whole.subarray(at, at + 100)));
  return call('commit', options?.count ?? counter);
}

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
  await assert.rejects(deploy('garden', '7', module('return 0'), { count: 1 }), /was deployed before/);
  await assert.rejects(deploy('broccoli', '1', module('return 0')), /cannot have this name/);
  await assert.rejects(deploy('asyncio', '1', module('return 0')), /another module has this name/);
  const source = module('return x');
  await begin('garden', '8', source);
  await call('chunk', 0, bytes(Buffer.from(source.replace('x', 'y'))));
  await assert.rejects(call('commit', counter), /not what was announced/);
  assert.equal(await grow(5), 15);
});

test('a repeated chunk is ignored, and a gap is refused', async () => {
  const source = module('return x + 20');
  await begin('garden', '9', source);
  assert.equal(await call('chunk', 0, bytes(Buffer.from(source.slice(0, 10)))), 10);
  assert.equal(await call('chunk', 0, bytes(Buffer.from(source.slice(0, 10)))), 10);
  await assert.rejects(call('chunk', 20, bytes(Buffer.from('x'))), /expected is the chunk at 10/);
  await call('chunk', 10, bytes(Buffer.from(source.slice(10))));
  await call('commit', counter);
  await until(async () => (await grow(1)) === 21);
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
  await call('remove', '"weeds"', ++counter, mac(KEY, 'remove', 'weeds', counter)); // makes the room that it takes
  assert.deepEqual(await call('modules'), { garden: '12' });
  worker.resizeFlash(1 << 20);
  await deploy('garden', '9', module('return x + 20'));
});

test('a module that brings the board down twice is left out, and the board lives', async () => {
  worker.causes.length = 0;
  const source = 'import time\nfrom broccoli import task\n\n\n@task\ndef bad():\n    return 0\n\n\ndef stuck():\n    while True:\n        pass\n\n\nif trap:\n    stuck()\n';
  await deploy('trap', '1', source.replace('if trap', 'if False'));
  await worker.kill();
  worker.options.main = 'import builtins\nbuiltins.trap = True\n' + main;
  const file = `${worker.flash}/trap.py`;
  const { readFileSync, writeFileSync } = await import('node:fs');
  writeFileSync(file, readFileSync(file, 'utf8').replace('if False', 'if True'));
  await worker.start();
  await until(() => worker.said.some(line => line.includes('the module trap brought this board down twice')), 60000);
  assert.ok(worker.causes.length >= 2);
  assert.equal(await grow(2), 22);
});

test('a newer version that brings the board down while it is imported leaves the older one, and is refused the third time', async () => {
  const stuck = module('return 0') + '\n\ndef stuck():\n    while True:\n        pass\n\n\nstuck()\n';
  for (const time of [1, 2]) {
    await begin('garden', 'stuck', stuck);
    await call('chunk', 0, bytes(Buffer.from(stuck)));
    const resets = worker.causes.length;
    await assert.rejects(call('commit', counter));
    assert.ok(worker.causes.length > resets);
    await until(async () => (await grow(3).catch(() => 0)) === 23, 60000);
    assert.equal((await call('modules')).garden, '9', `after ${time}`);
  }
  await assert.rejects(begin('garden', 'stuck', stuck), /this version brought the board down twice/);
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
  await call('remove', '"garden"', ++counter, mac(KEY, 'remove', 'garden', counter));
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
  counter = 0;
  worker = board('worker', broker.port, { deploy_key: KEY, watchdog: 4000 }, { main, flash });
  await worker.start();
  assert.equal(await ask(asker, 'await cluster.call("own", 1)'), 10);
  const stuck = module('return 0') + '\n\ndef stuck():\n    while True:\n        pass\n\n\nstuck()\n';
  await begin('tasks', 'stuck', stuck);
  await call('chunk', 0, bytes(Buffer.from(stuck)));
  await assert.rejects(call('commit', counter));
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
