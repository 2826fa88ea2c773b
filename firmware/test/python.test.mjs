// Each test of test/py is run twice: on MicroPython, in a fresh interpreter for each file, and on CPython if there is one.
import assert from 'node:assert';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Device } from '../host/device.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const py = path.join(here, 'py');
const goldenFolder = path.join(here, '../../transport/core/src/test/resources/golden');
const read = file => fs.readFileSync(file, 'utf8');
const modules = fs.readdirSync(py).filter(name => /^test_.*\.py$/.test(name)).map(name => name.slice(0, -3));
const files = Object.fromEntries([
  ...fs.readdirSync(py).filter(name => name.endsWith('.py')).map(name => [name, read(path.join(py, name))]),
  ...fs.readdirSync(goldenFolder).map(name => ['golden/' + name, read(path.join(goldenFolder, name))]),
]);
const hasPython = spawnSync('python3', ['--version']).status === 0;
const timeout = 200_000; // ms for one test, less than for all of this file: one that does not end is named

for (const module of modules) {
  const names = [...files[module + '.py'].matchAll(/^def (test_\w+)/gm)].map(match => match[1]);
  test(module, async t => {
    const device = new Device({ name: 'test', files }, { main: 'import ' + module, heap: 8 << 20 });
    t.after(() => device.close());
    await device.start();
    for (const name of names) {
      await t.test(name.slice(5).replaceAll('_', ' '), { timeout }, async () => {
        let more = await device.eval(`import support\nanswer = support.begin(${module}.${name})`);
        while (more) more = await device.eval('answer = support.go_on()');
      });
    }
  });
  test(module + ' on CPython', { skip: !hasPython && 'there is no python3' }, () => {
    const out = execFileSync('python3', [path.join(py, 'run.py'), module], { encoding: 'utf8', timeout });
    assert.equal(out.match(/ passed$/gm).length, names.length);
  });
}
