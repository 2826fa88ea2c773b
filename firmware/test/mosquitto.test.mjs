// The client against a mosquitto process, where there is one.
import assert from 'node:assert';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { ask, board, until } from './support.mjs';

const binary = ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'].find(each => spawnSync(each, ['-h']).error === undefined);

async function freePort() {
  const server = net.createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}

test('boards work over mosquitto, also after it was killed', { skip: !binary && 'there is no mosquitto' }, async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mosquitto-'));
  const port = await freePort();
  const settings = path.join(folder, 'mosquitto.conf');
  fs.writeFileSync(settings, `allow_anonymous true\nset_tcp_nodelay true\nlistener ${port} 127.0.0.1\n`);
  let broker = spawn(binary, ['-c', settings], { stdio: 'ignore' });
  const main = 'import broccoli.node\nbroccoli.node.LONGEST_PAUSE = 500\nimport main';
  const asker = board('asker', port, { modules: [] }, { main });
  const worker = board('worker', port, {}, { main });
  try {
    await Promise.all([asker.start(), worker.start()]);
    assert.deepEqual(await ask(asker, 'await cluster.group([("add", i, 1) for i in range(40)])'), Array.from({ length: 40 }, (_, i) => i + 1));
    await until(async () => (await worker.eval('from broccoli import node\nanswer = len(node.current.mqtt.unacked)')) === 0);
    broker.kill('SIGKILL');
    await until(() => worker.said.some(line => line.startsWith('no connection')));
    broker = spawn(binary, ['-c', settings], { stdio: 'ignore' });
    assert.equal(await ask(asker, 'await cluster.call("mul", 6, 7)'), 42);
  } finally {
    await Promise.all([asker.close(), worker.close()]);
    broker.kill('SIGKILL');
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

// Its frames are small, but one value may take a large one. JVM members learn in the same way (docs/networks.md).
test('a result that the broker does not carry is too large', { skip: !binary && 'there is no mosquitto' }, async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mosquitto-'));
  const port = await freePort();
  const settings = path.join(folder, 'mosquitto.conf');
  fs.writeFileSync(settings, `allow_anonymous true\nset_tcp_nodelay true\nmessage_size_limit 1100\nlistener ${port} 127.0.0.1\n`);
  const broker = spawn(binary, ['-c', settings], { stdio: 'ignore' });
  const asker = board('asker', port, { modules: [] });
  const worker = board('worker', port);
  try {
    await Promise.all([asker.start(), worker.start()]);
    const range = count => `len(await cluster.call("range_list", ${count}))`;
    assert.equal(await ask(asker, range(400)), 400);
    await assert.rejects(ask(asker, range(500)), /TOO_LARGE/);
    assert.equal(await ask(asker, range(400)), 400);
    assert.ok(!worker.said.some(line => line.startsWith('no connection')));
  } finally {
    await Promise.all([asker.close(), worker.close()]);
    broker.kill('SIGKILL');
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
