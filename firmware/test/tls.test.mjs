// TLS on each Python that there is: WebAssembly boards (TLS is the host's), CPython, and MicroPython on Unix, whose TLS is that of an ESP32;
// for the latter, BROCCOLI_MICROPYTHON names the program if it is not on the PATH.
import assert from 'node:assert';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Broker } from './broker.mjs';
import { Certificates, hasOpenssl } from './certificates.mjs';
import { ask, board, until } from './support.mjs';

const source = path.join(path.dirname(fileURLToPath(import.meta.url)), '../src');
const micropython = process.env.BROCCOLI_MICROPYTHON ?? 'micropython';
const pythons = { CPython: 'python3', 'MicroPython on Unix': micropython };

let certificates;
let broker;

before(async () => {
  if (!hasOpenssl) return;
  certificates = new Certificates().authority('ca').authority('other').issue('broker', 'ca', 'DNS:garden.example,DNS:localhost').issue('member', 'ca', 'DNS:member');
  const read = name => fs.readFileSync(certificates.file(name));
  broker = await new Broker().start(0, { cert: read('broker.pem'), key: read('broker.key'), ca: read('ca.pem'), requestCert: true });
});

after(async () => {
  await broker?.stop();
  certificates?.remove();
});

const tls = (settings = {}) => ({
  ca: certificates.file('ca.pem'),
  cert: certificates.file('member.pem'),
  key: certificates.file('member.key'),
  name: 'garden.example',
  ...settings,
});

/** Runs the firmware in a process, with a configuration. */
class Program {
  constructor(python, config, main = 'main.py') {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'node-'));
    fs.cpSync(source, this.folder, { recursive: true, filter: file => !/config\.py$|__pycache__/.test(file) });
    const text = JSON.stringify({ cluster: 'c', broker: '127.0.0.1', ...config });
    fs.writeFileSync(path.join(this.folder, 'config.py'), `import json\nCONFIG = json.loads(${JSON.stringify(text)})\n`);
    this.said = '';
    this.child = spawn(python, [main], { cwd: this.folder, env: { ...process.env, PYTHONUNBUFFERED: '1' } });
    this.child.stdout.on('data', data => { this.said += data; });
    this.child.stderr.on('data', data => { this.said += data; });
    this.ended = new Promise(resolve => this.child.on('exit', resolve));
  }

  async close() {
    this.child.kill('SIGKILL');
    await this.ended;
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

const needed = { skip: !hasOpenssl && 'there is no openssl' };

test('a board works over TLS with a broker whose certificate its authority signed, and which wants one of the board', needed, async () => {
  const asker = board('asker', broker.port, { modules: [], tls: tls() });
  const worker = board('worker', broker.port, { tls: tls() });
  await Promise.all([asker.start(), worker.start()]);
  assert.equal(await ask(asker, 'await cluster.call("add", 1, 2)'), 3);
  await Promise.all([asker.close(), worker.close()]);
});

test('the name in the certificate is that of the broker unless another is named; files may be on the flash', needed, async () => {
  const flash = fs.mkdtempSync(path.join(os.tmpdir(), 'flash-'));
  fs.copyFileSync(certificates.file('ca.pem'), path.join(flash, 'ca.pem'));
  const device = board('b', broker.port, { broker: 'localhost', tls: tls({ ca: 'ca.pem', name: undefined }) }, { flash });
  await device.start();
  await until(() => device.said.includes('connected'));
  await device.close();
  fs.rmSync(flash, { recursive: true });
});

test('a board says nothing to a broker of another authority, or of another name, and says why', needed, async () => {
  const stranger = board('stranger', broker.port, { tls: tls({ ca: certificates.file('other.pem') }) });
  const elsewhere = board('elsewhere', broker.port, { tls: tls({ name: 'house.example' }) });
  const lost = board('lost', broker.port, { tls: tls({ ca: 'nowhere.pem' }) });
  await Promise.all([stranger, elsewhere, lost].map(each => each.start()));
  await until(() => stranger.said.some(line => line.startsWith('no connection') && line.includes('certificate')));
  await until(() => elsewhere.said.some(line => line.startsWith('no connection') && line.includes('altnames')));
  await until(() => lost.said.some(line => line.startsWith('no connection') && line.includes('nowhere.pem')));
  assert.ok(!broker.published.some(each => /stranger|elsewhere|lost/.test(each.topic)));
  await Promise.all([stranger, elsewhere, lost].map(each => each.close()));
});

test('no authority is none that is trusted, not a connection without TLS', needed, async () => {
  const device = board('trusting', broker.port, { tls: {} });
  await device.start();
  await until(() => device.said.some(line => line.startsWith('no connection') && line.includes('certificate')));
  await device.close();
});

test('a broker that wants a certificate of the board has none without it', needed, async () => {
  const bare = board('bare', broker.port, { tls: tls({ cert: undefined, key: undefined }) });
  await bare.start();
  await until(() => bare.said.filter(line => line.startsWith('no connection')).length >= 2);
  assert.ok(!broker.published.some(each => each.topic.includes('bare')));
  await bare.close();
});

for (const [name, program] of Object.entries(pythons)) {
  const missing = spawnSync(program, ['-c', 'pass']).status !== 0;
  const options = { skip: !hasOpenssl ? 'there is no openssl' : missing && 'there is no ' + program };

  test(name + ' works over TLS: 300 tasks of 500 bytes, and as large results', options, async () => {
    const node = new Program(program, { name: 'node', port: broker.port, tls: tls() });
    const asker = board('asker', broker.port, { modules: [], tls: tls() });
    try {
      await asker.start();
      const expected = Array.from({ length: 300 }, (_, i) => i + 'x'.repeat(500));
      const calls = 'await cluster.group([("concat", str(i), "x" * 500) for i in range(300)])';
      assert.deepEqual(await ask(asker, calls), expected);
    } catch (error) {
      throw new Error(error.message + '\n' + node.said, { cause: error });
    } finally {
      await Promise.all([node.close(), asker.close()]);
    }
  });

  test(name + ' passes its self-test over TLS', options, async () => {
    const tested = new Program(program, { name: 'tested', port: broker.port, tls: tls() }, 'selftest.py');
    await tested.ended;
    assert.match(tested.said, /^verdict: good$/m, tested.said);
    await tested.close();
  });

  test(name + ' says nothing to a broker of another authority, or of another name', options, async () => {
    const stranger = new Program(program, { name: 'stranger2', port: broker.port, tls: tls({ ca: certificates.file('other.pem') }) });
    const elsewhere = new Program(program, { name: 'elsewhere2', port: broker.port, tls: tls({ name: 'house.example' }) });
    const lost = new Program(program, { name: 'lost2', port: broker.port, tls: tls({ ca: 'nowhere.pem' }) });
    const blind = new Program(program, { name: 'blind2', port: broker.port, tls: {} });
    const all = [stranger, elsewhere, lost, blind];
    try {
      for (const each of all) await until(() => each.said.match(/no connection: .+\n/g)?.length >= 2).catch(error => assert.fail(error.message + '\n' + each.said));
      assert.match(stranger.said, /CERT|certificate/i);
      assert.match(elsewhere.said, /CERT|certificate/i);
      assert.match(blind.said, /certificate/i);
      assert.match(lost.said, /ENOENT|No such file/);
      assert.ok(!broker.published.some(each => /stranger2|elsewhere2|lost2|blind2/.test(each.topic)));
    } finally {
      await Promise.all(all.map(each => each.close()));
    }
  });
}
