// The example with a sensor, on drivers that are played.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Broker } from './broker.mjs';
import { ask, board, until } from './support.mjs';

const example = fs.readFileSync(path.join(path.dirname(fileURLToPath(import.meta.url)), '../examples/thermometer.py'), 'utf8');
const MACHINE = 'class Pin:\n    def __init__(self, number):\n        self.number = number\n';
const ONEWIRE = 'class OneWire:\n    def __init__(self, pin):\n        self.pin = pin\n';
const DS18X20 = `
degrees = [20.5, 21.0, None, 21.5]  # None: the wire has a bad moment
converted = 0
found = [b"\\x28sensor!"]

class DS18X20:
    def __init__(self, bus):
        assert bus.pin.number == 4
    def scan(self):
        return found
    def convert_temp(self):
        global converted
        converted += 1
    def read_temp(self, rom):
        assert rom == found[0] and converted
        value = degrees.pop(0)
        if value is None:
            raise Exception("CRC error")
        return value
`;
const files = { 'thermometer.py': example, 'machine.py': MACHINE, 'onewire.py': ONEWIRE, 'ds18x20.py': DS18X20 };

let broker;

before(async () => {
  broker = await new Broker().start();
});

after(() => broker.stop());

test('a thermometer is a feed; a bad moment of its wire is no sample, and said', async () => {
  const device = board('kitchen', broker.port, { modules: ['thermometer'], files });
  const asker = board('asker', broker.port, { modules: [] });
  await Promise.all([device.start(), asker.start()]);
  assert.equal(await ask(asker, 'await cluster.call("last_temperature")'), null);
  const names = await device.eval('import json\nfrom broccoli import node\nanswer = json.dumps(list(node.current.registry.by_name))');
  assert.deepEqual(JSON.parse(names).sort(), ['feed:temperature', 'last_temperature']);
  const read = 'import json, thermometer\nanswer = json.dumps([thermometer.temperature() for _ in range(4)])';
  assert.deepEqual(JSON.parse(await device.eval(read)), [20.5, 21.0, null, 21.5]);
  assert.ok(device.said.includes('the DS18B20 cannot be read: CRC error'));
  assert.equal(await ask(asker, 'await cluster.call("last_temperature", on="kitchen")'), 21.5);
  const stale = 'thermometer._begun -= 11000\nthermometer.DS18X20.read_temp = None\nanswer = json.dumps(thermometer.temperature())';
  assert.equal(JSON.parse(await device.eval(stale)), null); // from before anybody asked
  await Promise.all([device.close(), asker.close()]);
});

test('a sensor that is not there is told when the board starts, and the board is there all the same', async () => {
  const none = { ...files, 'ds18x20.py': DS18X20.replace('found = [b"\\x28sensor!"]', 'found = []') };
  const device = board('bare', broker.port, { modules: ['tasks', 'thermometer'], files: none });
  await device.start();
  await until(() => device.said.includes('connected'));
  assert.ok(device.said.some(line => line.includes('no DS18B20 answers on pin 4')), device.said.join('\n'));
  await device.close();
});
