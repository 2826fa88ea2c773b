// The command line: what it prints, what it takes, how it ends.
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Device } from '../host/device.mjs';
import { Broker } from './broker.mjs';
import { until } from './support.mjs';

const cli = path.join(path.dirname(fileURLToPath(import.meta.url)), '../host/cli.mjs');

function start(...args) {
  const child = spawn(process.execPath, [cli, ...args]);
  const run = { child, lines: [], errors: '', status: undefined };
  readline.createInterface({ input: child.stdout }).on('line', line => run.lines.push(JSON.parse(line)));
  child.stderr.on('data', data => { run.errors += data; });
  child.on('exit', status => { run.status = status; });
  return run;
}

test('it starts boards, takes commands, and ends with its standard input', async () => {
  const broker = await new Broker().start();
  const run = start('--nodes', '2', '--broker', `mqtt://127.0.0.1:1,127.0.0.1:${broker.port}/`, '--cluster', 'c', '--parent');
  await until(() => run.lines.some(line => line.started === 2));
  await until(() => broker.retained.has('broccoli/c/p/board-1') && broker.retained.has('broccoli/c/p/board-2'));
  run.child.stdin.write('kill board-1\n');
  await until(() => run.lines.some(line => line.done === 'kill board-1'));
  await until(() => broker.retained.get('broccoli/c/p/board-1')[11] === 2); // gone, says its will
  run.child.stdin.write('eval board-1 answer = 1\n');
  await until(() => run.lines.some(line => line.error?.includes('board-1 has no power')));
  run.child.stdin.write('start board-1\neval board-2 answer = 6 * 7\nfly board-1\n');
  await until(() => run.lines.some(line => line.answer === 42) && run.lines.some(line => line.error?.includes('fly')));
  await until(() => broker.retained.get('broccoli/c/p/board-1')[11] !== 2);
  run.child.stdin.end();
  await until(() => run.status !== undefined);
  assert.equal(run.status, 0);
  await broker.stop();
});

test('an option that there is not, or a number that is none, is told, with those that there are', async () => {
  for (const wrong of [['--boards', '2'], ['--nodes', 'two'], ['--nodes', '0'], ['--queue', '-1'], ['--at=91,0'], ['--at=1'], ['--at=1,x'], ['--label', 'a']]) {
    const run = start(...wrong, '--parent');
    await until(() => run.status !== undefined);
    assert.equal(run.status, 2, wrong.join(' '));
    assert.match(run.errors, /usage: node host\/cli.mjs/);
  }
});

test('boards have labels and a place, and take the places in turns', async () => {
  const broker = await new Broker().start();
  const run = start('--nodes', '3', '--broker', `mqtt://127.0.0.1:${broker.port}`, '--cluster', 'c', '--parent',
    '--label', 'room=a=b', '--at=-33.5,-70', '--at=52.5,13.25');
  await until(() => run.lines.some(line => line.started === 3));
  const said = i => broker.retained.get(`broccoli/c/p/board-${i}`)?.toString('latin1');
  await until(() => said(1) && said(2) && said(3));
  const degrees = number => {
    const bytes = Buffer.alloc(9);
    bytes[0] = 0xcb;
    bytes.writeDoubleBE(number, 1);
    return bytes.toString('latin1');
  };
  const label = '\x81\xa4room\xa3a=b';
  for (const i of [1, 3]) assert.ok(said(i).includes(label + degrees(-33.5) + '\xd0\xba'), `board ${i}: ${said(i)}`);
  assert.ok(said(2).includes(label + degrees(52.5) + degrees(13.25)), said(2));
  run.child.stdin.end();
  await until(() => run.status !== undefined);
  await broker.stop();
});

test('a board that resets itself while it is switched off stays off, and the process can end', async () => {
  const device = new Device({ name: 'b' }, { main: 'pass' });
  await device.start();
  const reset = device.crash('wdt');
  await device.close();
  await reset;
  const left = device.worker;
  await device.close();
  assert.equal(left, undefined);
});

test('a board that resets itself while it is switched off and on has one life', async () => {
  const device = new Device({ name: 'b' }, { main: 'pass' });
  await device.start();
  const reset = device.crash('wdt');
  await device.kill();
  await device.start();
  const life = device.worker;
  await reset;
  assert.equal(device.worker, life);
  await device.close();
});
