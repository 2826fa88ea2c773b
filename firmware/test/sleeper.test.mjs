// The example that sleeps between readings, on hardware that is played.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Broker } from './broker.mjs';
import { ask, board, until } from './support.mjs';

const example = fs.readFileSync(path.join(path.dirname(fileURLToPath(import.meta.url)), '../examples/sleeper.py'), 'utf8');
const MACHINE = `
import hardware

class Pin:
    def __init__(self, number):
        self.number = number

class ADC:
    def __init__(self, pin):
        assert pin.number == 34
    def read_u16(self):
        return 4321

def deepsleep(ms):
    print("sleeps", ms)
    hardware.reset()
`;
const KEEP = `
from broccoli import task

kept = []

@task
def keep(name, reading):
    kept.append([name, reading])
`;

async function started(t, modules, awake = 30000) {
  const broker = await new Broker().start();
  const files = { 'keep.py': KEEP, 'machine.py': MACHINE, 'sleeper.py': example.replace('AWAKE = 30000', 'AWAKE = ' + awake) };
  const sleeper = board('sleeper', broker.port, { modules: ['tasks', 'sleeper'], files });
  const keeper = board('keeper', broker.port, { modules, files });
  t.after(async () => {
    await Promise.all([sleeper.close(), keeper.close()]);
    await broker.stop();
  });
  await keeper.start();
  await sleeper.start();
  const sleeps = () => sleeper.said.filter(line => line.startsWith('sleeps ')).map(line => Number(line.slice(7)));
  return { broker, sleeper, keeper, sleeps };
}

test('a board that sleeps has each reading kept, and is gone before it does', async t => {
  const { broker, sleeper, keeper, sleeps } = await started(t, ['tasks', 'keep']);
  await until(() => sleeps().length > 1);
  const kept = JSON.parse(await keeper.eval('import json, keep\nanswer = json.dumps(keep.kept)'));
  assert.ok(kept.length >= 2 && kept.every(each => each[0] === 'sleeper' && each[1] === 4321), JSON.stringify(kept));
  assert.ok(sleeps().every(ms => ms > 500000 && ms <= 600000), String(sleeps()));
  assert.ok(!sleeper.said.some(line => line.startsWith('nobody')), sleeper.said.join('\n'));
  const words = broker.published.filter(each => each.topic === 'broccoli/c/p/sleeper' && each.client === 'c:sleeper');
  const states = words.map(each => each.payload.subarray(10)).filter(each => each[0] === 1).map(each => each[1]); // of the first life
  assert.equal(states.at(-1), 2, 'it says itself that it is gone: ' + states);
});

test('a board whose readings nobody keeps sleeps all the same, unless it is asked to stay awake', async t => {
  const { sleeper, keeper, sleeps } = await started(t, ['tasks'], 1000);
  await until(() => sleeps().length > 0);
  assert.ok(sleeper.said.some(line => line.startsWith('nobody kept the reading')), sleeper.said.join('\n'));
  assert.equal(await ask(keeper, 'await cluster.call("stay_awake", 600)', 60000), 'sleeper');
  const before = sleeps().length;
  assert.equal(await ask(keeper, 'await cluster.call("sleep_then", 1, 3000, on="sleeper")', 60000), 1);
  assert.equal(sleeps().length, before);
});
